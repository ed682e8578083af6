"""Deadlines of 72 hours and 7 days on the real server, which skips the time while nothing else happens."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payloads, TimeSkippingConfig, WorkflowType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import StartWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle

from runtime.durable.messages import DecisionInput, DocumentInput
from tests.runtime.durable.conftest import House

Inbox = Callable[[int], list[Path]]


async def start_skipping(client: Client, workflow: Any, argument: Any, queue: str) -> WorkflowHandle[Any, Any]:
    """Start a workflow whose timers the server fires as soon as nothing else is to be done."""
    identity = f"skipping-{uuid.uuid4().hex}"
    request = StartWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_id=identity,
        workflow_type=WorkflowType(name=workflow.__name__),
        task_queue=TaskQueue(name=queue),
        input=Payloads(payloads=await client.data_converter.encode([argument])),
        request_id=uuid.uuid4().hex,
        time_skipping_config=TimeSkippingConfig(enabled=True),
    )
    await client.workflow_service.start_workflow_execution(request)
    return client.get_workflow_handle_for(workflow.run, identity)


def test_a_review_is_escalated_after_72_hours_and_ends_after_7_days(house: House, unsure: str, inbox: Inbox) -> None:
    from runtime.durable.document import DocumentWorkflow

    async def go() -> None:
        async with house.working() as client:
            source = DocumentInput(str(inbox(1)[0]), unsure, "note", "t1")
            handle = await start_skipping(client, DocumentWorkflow, source, house.queue)
            outcome = await asyncio.wait_for(handle.result(), 40)
            history = await handle.fetch_history()
        assert (outcome.kind, outcome.review, outcome.escalated) == ("recorded", "expired", True)
        started = [event for event in history.events if event.HasField("timer_started_event_attributes")]
        waits = [one.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() for one in started]
        assert waits == [timedelta(hours=72), timedelta(days=7) - timedelta(hours=72)]
        took = history.events[-1].event_time.ToDatetime() - history.events[0].event_time.ToDatetime()
        assert timedelta(days=7) <= took < timedelta(days=7, minutes=5)

    asyncio.run(go())
    told = [entry.action for entry in house.activities.audit.entries()]
    assert [one for one in told if one.startswith("document.")] == [
        "document.review",
        "document.escalated",
        "document.expired",
    ]


def test_a_decision_that_waits_misses_its_legal_deadlines_in_order(house: House, unsure: str, inbox: Inbox) -> None:
    from runtime.durable.decision import DecisionWorkflow

    async def go() -> None:
        async with house.working() as client:
            source = DocumentInput(str(inbox(1)[0]), unsure, "note", "t2")
            deadlines = {"standard": 7 * 24 * 3600.0, "expedited": 72 * 3600.0}
            handle = await start_skipping(client, DecisionWorkflow, DecisionInput(source, deadlines), house.queue)
            outcome = await asyncio.wait_for(handle.result(), 40)
        assert (outcome.kind, outcome.missed) == ("recorded", ["expedited", "standard"])

    asyncio.run(go())


def test_a_standard_request_runs_on_the_legal_clock(house: House, unsure: str, inbox: Inbox) -> None:
    from runtime.durable.decision import DecisionWorkflow

    async def go() -> None:
        async with house.working() as client:
            source = DocumentInput(str(inbox(1)[0]), unsure, "note", "t3")
            given = DecisionInput(source, urgency="standard")
            handle = await start_skipping(client, DecisionWorkflow, given, house.queue)
            outcome = await asyncio.wait_for(handle.result(), 40)
            history = await handle.fetch_history()
        assert (outcome.kind, outcome.missed) == ("recorded", ["escalation", "due"])
        started = [event for event in history.events if event.HasField("timer_started_event_attributes")]
        waits = [one.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() for one in started]
        assert waits == [timedelta(days=7), timedelta(days=5)]

    asyncio.run(go())
