"""What a worker says to the server about batches: start these documents, and these are stored."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from runtime.durable.batch import ARTIFACT, attributes, document_id
from runtime.durable.client import TemporalError
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import DocumentInput, DocumentOutcome

A = TypeVar("A")
T = TypeVar("T")
AT_ONCE = 20
"""Workflows that are started side by side."""


@dataclass(frozen=True)
class Ended:
    """A document's workflow that is at work no more: its artifact (empty: the server forgot it), and what it gave."""

    artifact: str
    outcome: DocumentOutcome | None


class Batches:
    """Made in the event loop of the client; its methods are called from the threads of activities."""

    def __init__(self, client: Client) -> None:
        self._client, self._loop = client, asyncio.get_running_loop()
        self._waiting: dict[str, list[tuple[Sequence[DocumentOutcome], asyncio.Future[None]]]] = defaultdict(list)
        self._senders: dict[str, asyncio.Task[None]] = {}

    def start(self, sources: Sequence[DocumentInput], queue: str) -> dict[int, bool]:
        """Start a workflow for each document; gives the positions of those that had one, and whether it still runs.

        Raises TemporalError; then some may have been started, and starting all
        again starts none of them twice.
        """
        running = self._each(sources, lambda source: self._start(source, queue))
        return {source.position: runs for source, runs in running if runs is not None}

    def ended(self, batch: str, positions: Sequence[int]) -> dict[int, Ended]:
        """Those of a batch's documents whose workflows are at work no more. Raises TemporalError."""
        found = self._each(positions, lambda position: self._look(document_id(batch, position)))
        return {position: ended for position, ended in found if ended is not None}

    def tell(self, batch: str, *outcomes: DocumentOutcome) -> None:
        """Tell a batch's workflow, unless that is gone. Outcomes that come while a signal is under way share the next.

        Raises TemporalError.
        """
        self._wait(self._tell(batch, outcomes))

    def _each(self, items: Sequence[A], do: Callable[[A], Coroutine[Any, Any, T]]) -> Iterator[tuple[A, T]]:
        """Each item with what is made of it, `AT_ONCE` of them side by side. Raises TemporalError."""

        async def all_of(some: Sequence[A]) -> list[T]:
            return await asyncio.gather(*(do(one) for one in some))

        for first in range(0, len(items), AT_ONCE):
            some = items[first : first + AT_ONCE]
            yield from zip(some, self._wait(all_of(some)), strict=True)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except RPCError as error:
            raise TemporalError(f"the Temporal server does not answer ({error.status.name})") from None

    async def _start(self, source: DocumentInput, queue: str) -> bool | None:
        identity = document_id(source.batch, source.position)
        try:
            await self._client.start_workflow(
                DocumentWorkflow.run,
                source,
                id=identity,
                task_queue=queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                task_timeout=timedelta(seconds=10),
                search_attributes=attributes(source.batch, source.name, source.artifact),
            )
        except WorkflowAlreadyStartedError:
            known = await self._client.get_workflow_handle(identity).describe()
            return known.status is WorkflowExecutionStatus.RUNNING
        return None

    async def _look(self, identity: str) -> Ended | None:
        handle = self._client.get_workflow_handle_for(DocumentWorkflow.run, identity)
        try:
            known = await handle.describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return Ended("", None)
        if known.status is WorkflowExecutionStatus.RUNNING:
            return None
        done = known.status is WorkflowExecutionStatus.COMPLETED
        return Ended(known.typed_search_attributes[ARTIFACT], await handle.result() if done else None)

    async def _tell(self, batch: str, outcomes: Sequence[DocumentOutcome]) -> None:
        told: asyncio.Future[None] = self._loop.create_future()
        self._waiting[batch].append((outcomes, told))
        if batch not in self._senders:
            self._senders[batch] = self._loop.create_task(self._send(batch))
        await told

    async def _send(self, batch: str) -> None:
        try:
            while some := self._waiting.pop(batch, []):
                failed = await self._signal(batch, [outcome for outcomes, _ in some for outcome in outcomes])
                for _, told in some:
                    if not told.done():
                        told.set_result(None) if failed is None else told.set_exception(failed)
        finally:
            del self._senders[batch]

    async def _signal(self, batch: str, outcomes: list[DocumentOutcome]) -> Exception | None:
        """Why it could not be told; None where it was, or is gone. Whatever it is, those who wait must hear of it."""
        try:
            await self._client.get_workflow_handle(batch).signal("documents_done", outcomes)
        except RPCError as error:
            return None if error.status is RPCStatusCode.NOT_FOUND else error
        except Exception as error:
            return error
        return None
