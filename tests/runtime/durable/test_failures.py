"""Errors by class: what is refused is undone and never tried again, a rate limit is waited out as its server says."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowHandle

from ocr.options import ReadOptions
from runtime import allowance
from runtime.durable import beating, claims, running
from runtime.durable.decision import DecisionWorkflow
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import BatchInput, DecisionInput, DocumentInput, DocumentOutcome, Timing
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from tests.inference.model_server import Reply, model_server
from tests.runtime.durable.conftest import House, asking

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


def test_a_rate_limit_is_waited_out_as_long_as_its_server_says(house: House, unsure: str, inbox: Inbox) -> None:
    busy = Reply(status=429, headers={"retry-after": "61"})
    with model_server("openai", busy) as model:
        limited = asking(house, model)

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


def test_a_machine_too_slow_for_the_model_fails_no_document(
    house: House, unsure: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "LADDER_SECONDS", -24.0)  # 1 s, then 2, then 4
    monkeypatch.setattr(running, "seconds_for", lambda size, timeout: 25.0)
    with model_server("openai", Reply(delay=60.0)) as model:
        slow = asking(house, model)

        async def go() -> tuple[DocumentOutcome, int]:
            async with slow.working() as client:
                source = DocumentInput(str(inbox(1)[0]), unsure, "note", "slow", climb=True, escalation_seconds=0.2,
                                       review_seconds=0.1)  # fmt: skip
                handle = await client.start_workflow(DocumentWorkflow.run, source, id="slow", task_queue=house.queue)
                outcome = await asyncio.wait_for(handle.result(), 300)
                started = [
                    event.activity_task_started_event_attributes
                    async for event in handle.fetch_history_events()
                    if event.HasField("activity_task_started_event_attributes")
                ]
                return outcome, max(one.attempt for one in started)

        outcome, attempts = asyncio.run(go())
    assert (outcome.kind, outcome.reason, attempts) == ("recorded", "timeout", running.MACHINE_ATTEMPTS)
    batch = batch_of("slow", unsure, "note")
    assert [(one.kind, one.reason) for one in house.store.left(batch)] == [("recorded", "timeout")]
    assert house.store.open_items(batch) == 1, "a person sees what the model could not be asked"


def test_a_document_that_was_too_slow_is_given_more_time(
    house: House, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(running, "TIMEOUT", 0.001)
    whole = house.activities.runner.cells.run

    def run(artifact: str, path: str, seconds: float, climb: bool) -> dict[str, object]:
        asked.append(seconds)
        return whole(artifact, path, 60.0 if len(asked) == 3 else 0.0, climb)

    monkeypatch.setattr(house.activities.runner.cells, "run", run)

    async def go() -> DocumentOutcome:
        async with house.working() as client:
            source = DocumentInput(str(inbox(1)[0]), house.address, "note", "busy", together=True)
            handle = await client.start_workflow(DocumentWorkflow.run, source, id="busy", task_queue=house.queue)
            return await asyncio.wait_for(handle.result(), 300)

    assert asyncio.run(go()).kind == "recorded"
    assert [round(one / asked[0]) for one in asked] == [1, 2, 4]


def test_a_slow_inbox_is_waited_for_and_a_huge_document_is_not_read(
    house: House, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beating, "SECONDS", 0.2)
    (path,) = inbox(1)
    whole, reads = house.activities.claims.put_document, list[str]()

    def slowly(url: str) -> object:
        reads.append(url)
        time.sleep(4.0)
        return whole(url)

    monkeypatch.setattr(type(house.activities.claims), "put_document", lambda self, url: slowly(url))

    async def go() -> list[DocumentOutcome]:
        async with house.working() as client:
            outcomes = []
            for name, limit in (("slow-inbox", ReadOptions().max_bytes), ("huge", 10)):
                monkeypatch.setattr(claims, "ReadOptions", lambda limit=limit: ReadOptions(max_bytes=limit))
                source = DocumentInput(str(path), house.address, "note", name, timing=Timing(heartbeat=1.5))
                handle = await client.start_workflow(DocumentWorkflow.run, source, id=name, task_queue=house.queue)
                outcomes.append(await asyncio.wait_for(handle.result(), 300))
            return outcomes

    slow, huge = asyncio.run(go())
    assert (slow.kind, huge.kind, huge.reason) == ("recorded", "failed", "too_large")
    assert len(reads) == 2, "each was read once: no heartbeat was missed, and nothing was tried again"


@pytest.mark.parametrize("broken", ["document", "store"])
def test_a_case_that_fails_is_told_to_people_and_leaves_nothing_behind(house: House, inbox: Inbox, broken: str) -> None:
    (path,) = inbox(1)
    if broken == "document":
        path.write_text("{")
    else:
        with house.store.engine.begin() as connection:
            connection.execute(text("CREATE TRIGGER no BEFORE INSERT ON fields BEGIN SELECT RAISE(ABORT, 'no'); END"))

    async def go() -> str:
        async with house.working() as client:
            given = DecisionInput(DocumentInput(str(path), house.address, "note", broken), {"decision": 600.0})
            name = f"case-{broken}"
            case = await client.start_workflow(DecisionWorkflow.run, given, id=name, task_queue=house.queue)
            return (await asyncio.wait_for(case.result(), 300)).kind

    assert asyncio.run(go()) == "failed"
    actions = [entry.action for entry in house.activities.audit.entries()]
    assert actions[-2:] == ["document.failed", "batch.finished"]
    assert ("record.withdrawn" in actions) == (broken == "store")
    assert [one.kind for one in house.store.failures(batch_of(broken, house.address, "note"))] == ["failed"]
