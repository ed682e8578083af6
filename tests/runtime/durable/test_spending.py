"""A batch on a cluster spends at most its budget and names who was left; the next one has a budget of its own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from temporalio.client import Client

from runtime.artifact import Artifact
from runtime.durable.messages import BatchInput, BatchProgress
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from tests.inference.model_server import Reply, model_server
from tests.runtime.conftest import make_artifact
from tests.runtime.durable.conftest import UNSURE, House, asking, tell

Inbox = Callable[[int], list[Path]]
CALL = 320
"""Tokens of one call."""


async def go(house: House, client: Client, folder: Path, options: BatchInput) -> BatchProgress:
    claims = house.activities.claims
    return await (await submit(client, house.registry, claims, str(folder), options, house.queue)).result()


@pytest.mark.parametrize("together", [False, True])
def test_a_batch_spends_at_most_its_budget_and_names_who_was_left(
    house: House, unsure: str, inbox: Inbox, together: bool
) -> None:
    folder = inbox(6)[0].parent
    house.registry.promote(f"note@{unsure}")
    budget, batch = 4000 + 2 * CALL, f"poor-{together}"
    with model_server("openai", Reply(tell, input_tokens=CALL - 20, output_tokens=20)) as server:
        options = BatchInput(batch, "note", "", 0, page=2, climb=True, token_budget=budget, together=together)

        async def run() -> BatchProgress:
            async with asking(house, server).working() as client:
                return await go(house, client, folder, options)

        progress = asyncio.run(run())
    asked = len(server.bodies)
    assert progress.counts == {"recorded": 6}
    assert asked == 3  # a fourth might take 4000, and less than that is left
    assert progress.tokens == asked * CALL <= budget
    left = list(house.store.left(batch_of(batch, unsure, "note")))
    assert {one.reason for one in left} == {"budget"}
    assert len(left) == 6 - asked
    assert all("raise its budget" in one.message for one in left)


def test_a_second_batch_of_the_same_worker_has_a_budget_of_its_own(house: House, inbox: Inbox) -> None:
    paths, made = inbox(2), make_artifact(model=UNSURE)
    spec = {**yaml.safe_load(made.spec_yaml), "fallback": {"tokens_per_batch": 4000}}
    house.registry.publish(Artifact({**made.files, "spec.yaml": yaml.safe_dump(spec).encode()}))
    with model_server("openai", Reply(tell, input_tokens=3980, output_tokens=20)) as server:

        async def run() -> list[int]:
            spent = []
            async with asking(house, server).working() as client:
                for path in paths:
                    alone = path.parent / path.name[:5]
                    alone.mkdir()
                    path.rename(alone / path.name)
                    options = BatchInput(alone.name, "note", "", 0, climb=True, together=True)
                    spent.append((await go(house, client, alone, options)).tokens)
            return spent

        assert asyncio.run(run()) == [4000, 4000]
