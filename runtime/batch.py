"""Run an artifact over many files: worker processes, one store, resumable at any moment.

The parent streams: it hashes a chunk of paths, leaves out what the store has already, keeps the workers busy and writes
outcomes in transactions. Its memory does not grow with the number of documents. Everything it has not written when
it dies is simply done again, and gives the same records.
"""

import os
import signal
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.climbed import Climbed
from inference.usage import Usage
from ocr.options import ReadOptions
from runtime.artifact import Artifact
from runtime.audit import AuditLog
from runtime.child import Setup, extraction_from_dict
from runtime.load import is_workflow, load_plan
from runtime.local import hash_file
from runtime.observer import NoObserver, Observer
from runtime.outcome import Outcome
from runtime.pool import AHEAD, Job, Pool, Reply
from runtime.record import record_id
from runtime.registry import Registry
from runtime.rows import trace_digest
from runtime.shape import Shape
from runtime.store import Batch, Store

if TYPE_CHECKING:
    from runtime.ladder import LadderOptions

CHUNK = 32
"""Paths hashed and looked up at a time, and outcomes that fill a transaction."""
FLUSH_SECONDS = 0.5
"""A finished document waits at most about so long for its transaction."""
SECONDS_PER_MEGABYTE = 60.0
"""Time allowed on top for a file's size: a scan of many pages is slow, and not stuck. A page of a fax has 50 kB or
more, and OCR on one core takes about 3 s for it."""

CALL_SECONDS = 60.0
"""Time allowed on top for each call of a workflow: `runtime.modules` ends one before so long, however it fails."""
LADDER_SECONDS = 1800.0
"""Time a document may take on top where a model may be asked: it may be slow, or its server down."""


@dataclass(frozen=True)
class BatchOptions:
    """`timeout` in seconds for a small document, see SECONDS_PER_MEGABYTE; `memory_bytes` of address space a worker."""

    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    timeout: float = 25.0
    memory_bytes: int = 4 * 2**30
    audit: float | None = None
    """Share of records of which a person checks what was accepted; None: the spec's."""


@dataclass(frozen=True)
class BatchReport:
    """How a batch went. Failed documents and their reasons: `Store.failures(batch)`."""

    batch: Batch
    recorded: int
    known: int
    duplicates: int
    failed: int
    review: int
    """Open review items of the batch's records."""
    pages: int
    """Pages of the documents recorded now."""
    seconds: float
    interrupted: bool
    usage: Usage = field(default_factory=Usage)
    """What all model calls spent."""
    left: dict[str, int] = field(default_factory=dict)
    """Documents that left the ladder early, by reason; which: `Store.left(batch)`."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Rungs that were not climbed, with the reason, and for how many documents."""


def run_batch(
    registry: Registry,
    reference: str,
    paths: Iterable[Path],
    store: Store,
    *,
    options: BatchOptions | None = None,
    observer: Observer | None = None,
    audit: AuditLog | None = None,
    ladder: "LadderOptions | None" = None,
) -> BatchReport:
    """Record every document of `paths` that is not recorded yet; see the module for what survives what.

    With `ladder`, doubtful fields climb it: all workers share the batch's budget, and what it does not reach is named
    in the report and in the store.

    SIGINT (in the main thread) lets the documents at work finish and stops; a second one stops at once.
    Raises RegistryError, ArtifactError, StoreError, AuditError, UsageError where a module that a workflow calls is not
    configured, and RunError where no worker starts.
    """
    options = options or BatchOptions()
    artifact = registry.resolve(reference)
    calls = _calls_of(artifact, registry)
    shape = Shape.of(artifact)
    if options.audit is not None:
        shape = replace(shape, audit=options.audit)
    batch = store.begin_batch(artifact.address, artifact.name)
    log = audit or AuditLog()
    log.append("batch.start", (batch.id, artifact.address))
    start = time.monotonic()
    with (
        _ladder_of(artifact, ladder) as (climbing, asks),
        _drain_on_interrupt() as stop,
        Pool(
            Setup(str(registry.root), artifact.address, options.memory_bytes, os.getpid(), climbing), options.workers
        ) as pool,
    ):
        more = calls * CALL_SECONDS + (LADDER_SECONDS if asks else 0.0)
        options = replace(options, timeout=options.timeout + more)
        driver = _Driver(pool, store, batch, shape, log, observer or NoObserver(), options)
        driver.observer.batch_started(artifact.address, artifact.name)
        driver.drive(paths, stop)
    state = "interrupted" if stop.is_set() else "finished"
    store.end_batch(batch, state)
    log.append(f"batch.{state}", (batch.id,))
    counts = store.counts(batch)
    return BatchReport(
        batch,
        counts["recorded"],
        counts["known"],
        counts["duplicate"],
        counts["failed"],
        store.open_items(batch),
        driver.pages,
        time.monotonic() - start,
        stop.is_set(),
        driver.usage,
        dict(driver.left),
        dict(driver.skipped),
    )


@dataclass
class _Pending:
    """A document that is not written yet, and the other paths that hold the same bytes."""

    outcome: Outcome | None = None
    others: list[tuple[int, str]] = field(default_factory=list)


class _Driver:
    """The parent's loop over one batch."""

    def __init__(
        self,
        pool: Pool,
        store: Store,
        batch: Batch,
        shape: Shape,
        log: AuditLog,
        observer: Observer,
        options: BatchOptions,
    ) -> None:
        self.observer = observer
        self.pages = 0
        self.usage = Usage()
        self.left: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self._pool, self._store, self._batch, self._shape, self._log = pool, store, batch, shape, log
        self._options = options
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
        return self._options.timeout + SECONDS_PER_MEGABYTE * path.stat().st_size / 1e6

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
        made = [record_id(o.document, self._batch.artifact) for o in outcomes if o.kind == "recorded" and o.document]
        if made:
            self._log.append("record.write", (self._batch.id, *made))
        decided = [o.extraction for o in outcomes if o.extraction is not None and o.extraction.decision is not None]
        if decided:
            links = (f"{record_id(one.document, self._batch.artifact)}:{trace_digest(one.decision)}" for one in decided)
            self._log.append("decision.made", (self._batch.id, *links))
        for outcome in outcomes:
            _log_calls(self._log, self._batch, outcome)
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


def _log_calls(log: AuditLog, batch: Batch, outcome: Outcome) -> None:
    """One entry a model call: record, model, the request's hash, how it ended, tokens in and out. No text."""
    if outcome.extraction is None or outcome.extraction.climbed is None or outcome.document is None:
        return
    record = record_id(outcome.document, batch.artifact)
    for call in outcome.extraction.climbed.calls:
        spent = f"{call.usage.input_tokens}+{call.usage.output_tokens} tokens"
        log.append("model.call", (batch.id, record, call.model, call.request, call.outcome, spent))


@contextmanager
def _ladder_of(artifact: Artifact, ladder: "LadderOptions | None") -> Iterator[tuple[dict[str, Any] | None, bool]]:
    """The workers' ladder options, with the file of the batch's budget, and whether a model may be asked.

    The file ends with the batch, but one that the caller named. Raises UsageError.
    """
    if ladder is None:
        yield None, False
        return
    from runtime.ladder import LadderSetup  # imported late: model clients take a second to load
    from runtime.workflow_ladder import WorkflowLadder

    if is_workflow(artifact):  # mistakes show before the first document
        setups = tuple(WorkflowLadder.of(load_plan(artifact), ladder).setups.values())
    else:
        setups = (LadderSetup.of(artifact, ladder),)
    asks = any(setup.fallback.model is not None for setup in setups)
    with tempfile.TemporaryDirectory(prefix="factory-budget-") as folder:
        yield {**asdict(ladder), "ledger": ladder.ledger or str(Path(folder) / "ledger.json")}, asks


def _calls_of(artifact: Artifact, registry: Registry) -> int:
    """How many calls a case may make. Raises UsageError where a service is not configured: before the first case."""
    if not is_workflow(artifact):
        return 0
    plan = load_plan(artifact)
    if plan.calls:
        from runtime.modules import Modules  # imported late: clients of databases and web take a second to load

        Modules.of(plan, registry.root)
    return len(plan.calls)


@contextmanager
def _drain_on_interrupt() -> Iterator[threading.Event]:
    """An event that the first SIGINT sets. The second one acts as it did before."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def drain(*_: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, drain)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
