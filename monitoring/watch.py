"""Drift of a batch: an observer that keeps a `DriftMonitor` an artifact, its state on disk and its alarms in metrics.

The first documents of production are the reference. What comes after is one live stream, in however many batches and
processes: each hands in what it counted, block by block, under a lock, and goes on from what the others did.

    HOME/drift/NAME-ARTIFACT.json           the reference window
    HOME/drift/NAME-ARTIFACT.live.json      the live blocks, the alarms that stand, and what they were judged on

Both hold counts, layout signatures and record ids, no value.
"""

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from extractors.candidate import Kind
from monitoring.drift import Alarm, DriftMonitor, DriftOptions, alarms_of
from monitoring.metrics import Metrics
from monitoring.window import Window
from runtime.files import home, locked, write_atomic
from runtime.observer import NoObserver
from runtime.outcome import Extraction, Outcome
from runtime.record import HEADER, place_of, record_id
from runtime.store import Store
from runtime.tables import records, review_items

REFERENCE = 400
"""Documents of the first production window."""
SETTLED, LATEST = 100, 50
"""Of each field: the first settled items, which are the reference for overrides, and the latest that are compared."""
BLOCK = DriftOptions().block


class DriftObserver(NoObserver):
    """Watches the fields in `kinds`; `alarms` are those that this process raised."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        metrics: Metrics | None = None,
        folder: Path | None = None,
        store: Store | None = None,
    ) -> None:
        self.alarms: list[Alarm] = []
        self._kinds, self._metrics, self._folder = kinds, metrics, folder
        self._store = store
        self._waiting: list[Extraction] = []
        self._lock = threading.Lock()
        self._stream: Stream | None = None
        self._artifact, self._name = "", ""

    def batch_started(self, artifact: str, name: str) -> None:
        """Go on with this artifact's stream."""
        self.save()
        self._artifact, self._name = artifact, name
        settled = _settled(self._store, artifact) if self._store else {}
        self._stream = Stream(state_file(name, artifact, self._folder), self._kinds, settled)

    def document_finished(self, outcome: Outcome) -> None:
        """Keep a new record until a block is full, which is then counted in one go."""
        if outcome.extraction is not None:
            with self._lock:
                self._waiting.append(outcome.extraction)
                if len(self._waiting) >= BLOCK:
                    self._hand_in()

    def save(self) -> None:
        """Count what waits, and hand it in. Threads may share an observer."""
        with self._lock:
            self._hand_in()

    def _hand_in(self) -> None:
        if self._stream is None or not self._waiting:
            return
        made, self._waiting, counted = self._waiting, [], Window()
        for one in made:
            counted.add(one.record, one.profile, self._kinds, record_id(one.document, self._artifact))
        monitor, raised = self._stream.hand_in(counted)
        self.alarms += raised
        if monitor is not None:
            self._show(monitor)

    def _show(self, monitor: DriftMonitor) -> None:
        if self._metrics is None:
            return
        for found in monitor.findings:
            key = (found.field, found.detector)
            self._metrics.of("factory_drift_size", self._name, *key).set(found.size)
            self._metrics.of("factory_drift_alarm", self._name, *key).set(key in monitor.alarms)


class Stream:
    """One artifact's reference and live state on disk, which several processes may add to at once."""

    def __init__(self, file: Path, kinds: Mapping[str, Kind], settled: Mapping[str, list[tuple[bool, str]]]) -> None:
        self._file, self._live, self._kinds, self._settled = file, file.with_suffix(".live.json"), kinds, settled
        self._monitor: DriftMonitor | None = None
        self._seen: tuple[int, int] | None = None

    def hand_in(self, counted: Window) -> tuple[DriftMonitor | None, list[Alarm]]:
        """Add to the reference while that is not full, else to the live stream: its monitor, and alarms it raised."""
        with locked(self._file.with_suffix(".lock")):
            if self._monitor is None:
                reference = self._reference()
                if reference.documents < REFERENCE:
                    reference.merge(counted)
                    write_atomic(self._file, json.dumps(reference.to_dict()).encode())
                    return None, []
                self._monitor = self._watching(reference)
            self._catch_up(self._monitor)
            raised = self._monitor.merge(counted)
            _write(self._live, self._monitor.state())
            self._seen = _stamp(self._live)
        return self._monitor, raised

    def _reference(self) -> Window:
        state = _read(self._file)
        return Window() if state is None else Window.from_dict(state)

    def _watching(self, reference: Window) -> DriftMonitor:
        for field, window in reference.fields.items():
            first = self._settled.get(field, [])[:SETTLED]
            window.settled, window.overridden = len(first), sum(overridden for overridden, _ in first)
        monitor = DriftMonitor(reference, self._kinds)
        for field, decided in self._settled.items():
            for overridden, record in decided[SETTLED:][-LATEST:]:
                monitor.review(field, overridden, record)
        return monitor

    def _catch_up(self, monitor: DriftMonitor) -> None:
        """Go on from what is on disk, unless that is what this process left there."""
        if _stamp(self._live) == self._seen:
            return
        state = _read(self._live)
        if state is not None:
            monitor.restore(state)


def standing(name: str, artifact: str, folder: Path | None = None) -> list[Alarm]:
    """The alarms that stand for an artifact, the clearest first."""
    state = _read(state_file(name, artifact, folder).with_suffix(".live.json"))
    return sorted(alarms_of(state), key=lambda alarm: (alarm.p, -alarm.size)) if state else []


def state_file(name: str, artifact: str, folder: Path | None = None) -> Path:
    """Where an artifact's reference window is kept."""
    return (folder or home() / "drift") / f"{name}-{artifact[:16]}.json"


def _read(path: Path) -> dict[str, Any] | None:
    """What is in a state file; None where there is none, or a power cut left none that can be read."""
    with suppress(FileNotFoundError, json.JSONDecodeError):
        return dict(json.loads(path.read_text(encoding="utf-8")))
    return None


def _write(path: Path, state: Mapping[str, Any]) -> None:
    """Whole or not at all, and not waited for until it is on the disk: a lost block is counted again soon enough."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(state), encoding="utf-8")
    draft.replace(path)


def _stamp(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_ino, found.st_mtime_ns
    return None


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
