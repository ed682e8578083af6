"""Errors by class: what is refused is undone and never tried again, a rate limit is waited out as its server says."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowHandle

from runtime.durable import activities
from runtime.durable.cells import Cells
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import BatchInput, DocumentInput, DocumentOutcome
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from tests.inference.model_server import Reply, model_server
from tests.runtime.durable.conftest import House

Inbox = Callable[[int], list[Path]]


def test_a_record_that_the_store_refuses_is_withdrawn(house: House, inbox: Inbox) -> None:
    with house.store.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER no BEFORE INSERT ON fields BEGIN SELECT RAISE(ABORT, 'no'); END"))

    async def go() -> None:
        async with house.working() as client:
            options, folder = BatchInput("refused", "note", "", 0, together=True), str(inbox(1)[0].parent)
            handle = await submit(client, house.registry, house.activities.claims, folder, options, house.queue)
            progress = await handle.result()
        assert (progress.counts, progress.failures) == ({"failed": 1}, [(0, "store")])

    asyncio.run(go())
    assert house.store.ids() == []
    listed = list(house.store.failures(batch_of("refused", house.address, "note")))
    assert [(one.kind, one.reason) for one in listed] == [("failed", "store")]
    actions = [entry.action for entry in house.activities.audit.entries()]
    assert [one for one in actions if one.startswith("record.")] == ["record.write", "record.write", "record.withdrawn"]
    assert list((house.registry.root / "claims" / "extractions").iterdir()) == []


def test_a_rate_limit_is_waited_out_as_long_as_its_server_says(
    house: House, unsure: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities, "TIMEOUT", 600.0)  # loading a model client takes long on a busy machine
    busy = Reply(status=429, headers={"retry-after": "61"})
    with model_server("openai", busy) as model:
        ladder = {"model": f"{model.model.provider}:{model.model.name}@{model.model.url}"}
        limited = replace(house, activities=replace(house.activities, cells=Cells(house.registry, ladder)))

        async def go() -> timedelta:
            async with limited.working() as client:
                source = DocumentInput(str(inbox(1)[0]), unsure, "note", "limited", climb=True, together=True)
                handle = await client.start_workflow(DocumentWorkflow.run, source, id="limited", task_queue=house.queue)
                wait = await asyncio.wait_for(_scheduled(handle), 600)
                await handle.terminate()
                return wait

        assert round(asyncio.run(go()).total_seconds()) == 61
        assert len(model.bodies) == 1


async def _scheduled(handle: WorkflowHandle[DocumentWorkflow, DocumentOutcome]) -> timedelta:
    """How long after its failure the climbing activity is to be tried again."""
    while True:
        pending = (await handle.describe()).raw_description.pending_activities
        climbing = [one for one in pending if one.activity_type.name.startswith("climb:") and one.attempt > 1]
        if climbing:
            assert climbing[0].state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
            return climbing[0].current_retry_interval.ToTimedelta()
        await asyncio.sleep(0.1)
