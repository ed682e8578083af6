"""A batch is paused, resumed, cancelled and taken in by a schedule; a case is decided by command."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.service import RPCError
from typer.testing import CliRunner

from cli.main import app
from runtime.durable.batch import BatchWorkflow, document_id
from runtime.durable.messages import BatchInput
from runtime.durable.rows import batch_of
from runtime.durable.submit import schedule, submit
from runtime.errors import UsageError
from tests.runtime.conftest import make_document
from tests.runtime.durable.conftest import ROLES, House

Inbox = Callable[[int], list[Path]]


async def factory(*words: str) -> Any:
    """What a command prints as JSON."""
    done = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


async def started(client: Client, workflow: str) -> None:
    """Wait until it is."""
    while True:
        try:
            await client.get_workflow_handle(workflow).describe()
        except RPCError:
            await asyncio.sleep(0.1)
        else:
            return


def test_a_paused_batch_starts_nothing_until_it_is_resumed(house: House, inbox: Inbox) -> None:
    folder = str(inbox(5)[0].parent)

    async def go() -> None:
        client, claims = await house.client(), house.activities.claims
        options = BatchInput("paused", "note", "", 0, window=2, page=2, together=True)
        handle = await submit(client, house.registry, claims, folder, options, house.queue)
        await handle.signal(BatchWorkflow.pause)
        async with house.working():
            told = await factory("status", "paused", "--server", house.server)
            assert (told["started"], told["in_flight"], told["paused"]) == (0, 0, True)
            await factory("status", "paused", "--send", "resume", "--server", house.server)
            assert (await handle.result()).counts == {"recorded": 5}

    asyncio.run(go())


def test_a_cancelled_batch_ends_and_starts_no_more(house: House, inbox: Inbox) -> None:
    folder = str(inbox(3)[0].parent)

    async def go() -> None:
        client, claims = await house.client(), house.activities.claims
        handle = await submit(client, house.registry, claims, folder, BatchInput("ended", "note", "", 0), house.queue)
        await handle.signal(BatchWorkflow.pause)
        async with house.working():
            await factory("status", "ended", "--send", "cancel", "--server", house.server)
            progress = await handle.result()
        assert (progress.started, progress.counts, progress.cancelled) == (0, {}, True)

    asyncio.run(go())
    assert house.store.ids() == []


def test_documents_that_were_ended_by_hand_are_listed_and_the_batch_ends(house: House, inbox: Inbox) -> None:
    folder = str(inbox(4)[0].parent)
    nobody_extracts = {role: limit for role, limit in ROLES.items() if role != "extract"}

    async def go() -> None:
        client, claims = await house.client(), house.activities.claims
        options = BatchInput("shot", "note", "", 0, window=2, quiet_seconds=1.0)
        handle = await submit(client, house.registry, claims, folder, options, house.queue)
        async with house.working(nobody_extracts):
            for position in (0, 1):
                await started(client, document_id("shot", position))
                await client.get_workflow_handle(document_id("shot", position)).terminate()
            while (await handle.query(BatchWorkflow.progress)).started < 4:
                await asyncio.sleep(0.1)
        async with house.working():
            progress = await handle.result()
        assert (progress.counts, progress.failures) == ({"failed": 2, "recorded": 2}, [(0, "lost"), (1, "lost")])

    asyncio.run(go())
    listed = list(house.store.failures(batch_of("shot", house.address, "note")))
    assert [(one.position, one.reason) for one in listed] == [(0, "lost"), (1, "lost")]
    assert all("submit the document again" in one.message for one in listed)


def test_a_batch_that_missed_what_its_documents_told_looks_after_them(house: House, inbox: Inbox) -> None:
    folder = str(inbox(2)[0].parent)

    async def go() -> None:
        claims = house.activities.claims
        async with house.working() as client:
            done = await submit(
                client, house.registry, claims, folder, BatchInput("deaf", "note", "", 0), f"{house.queue}"
            )
            await done.result()
            manifest = claims.put_manifest(str(path) for path in sorted(Path(folder).iterdir()))[0]
            again = BatchInput(
                "deaf", "note", manifest, 2, offset=2, in_flight=[0, 1], climbing=[1], reserve=7, quiet_seconds=0.5
            )
            progress = await client.execute_workflow(BatchWorkflow.run, again, id="deaf-again", task_queue=house.queue)
        assert (progress.counts, progress.failures, progress.tokens) == ({"recorded": 2}, [], 0)

    asyncio.run(go())


def test_equal_documents_at_one_time_are_one_record_and_its_duplicates(house: House, inbox: Inbox) -> None:
    paths = inbox(6)
    for path in paths:
        path.write_text(make_document("Number N-00000").to_json())

    async def go() -> None:
        async with house.working({**ROLES, "extract": replace(ROLES["extract"], concurrency=3)}) as client:
            options = BatchInput("equal", "note", "", 0, together=True)
            folder, claims = str(paths[0].parent), house.activities.claims
            handle = await submit(client, house.registry, claims, folder, options, house.queue)
            assert (await handle.result()).counts == {"recorded": 1, "duplicate": 5}

    asyncio.run(go())
    assert len(house.store.ids()) == 1


def test_a_schedule_takes_the_inbox_in_and_records_nothing_twice(house: House, inbox: Inbox) -> None:
    folder = str(inbox(3)[0].parent)

    async def go() -> None:
        async with house.working() as client:
            yearly = await schedule(client, house.registry, folder, "note", "0 0 1 1 *", house.queue)
            handle = client.get_schedule_handle(yearly)
            for count, kind in ((1, "recorded"), (2, "known")):
                await handle.trigger()
                while len(actions := (await handle.describe()).info.recent_actions) < count:
                    await asyncio.sleep(0.1)
                intake = client.get_workflow_handle(
                    actions[-1].action.workflow_id, first_execution_run_id=actions[-1].action.first_execution_run_id
                )
                assert (await intake.result())["counts"] == {kind: 3}
            with pytest.raises(UsageError, match="there already"):
                await schedule(client, house.registry, folder, "note", "0 0 1 1 *", house.queue)
            await handle.delete()

    asyncio.run(go())
    assert len(house.store.ids()) == 3


def test_a_case_is_decided_by_command(house: House, inbox: Inbox) -> None:
    paths = inbox(2)

    async def go() -> Any:
        async with house.working():
            where = ("--server", house.server, "--queue", house.queue)
            return await factory("decide", str(paths[0]), "note", "--urgency", "expedited", "--wait", *where)

    answer = asyncio.run(go())
    assert (answer["kind"], answer["missed"], answer["record"]) == ("recorded", [], house.store.ids()[0])


@pytest.mark.parametrize(
    "words", [("--received", "2026-11-25T08:00:00"), ("--received", "soon"), ("--zone", "Mars/Base")]
)
def test_a_clock_that_cannot_be_read_is_refused(house: House, inbox: Inbox, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["decide", str(inbox(1)[0]), "note", "--server", house.server, *words])
    assert done.exit_code == 2, done.output
