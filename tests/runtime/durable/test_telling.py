"""What is decided by command or on the page reaches the workflow that waits for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from typer.testing import CliRunner

from cli.main import app
from runtime.durable.client import Connection, TemporalError
from runtime.durable.decision import DecisionWorkflow
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import DecisionInput, DocumentInput
from runtime.durable.telling import tell_waiting
from runtime.review.queue import list_open, settle
from tests.runtime.durable.conftest import House

Inbox = Callable[[int], list[Path]]


async def open_item(house: House) -> str:
    while not (items := list_open(house.store)):
        await asyncio.sleep(0.1)
    return items[0].id


@pytest.mark.parametrize("kind", ["document", "decision"])
def test_a_decision_by_command_ends_the_waiting(house: House, unsure: str, inbox: Inbox, kind: str) -> None:
    source = DocumentInput(str(inbox(1)[0]), unsure, "note", f"told-{kind}")

    async def go() -> Any:
        async with house.working() as client:
            if kind == "document":
                started: Any = (DocumentWorkflow.run, source)
            else:
                started = (DecisionWorkflow.run, DecisionInput(source, urgency="expedited"))
            handle = await client.start_workflow(*started, id=source.batch, task_queue=house.queue)
            item = await open_item(house)
            command = ["review", "settle", item, "accept", "--temporal", house.server]
            done = await asyncio.to_thread(CliRunner().invoke, app, command)
            assert done.exit_code == 0, done.output
            return await asyncio.wait_for(handle.result(), 20)

    outcome = asyncio.run(go())
    assert outcome.kind == "recorded"
    assert outcome.review == "done" if kind == "document" else outcome.missed == []


def test_who_ended_hears_nothing_and_a_server_that_is_away_is_said(house: House, unsure: str, inbox: Inbox) -> None:
    source = DocumentInput(str(inbox(1)[0]), unsure, "note", "ended", review_seconds=0.1, escalation_seconds=0.1)

    async def go() -> str:
        async with house.working() as client:
            handle = await client.start_workflow(DocumentWorkflow.run, source, id="ended", task_queue=house.queue)
            assert (await asyncio.wait_for(handle.result(), 20)).review == "expired"
            return await open_item(house)

    item = asyncio.run(go())
    settle(house.store, house.activities.audit, item, "accept", "ann")
    assert tell_waiting(house.store, item, Connection(house.server)) == 0
    with pytest.raises(TemporalError, match="no Temporal server"):
        tell_waiting(house.store, item, Connection("127.0.0.1:1"))


def test_an_item_that_nobody_waits_for_needs_no_server(house: House) -> None:
    assert tell_waiting(house.store, "0" * 32, Connection("127.0.0.1:1")) == 0


def test_an_urgency_that_no_rule_knows_fails_the_case(house: House, unsure: str, inbox: Inbox) -> None:
    source = DocumentInput(str(inbox(1)[0]), unsure, "note", "odd")

    async def go() -> None:
        async with house.working() as client:
            given = DecisionInput(source, urgency="soon")
            with pytest.raises(WorkflowFailureError):
                await client.execute_workflow(DecisionWorkflow.run, given, id="odd", task_queue=house.queue)

    asyncio.run(go())


def test_a_wrong_address_is_refused_before_anything_is_settled(house: House) -> None:
    done = CliRunner().invoke(app, ["review", "settle", "0", "accept", "--temporal", "nowhere"])
    assert done.exit_code == 2
