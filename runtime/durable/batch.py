"""BatchWorkflow: a sliding window over any number of documents, in runs of bounded history."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

with workflow.unsafe.imports_passed_through():
    from runtime.durable import shells
    from runtime.durable.document import OUTCOME
    from runtime.durable.messages import (
        MAX_FAILURES,
        BatchInput,
        BatchProgress,
        CloseInput,
        DocumentOutcome,
        EndedInput,
        StartInput,
        Timing,
    )
    from runtime.durable.purse import Purse

BATCH = SearchAttributeKey.for_keyword("FactoryBatch")
SPEC = SearchAttributeKey.for_keyword("FactorySpec")
ARTIFACT = SearchAttributeKey.for_keyword("FactoryArtifact")
STEPS = 4
"""The window is filled again when one part in so many of it is free."""
MOST = 100
"""Documents that one activity starts."""
STARTING = Timing(start_to_close=300.0, heartbeat=10.0, attempts=0)
CLOSES = "batch-closes"
"""Patch: at its end a batch is closed in the store."""
LOOKS = "batch-looks"
"""Patch: a batch that hears nothing looks after its documents."""
LONGEST_QUIET = 6 * 3600.0
"""Seconds between two looks at most; each that finds nothing doubles the time to the next, so histories stay short."""


@workflow.defn
class BatchWorkflow:
    """Lets a DocumentWorkflow be started for each document, and hears of each once its record is stored."""

    @workflow.init
    def __init__(self, batch: BatchInput) -> None:
        self._batch = batch
        self._in_flight = set(batch.in_flight)
        self._counts, self._failures = dict(batch.counts), list(batch.failures)
        self._purse = Purse(batch.token_budget, batch.reserve, batch.tokens, set(batch.climbing))
        self._paused, self._cancelled = batch.paused, False
        self._started = batch.offset

    @workflow.run
    async def run(self, batch: BatchInput) -> BatchProgress:
        """Ends when every document is stored or failed; reviews may still be waiting."""
        end = min(batch.total, batch.offset + batch.page)
        while self._started < end and not self._cancelled:
            await self._start(*await self._room(end))
        if self._started < batch.total and not self._cancelled:
            workflow.continue_as_new(self._rest())
        await self._until(lambda: not self._in_flight)
        if workflow.patched(CLOSES):
            await close(batch.batch, batch.name, "interrupted" if self._cancelled else "finished")
        return self.progress()

    @workflow.signal
    def documents_done(self, outcomes: list[DocumentOutcome]) -> None:
        """Documents are stored, or failed. One that is told twice is counted once."""
        for outcome in outcomes:
            if outcome.position not in self._in_flight:
                continue
            self._in_flight.discard(outcome.position)
            self._counts[outcome.kind] = self._counts.get(outcome.kind, 0) + 1
            self._purse.settle(outcome.position, outcome.tokens, outcome.reason)
            if outcome.kind == "failed" and len(self._failures) < MAX_FAILURES:
                self._failures.append((outcome.position, outcome.reason))

    @workflow.signal
    def pause(self) -> None:
        """Start no more documents until `resume`; those at work go on."""
        self._paused = True

    @workflow.signal
    def resume(self) -> None:
        """Go on after `pause`."""
        self._paused = False

    @workflow.signal
    def cancel(self) -> None:
        """Start no more documents; end when those at work are stored."""
        self._cancelled = True

    @workflow.query
    def progress(self) -> BatchProgress:
        """Counts so far."""
        return BatchProgress(
            self._batch.total,
            self._started,
            len(self._in_flight),
            self._counts,
            self._failures,
            self._purse.spent,
            self._paused,
            self._cancelled,
        )

    async def _room(self, end: int) -> tuple[int, bool]:
        """How many documents to start now, and whether they may climb.

        Waits until a part of the window is free: few steps, short histories.
        """
        window, left = self._batch.window, end - self._started
        least = min(left, max(1, window // STEPS))
        await self._until(lambda: self._cancelled or (not self._paused and self._free(least)))
        if self._cancelled:
            return 0, False
        room, may = min(left, window - len(self._in_flight), MOST), self._purse.carries()
        if not self._batch.climb or may == 0:
            return room, False
        return room if may is None else min(room, may), True

    def _free(self, least: int) -> bool:
        undecided = self._batch.climb and self._purse.undecided
        return len(self._in_flight) + least <= self._batch.window and not undecided

    async def _until(self, ready: Callable[[], bool]) -> None:
        """Wait. Where nothing is heard for long, ask the server: a document may have been ended by hand."""
        if not workflow.patched(LOOKS):
            await workflow.wait_condition(ready)
            return
        quiet = self._batch.quiet_seconds
        while not ready():
            try:
                await workflow.wait_condition(ready, timeout=timedelta(seconds=quiet))
            except TimeoutError:
                quiet = min(2 * quiet, LONGEST_QUIET)
                await self._look()

    async def _look(self) -> None:
        if self._in_flight:
            what = EndedInput(self._plain(), sorted(self._in_flight))
            self.documents_done(await shells.call("read", "ended", what, list[DocumentOutcome], STARTING))

    def _plain(self) -> BatchInput:
        """The batch without what changes: it need not travel with every activity."""
        return replace(self._batch, in_flight=[], climbing=[], counts={}, failures=[])

    async def _start(self, count: int, climb: bool) -> None:
        if not count:
            return
        first, info = self._started, workflow.info()
        self._started += count
        positions = range(first, self._started)
        self._in_flight.update(positions)  # one may be done before all are started
        if climb:
            self._purse.hold(positions)
        what = StartInput(self._plain(), first, count, climb, info.workflow_id, info.task_queue)
        self.documents_done(await shells.call("read", "start", what, list[DocumentOutcome], STARTING))

    def _rest(self) -> BatchInput:
        return replace(
            self._batch,
            offset=self._started,
            in_flight=sorted(self._in_flight),
            climbing=sorted(self._purse.held),
            counts=self._counts,
            failures=self._failures,
            tokens=self._purse.spent,
            paused=self._paused,
        )


async def close(batch: str, name: str, state: str) -> None:
    """Note in store and audit log that a batch ended."""
    await shells.call("persist", "close", CloseInput(batch, name, state), int)


def document_id(batch: str, position: int) -> str:
    """The id of a document's workflow: of its place in the batch, never of its name."""
    return f"document-{hashlib.sha256(f'{batch}:{position}'.encode()).hexdigest()[:32]}"


def attributes(batch: str, name: str, artifact: str) -> TypedSearchAttributes:
    """What histories are found by; no values."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(BATCH, batch),
            SearchAttributePair(SPEC, name),
            SearchAttributePair(ARTIFACT, artifact),
            SearchAttributePair(OUTCOME, "running"),
        ]
    )
