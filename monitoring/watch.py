"""Drift of a batch: an observer that keeps a `DriftMonitor` a type, its windows on disk and its alarms in metrics.

The first documents of production are the reference. It is kept in one JSON file a type and artifact, so that the
next batch goes on where this one ended.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from extractors.candidate import Kind
from monitoring.drift import Alarm, DriftMonitor
from monitoring.metrics import Metrics
from monitoring.window import Window
from runtime.files import home, write_atomic
from runtime.observer import NoObserver
from runtime.outcome import Outcome
from runtime.record import HEADER, place_of, record_id
from runtime.store import Store
from runtime.tables import records, review_items

REFERENCE = 400
"""Documents of the first production window."""
SETTLED, LATEST = 100, 50
"""Of each field: the first settled items, which are the reference for overrides, and the latest that are compared."""


class DriftObserver(NoObserver):
    """Watches the fields in `kinds`; `alarms` are those that this batch raised."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        metrics: Metrics | None = None,
        folder: Path | None = None,
        store: Store | None = None,
    ) -> None:
        self.alarms: list[Alarm] = []
        self._kinds, self._metrics, self._folder = kinds, metrics, folder or home() / "drift"
        self._store = store
        self._reference = Window()
        self._monitor: DriftMonitor | None = None
        self._file, self._artifact, self._name = Path(), "", ""

    def batch_started(self, artifact: str, name: str) -> None:
        """Take up the reference of this artifact."""
        self._artifact, self._name = artifact, name
        self._file = self._folder / f"{name}-{artifact[:16]}.json"
        if self._file.is_file():
            self._reference = Window.from_dict(json.loads(self._file.read_text(encoding="utf-8")))
        self._begin()

    def document_finished(self, outcome: Outcome) -> None:
        """Count a new record, in the reference while that is not full."""
        made = outcome.extraction
        if made is None:
            return
        identity = record_id(made.document, self._artifact)
        if self._monitor is None:
            self._reference.add(made.record, made.profile, self._kinds, identity)
            if self._reference.documents >= REFERENCE:
                self.save()
                self._begin()
            return
        before = self._monitor.findings
        self.alarms += self._monitor.add(made.record, made.profile, identity)
        if self._monitor.findings is not before:
            self._show(self._monitor)

    def save(self) -> None:
        """Keep the reference for the next batch."""
        write_atomic(self._file, json.dumps(self._reference.to_dict()).encode())

    def _begin(self) -> None:
        if self._reference.documents >= REFERENCE:
            settled = _settled(self._store, self._artifact) if self._store else {}
            for field, window in self._reference.fields.items():
                first = settled.get(field, [])[:SETTLED]
                window.settled, window.overridden = len(first), sum(overridden for overridden, _ in first)
            self._monitor = DriftMonitor(self._reference, self._kinds)
            for field, decided in settled.items():
                for overridden, record in decided[SETTLED:][-LATEST:]:
                    self._monitor.review(field, overridden, record)

    def _show(self, monitor: DriftMonitor) -> None:
        if self._metrics is None:
            return
        for found in monitor.findings:
            key = (found.field, found.detector)
            self._metrics.of("factory_drift_size", self._name, *key).set(found.size)
            self._metrics.of("factory_drift_alarm", self._name, *key).set(key in monitor.alarms)


def _settled(store: Store, artifact: str) -> dict[str, list[tuple[bool, str]]]:
    """What people decided about the artifact's fields, oldest first: whether they changed the answer, and the record.

    Cells of line items are left out.
    """
    query = (
        select(review_items.c.field, review_items.c.decision, review_items.c.record)
        .join(records, records.c.id == review_items.c.record)
        .where(records.c.artifact == artifact, review_items.c.state == "settled")
        .order_by(review_items.c.settled_at)
    )
    found: dict[str, list[tuple[bool, str]]] = {}
    with store.engine.connect() as connection:
        for field, decision, record in connection.execute(query):
            if place_of(field)[0] == HEADER:
                found.setdefault(field, []).append((decision != "accept", record))
    return found
