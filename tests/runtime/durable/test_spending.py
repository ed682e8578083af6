"""A batch on a cluster spends at most its budget, names who was left, and waits out an outage once only."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.durable.messages import BatchInput, BatchProgress
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from runtime.durable.worker import activities_of
from tests.inference.model_server import ModelServer, Reply, model_server
from tests.runtime.durable.conftest import House

Inbox = Callable[[int], list[Path]]
CALL = 320
"""Tokens of one call."""


def tell(body: str) -> str:
    found = re.search(r"N-\d{5}", body)
    return json.dumps({"number": found.group(0) if found else None})


def asking(house: House, server: ModelServer) -> House:
    """The same house, whose workers ask this model."""
    name, given = f"{server.model.provider}:{server.model.name}@{server.model.url}", house.activities
    activities = activities_of(given.registry, given.store, given.claims, given.audit, {"model": name})
    return replace(house, activities=activities)


def go(house: House, server: ModelServer, folder: Path, options: BatchInput) -> BatchProgress:
    async def run() -> BatchProgress:
        async with asking(house, server).working() as client:
            handle = await submit(client, house.registry, house.activities.claims, str(folder), options, house.queue)
            return await handle.result()

    return asyncio.run(run())


@pytest.mark.parametrize("together", [False, True])
def test_a_batch_spends_at_most_its_budget_and_names_who_was_left(
    house: House, unsure: str, inbox: Inbox, together: bool
) -> None:
    folder = inbox(6)[0].parent
    house.registry.promote(f"note@{unsure}")
    budget, batch = 4000 + 2 * CALL, f"poor-{together}"
    with model_server("openai", Reply(tell, input_tokens=CALL - 20, output_tokens=20)) as server:
        options = BatchInput(batch, "note", "", 0, page=2, climb=True, token_budget=budget, together=together)
        progress = go(house, server, folder, options)
    asked = len(server.bodies)
    assert progress.counts == {"recorded": 6}
    assert asked == 3  # a fourth might take 4000, and less than that is left
    assert progress.tokens == asked * CALL <= budget
    left = list(house.store.left(batch_of(batch, unsure, "note")))
    assert {one.reason for one in left} == {"budget"}
    assert len(left) == 6 - asked
    assert all("raise its budget" in one.message for one in left)


def test_a_second_batch_of_the_same_worker_has_a_budget_of_its_own(house: House, unsure: str, inbox: Inbox) -> None:
    paths = inbox(2)
    house.registry.promote(f"note@{unsure}")
    with model_server("openai", Reply(tell, input_tokens=CALL - 20, output_tokens=20)) as server:
        for name in ("one", "two"):
            paths[0].write_text(paths[0].read_text().replace("small", name))
            options = BatchInput(name, "note", "", 0, climb=True, token_budget=4000, together=True)
            progress = go(house, server, paths[0].parent, options)
            assert progress.tokens == CALL
