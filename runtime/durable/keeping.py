"""A document's outcome into the store: under its key, so that doing it again changes nothing. Audited first."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from extractors.climbed import Climbed
from runtime.audit import AuditLog
from runtime.durable.messages import DocumentInput, Persisted, PersistInput
from runtime.durable.rows import batch_of, kind_of, note_waiting, open_batch, open_items
from runtime.observer import NoObserver, Observer
from runtime.outcome import Extraction, Outcome
from runtime.record import record_id
from runtime.registry import Registry
from runtime.shape import Shape
from runtime.store import Batch, Store
from runtime.trail import note_records

Observe = Callable[[str, str], Observer]
"""Who hears of an artifact's documents: by the artifact's address and name."""


def unobserved(artifact: str, name: str) -> Observer:
    """Nobody."""
    return NoObserver()


@dataclass(frozen=True)
class Keeper:
    """The store, and what was asked of it already: an artifact's shape never changes, a batch's row is made once."""

    registry: Registry
    store: Store
    audit: AuditLog
    shapes: dict[str, Shape] = field(default_factory=dict)
    opened: set[Batch] = field(default_factory=set)
    observe: Observe = unobserved

    def keep(self, what: PersistInput, made: Extraction | None, workflow: str) -> Persisted:
        """Write the record, or the failure, and note that `workflow` waits for its review."""
        source, batch = what.source, self._batch(what.source)
        if made is None:
            failed = Outcome(source.position, source.url, "failed", what.document, what.reason, what.message)
            self._write(batch, failed)
            return Persisted("failed")
        record = record_id(made.document, source.artifact)
        known = self.store.recorded(batch, {made.document})
        if made.document in known:
            kind: Any = "duplicate" if known[made.document] else "known"
            outcome = Outcome(source.position, source.url, kind, made.document)
        else:
            outcome = _recorded(what, made)
            note_records(self.audit, batch, [outcome])
        self._write(batch, outcome)
        return self._kept(batch, what, record, workflow)

    def _write(self, batch: Batch, outcome: Outcome) -> None:
        begun, observer = time.monotonic(), self.observe(batch.artifact, batch.name)
        self.store.write(batch, [outcome], self._shape(batch.artifact))
        observer.stage("write", 1000 * (time.monotonic() - begun))
        if outcome.kind == "failed":
            observer.document_failed(outcome)
            return
        if outcome.extraction is not None:
            observer.stage("read", outcome.extraction.read_ms)
            observer.stage("extract", outcome.extraction.extract_ms)
        observer.document_finished(outcome)

    def _kept(self, batch: Batch, what: PersistInput, record: str, workflow: str) -> Persisted:
        kind = str(kind_of(self.store, batch, what.source.position))
        items = [] if kind == "duplicate" else open_items(self.store, record)
        if items:
            note_waiting(self.store, record, workflow)
            items = open_items(self.store, record)  # what was settled before anyone could tell
        return Persisted(kind, record, items)

    def listed(self, source: DocumentInput) -> str | None:
        """What became of the document; None where nothing did yet."""
        return kind_of(self.store, batch_of(source.batch, source.artifact, source.name), source.position)

    def _batch(self, source: DocumentInput) -> Batch:
        batch = batch_of(source.batch, source.artifact, source.name)
        if batch not in self.opened:
            if open_batch(self.store, source.batch, source.artifact, source.name):
                self.audit.append("batch.start", (batch.id, batch.artifact))
            self.opened.add(batch)
        return batch

    def _shape(self, address: str) -> Shape:
        if address not in self.shapes:
            self.shapes[address] = Shape.of(self.registry.get(address))
        return self.shapes[address]


def _recorded(what: PersistInput, made: Extraction) -> Outcome:
    """With why it left the ladder early, if it did."""
    climbed = made.climbed or Climbed()
    reason, message = (what.reason, what.message) if what.reason else (climbed.left, climbed.message[:500])
    return Outcome(what.source.position, what.source.url, "recorded", made.document, reason, message, made)
