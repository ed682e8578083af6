"""Run an artifact over many files: worker processes, one store, resumable at any moment.

`runtime.driver` is the loop. Everything that is not written when the parent dies is simply done again, and gives the
same records.
"""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inference.usage import Usage
from runtime.allowance import TIMEOUT, calls_of, more_for
from runtime.artifact import Artifact
from runtime.audit import AuditLog
from runtime.child import Setup
from runtime.driver import Driver
from runtime.load import is_workflow, load_plan
from runtime.observer import NoObserver, Observer
from runtime.pool import Pool
from runtime.registry import Registry
from runtime.shape import Shape
from runtime.store import Batch, Store

if TYPE_CHECKING:
    from runtime.ladder import LadderOptions


@dataclass(frozen=True)
class BatchOptions:
    """`timeout` in seconds for a small document, see `runtime.allowance`; `memory_bytes` of address space a worker."""

    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    timeout: float = TIMEOUT
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
    calls = calls_of(artifact, registry)
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
        seconds = options.timeout + more_for(calls, asks)
        driver = Driver(pool, store, batch, shape, log, observer or NoObserver(), seconds)
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
