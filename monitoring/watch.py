"""Drift of a batch: an observer that keeps a `DriftMonitor` a type, its windows on disk and its alarms in metrics.

The first documents of production are the reference. It is kept in one JSON file a type and artifact, so that the
next batch goes on where this one ended.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from extractors.candidate import Kind
from monitoring.drift import Alarm, DriftMonitor
from monitoring.metrics import Metrics
from monitoring.window import Window
from runtime.files import home, write_atomic
from runtime.observer import NoObserver
from runtime.outcome import Outcome
from runtime.record import record_id

REFERENCE = 400
"""Documents of the first production window."""


class DriftObserver(NoObserver):
    """Watches the fields in `kinds`; `alarms` are those that this batch raised."""

    def __init__(self, kinds: Mapping[str, Kind], metrics: Metrics | None = None, folder: Path | None = None) -> None:
        self.alarms: list[Alarm] = []
        self._kinds, self._metrics, self._folder = kinds, metrics, folder or home() / "drift"
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
            self._monitor = DriftMonitor(self._reference, self._kinds)

    def _show(self, monitor: DriftMonitor) -> None:
        if self._metrics is None:
            return
        for found in monitor.findings:
            key = (found.field, found.detector)
            self._metrics.of("factory_drift_size", self._name, *key).set(found.size)
            self._metrics.of("factory_drift_alarm", self._name, *key).set(key in monitor.alarms)
