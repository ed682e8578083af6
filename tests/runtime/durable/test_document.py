"""One document and small batches, end to end on a real server."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.client import WorkflowUpdateFailedError

from runtime.durable.batch import document_id
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import BatchInput, DocumentInput, ReviewDecision
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from tests.runtime.conftest import make_document
from tests.runtime.durable.conftest import House

Inbox = Callable[[int], list[Path]]


@pytest.mark.parametrize("together", [False, True])
def test_a_batch_records_every_document_and_lists_the_failed(house: House, inbox: Inbox, together: bool) -> None:
    paths = inbox(6)
    paths[3].write_bytes(paths[2].read_bytes())
    paths[4].write_text("{}")

    async def go() -> None:
        async with house.working() as client:
            options = BatchInput(f"b1-{together}", "note", "", 0, window=3, page=4, together=together)
            handle = await submit(
                client, house.registry, house.activities.claims, str(paths[0].parent), options, house.queue
            )
            progress = await handle.result()
            again = await submit(
                client, house.registry, house.activities.claims, str(paths[0].parent), options, house.queue
            )
            assert (await again.result()).counts == progress.counts  # as the store has them; nothing is done again
        assert progress.counts == {"recorded": 4, "duplicate": 1, "failed": 1} or progress.counts == {
            "recorded": 5,  # the two equal documents were at work at the same time
            "failed": 1,
        }
        assert [position for position, _ in progress.failures] == [4]

    asyncio.run(go())
    assert len(house.store.ids()) == 4
    row = batch_of(f"b1-{together}", house.address, "note")
    assert [(failure.path.endswith("00004.words.json"), failure.kind) for failure in house.store.failures(row)] == [
        (True, "failed")
    ]


def test_review_by_update_accepts_corrects_and_refuses(house: House, unsure: str, tmp_path: Path) -> None:
    path = tmp_path / "a.words.json"
    path.write_text(make_document("Number N-70").to_json())

    async def go() -> None:
        async with house.working() as client:
            handle = await client.start_workflow(
                DocumentWorkflow.run,
                DocumentInput(str(path), unsure, "note", "b2"),
                id=document_id("b2", 0),
                task_queue=house.queue,
            )
            while not (state := await handle.query(DocumentWorkflow.state)).open_items:
                await asyncio.sleep(0.1)
            item = state.open_items[0]
            for wrong in (
                ReviewDecision("0" * 32, "accept", "ann"),
                ReviewDecision(item, "maybe", "ann"),
                ReviewDecision(item, "correct", "ann"),
            ):
                with pytest.raises(WorkflowUpdateFailedError):
                    await handle.execute_update(DocumentWorkflow.review_decision, wrong)
            right = ReviewDecision(item, "correct", "ann", "N-77")
            assert await handle.execute_update(DocumentWorkflow.review_decision, right) == 0
            outcome = await handle.result()
        assert (outcome.kind, outcome.review, outcome.escalated) == ("recorded", "done", False)

    asyncio.run(go())
    assert house.store.record(house.store.ids()[0]).record.fields["number"].value == "N-77"
