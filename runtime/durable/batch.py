"""BatchWorkflow: a sliding window over any number of documents, in runs of bounded history."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from runtime.durable import shells
    from runtime.durable.document import OUTCOME, DocumentWorkflow
    from runtime.durable.messages import (
        MAX_FAILURES,
        Assigned,
        BatchInput,
        BatchProgress,
        DocumentInput,
        DocumentOutcome,
        Page,
        PageInput,
        Timing,
    )

BATCH = SearchAttributeKey.for_keyword("FactoryBatch")
SPEC = SearchAttributeKey.for_keyword("FactorySpec")
ARTIFACT = SearchAttributeKey.for_keyword("FactoryArtifact")


@workflow.defn
class BatchWorkflow:
    """Starts a DocumentWorkflow for each document and hears from each once its record is stored."""

    @workflow.init
    def __init__(self, batch: BatchInput) -> None:
        self._batch = batch
        self._in_flight = set(batch.in_flight)
        self._counts, self._failures = dict(batch.counts), list(batch.failures)
        self._tokens, self._paused, self._cancelled = batch.tokens, batch.paused, False
        self._started = batch.offset

    @workflow.run
    async def run(self, batch: BatchInput) -> BatchProgress:
        """Ends when every document is stored or failed; reviews may still be waiting."""
        limit = min(batch.page, batch.total - batch.offset)
        what = PageInput(batch.name, batch.batch, batch.manifest, batch.offset, limit)
        page = await shells.call("read", "assign", what, Page) if limit > 0 else Page([])
        for document in page.documents:
            await workflow.wait_condition(
                lambda: self._cancelled or (not self._paused and len(self._in_flight) < batch.window)
            )
            if self._cancelled:
                break
            await self._start(document, page.timing)
        if self._started < batch.total and not self._cancelled:
            workflow.continue_as_new(self._rest())
        await workflow.wait_condition(lambda: not self._in_flight)
        return self.progress()

    @workflow.signal
    def document_done(self, outcome: DocumentOutcome) -> None:
        """A document tells that it is stored, or that it failed. One that tells twice is counted once."""
        if outcome.position not in self._in_flight:
            return
        self._in_flight.discard(outcome.position)
        self._counts[outcome.kind] = self._counts.get(outcome.kind, 0) + 1
        self._tokens += outcome.tokens
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
            self._tokens,
            self._paused,
            self._cancelled,
        )

    async def _start(self, document: Assigned, timing: Timing) -> None:
        batch = self._batch
        climb = batch.climb and (batch.token_budget is None or self._tokens < batch.token_budget)
        source = DocumentInput(
            document.url,
            document.artifact,
            batch.name,
            batch.batch,
            document.position,
            workflow.info().workflow_id,
            climb,
            document.shadow,
            timing,
            batch.review_seconds,
            batch.escalation_seconds,
        )
        self._in_flight.add(document.position)
        self._started += 1
        try:
            await workflow.start_child_workflow(
                DocumentWorkflow.run,
                source,
                id=document_id(batch.batch, document.position),
                parent_close_policy=ParentClosePolicy.ABANDON,
                task_timeout=timedelta(seconds=10),
                search_attributes=attributes(batch.batch, batch.name, document.artifact),
            )
        except WorkflowAlreadyStartedError:
            self._in_flight.discard(document.position)

    def _rest(self) -> BatchInput:
        return replace(
            self._batch,
            offset=self._started,
            in_flight=sorted(self._in_flight),
            counts=self._counts,
            failures=self._failures,
            tokens=self._tokens,
            paused=self._paused,
        )


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
