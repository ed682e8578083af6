"""The audit log holds the same of a document whichever way it ran."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from runtime.audit import AuditLog, Entry
from runtime.batch import BatchOptions, run_batch
from runtime.durable.messages import BatchInput
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from runtime.ladder import LadderOptions
from runtime.store import Store
from tests.inference.model_server import Reply, model_server
from tests.runtime.durable.conftest import House, asking, tell

Inbox = Callable[[int], list[Path]]
SHARED = ("batch.start", "record.write", "model.call", "batch.finished")


def trail(entries: list[Entry], batch: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each subject was noted under each action, with the batch's own id left out."""
    kept = [entry for entry in entries if entry.action in SHARED]
    assert all(entry.subjects[0] == batch for entry in kept)
    return Counter(
        (entry.action, subjects)
        for entry in kept
        for subjects in (
            [(one,) for one in entry.subjects[1:]] if entry.action == "record.write" else [entry.subjects[1:]]
        )
    )


def test_workers_leave_the_trail_that_the_local_runner_leaves(house: House, unsure: str, inbox: Inbox) -> None:
    paths = inbox(3)
    house.registry.promote(f"note@{unsure}")
    with model_server("openai", Reply(tell)) as server:
        model = f"{server.model.provider}:{server.model.name}@{server.model.url}"
        log = AuditLog(house.registry.root / "local.jsonl")
        report = run_batch(
            house.registry,
            f"note@{unsure}",
            paths,
            Store(f"sqlite:///{house.registry.root / 'local.sqlite'}"),
            options=BatchOptions(1),
            audit=log,
            ladder=LadderOptions(model),
        )

        async def go() -> None:
            async with asking(house, server).working() as client:
                options = BatchInput("trail", "note", "", 0, climb=True, together=True)
                folder = str(paths[0].parent)
                handle = await submit(client, house.registry, house.activities.claims, folder, options, house.queue)
                assert (await handle.result()).counts == {"recorded": 3}

        asyncio.run(go())
    durable = trail(list(house.activities.audit.entries()), batch_of("trail", unsure, "note").id)
    local = trail(list(log.entries()), report.batch.id)
    assert durable == local
    assert Counter(action for action, _ in durable.elements()) == {
        "batch.start": 1, "record.write": 3, "model.call": 3, "batch.finished": 1,
    }  # fmt: skip
    assert house.activities.audit.verify_chain().whole
    assert "N-0000" not in house.activities.audit.path.read_text()
