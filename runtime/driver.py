"""The parent's loop over a batch: hash a chunk of paths, keep the workers busy, write outcomes in transactions.

Its memory does not grow with the number of documents. What it has not written when it dies is simply done again.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from extractors.climbed import Climbed
from inference.usage import Usage
from ocr.options import ReadOptions
from runtime.allowance import seconds_for
from runtime.audit import AuditLog
from runtime.child import extraction_from_dict
from runtime.local import hash_file
from runtime.observer import Observer
from runtime.outcome import Outcome
from runtime.pool import AHEAD, Job, Pool, Reply
from runtime.shape import Shape
from runtime.store import Batch, Store
from runtime.trail import note_calls, note_records

CHUNK = 32
"""Paths hashed and looked up at a time, and outcomes that fill a transaction."""
FLUSH_SECONDS = 0.5
"""A finished document waits at most about so long for its transaction."""


@dataclass
class _Pending:
    """A document that is not written yet, and the other paths that hold the same bytes."""

    outcome: Outcome | None = None
    others: list[tuple[int, str]] = field(default_factory=list)


class Driver:
    """The parent's loop over one batch. `timeout`: seconds a small document may take."""

    def __init__(
        self,
        pool: Pool,
        store: Store,
        batch: Batch,
        shape: Shape,
        log: AuditLog,
        observer: Observer,
        timeout: float,
    ) -> None:
        self.observer = observer
        self.pages = 0
        self.usage = Usage()
        self.left: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self._pool, self._store, self._batch, self._shape, self._log = pool, store, batch, shape, log
        self._timeout = timeout
        self._ready: deque[tuple[Job, str]] = deque()
        self._pending: dict[str, _Pending] = {}
        self._documents: dict[int, str] = {}
        self._buffer: list[Outcome] = []
        self._written = time.monotonic()

    def drive(self, paths: Iterable[Path], stop: threading.Event) -> None:
        """Feed, collect and write until all paths are done, or until `stop` and the work begun is done."""
        feed = enumerate(paths)
        more = True
        while True:
            while more and len(self._ready) < AHEAD and not stop.is_set():
                more = self._prepare(feed)
                self._write_if_due()
            while self._ready and self._pool.room and not stop.is_set():
                job, document = self._ready.popleft()
                self._documents[job.position] = document
                self._pool.submit(job)
                self.observer.document_started(document)
            if not self._pool.busy:
                break
            for reply in self._pool.collect(FLUSH_SECONDS):
                self._take(reply)
            self._write_if_due()
        self._write()

    def _prepare(self, feed: Iterator[tuple[int, Path]]) -> bool:
        """Hash the next chunk of paths and line up those that need work. False where there were none left."""
        chunk = [(position, path, *_identify(path)) for position, path in islice(feed, CHUNK)]
        hashes = {document for _, _, document, *_ in chunk if document and document not in self._pending}
        known = self._store.recorded(self._batch, hashes) if hashes else {}
        for position, path, document, reason, message in chunk:
            name = str(path)
            if document is None:
                self._done(Outcome(position, name, "failed", None, reason, message))
            elif document in self._pending:
                self._same(self._pending[document], position, name)
            elif known.get(document):
                self._done(Outcome(position, name, "duplicate", document))
            elif document in known:
                self._pending[document] = _Pending(Outcome(position, name, "known", document))
                self._done(Outcome(position, name, "known", document))
            else:
                self._pending[document] = _Pending()
                self._ready.append((Job(position, name, self._seconds(path)), document))
        return bool(chunk)

    def _seconds(self, path: Path) -> float:
        return seconds_for(path.stat().st_size, self._timeout)

    def _take(self, reply: Reply) -> None:
        job, document = reply.job, self._documents.pop(reply.job.position)
        outcome = _outcome(job, document, reply)
        pending = self._pending[document]
        pending.outcome = outcome
        self._done(outcome)
        for position, path in pending.others:
            self._same(pending, position, path)

    def _same(self, pending: _Pending, position: int, path: str) -> None:
        """Another path with the bytes of a document that is at work, or done and not written yet."""
        first = pending.outcome
        if first is None:
            pending.others.append((position, path))
        elif first.kind == "failed":
            self._done(Outcome(position, path, "failed", first.document, first.reason, first.message))
        else:
            self._done(Outcome(position, path, "duplicate", first.document))

    def _done(self, outcome: Outcome) -> None:
        self._buffer.append(outcome)
        if outcome.kind == "failed":
            self.observer.document_failed(outcome)
            return
        if outcome.extraction is not None:
            self.pages += outcome.extraction.pages
            self.observer.stage("read", outcome.extraction.read_ms)
            self.observer.stage("extract", outcome.extraction.extract_ms)
            self._count(outcome.extraction.climbed)
        self.observer.document_finished(outcome)

    def _count(self, climbed: Climbed | None) -> None:
        if climbed is None:
            return
        self.usage += climbed.usage
        self.skipped.update(climbed.skipped)
        if climbed.left:
            self.left[climbed.left] += 1

    def _write_if_due(self) -> None:
        if len(self._buffer) >= CHUNK or time.monotonic() - self._written > FLUSH_SECONDS:
            self._write()

    def _write(self) -> None:
        """Audit, then write: what is in the store is always in the log."""
        outcomes, self._buffer = self._buffer, []
        start = self._written = time.monotonic()
        if not outcomes:
            return
        note_records(self._log, self._batch, outcomes)
        for outcome in outcomes:
            if outcome.extraction is not None:
                note_calls(self._log, self._batch, outcome.extraction.document, outcome.extraction.climbed)
        self._store.write(self._batch, outcomes, self._shape)
        for outcome in outcomes:
            if outcome.document:
                self._pending.pop(outcome.document, None)
        self.observer.stage("write", (time.monotonic() - start) * 1000)


def _identify(path: Path) -> tuple[str | None, str, str]:
    """The file's hash, or None, a reason and a message. What is too large to be read is not hashed either."""
    limit = ReadOptions().max_bytes
    try:
        if not path.is_file():
            return None, "unreadable", "not a file; check the path"
        if path.stat().st_size > limit:
            return None, "too_large", f"more than {limit / 1e6:.0f} MB; split the file"
        return hash_file(path), "", ""
    except OSError as error:
        return None, "unreadable", f"cannot be opened ({error.strerror}); check path and rights"


def _outcome(job: Job, document: str, reply: Reply) -> Outcome:
    answer = reply.answer
    if "extraction" not in answer:
        reason, message = str(answer.get("reason", "crash")), str(answer.get("message", ""))
        return Outcome(job.position, job.path, "failed", document, reason[:40], message[:500])
    try:
        extraction = extraction_from_dict(answer["extraction"])
    except (KeyError, TypeError, ValueError):
        return Outcome(job.position, job.path, "failed", document, "crash", "its worker gave no usable answer")
    if extraction.document != document:
        return Outcome(job.position, job.path, "failed", document, "changed", "changed while it was read; run again")
    climbed = extraction.climbed or Climbed()
    return Outcome(
        job.position, job.path, "recorded", document, climbed.left, climbed.message[:500], extraction=extraction
    )
