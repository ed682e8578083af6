"""A worse artifact is rolled back by itself, a shadow only notes, and no document changes its artifact."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from runtime.durable.messages import BatchInput
from runtime.durable.submit import submit
from runtime.rollout import Rates, worse
from runtime.tables import records
from tests.runtime.durable.conftest import House

Inbox = Callable[[int], list[Path]]


def run(house: House, paths: list[Path], batch: str, page: int) -> None:
    async def go() -> None:
        async with house.working() as client:
            options = BatchInput(batch, "note", "", 0, window=8, page=page)
            inbox = str(paths[0].parent)
            handle = await submit(client, house.registry, house.activities.claims, inbox, options, house.queue)
            progress = await asyncio.wait_for(handle.result(), 90)
        assert progress.counts == {"recorded": len(paths)}

    asyncio.run(go())


def test_a_canary_that_sends_more_to_people_is_rolled_back(house: House, unsure: str, inbox: Inbox) -> None:
    rollouts = house.activities.rollouts
    house.registry.start_trial(f"note@{unsure}", 0.5)
    run(house, inbox(80), "canary", page=60)
    ended = house.registry.show("note")
    assert ended.trial is None
    assert ended.events[-1].action == "rollback" and ended.events[-1].reason.startswith("review rate")
    stable, candidate = rollouts.rates(house.address), rollouts.rates(unsure)
    assert stable.records + candidate.records == 80 and 20 <= candidate.records < 50
    assert (stable.reviewed, candidate.reviewed) == (0, candidate.records)
    with house.store.engine.connect() as connection:
        assert set(connection.scalars(select(records.c.artifact))) == {house.address, unsure}
    assert house.registry.address("note") == house.address


def test_a_shadow_never_writes_a_record(house: House, unsure: str, inbox: Inbox) -> None:
    rollouts = house.activities.rollouts
    house.registry.start_trial(f"note@{unsure}", 1.0, "shadow")
    run(house, inbox(4), "shadow", page=10)
    assert rollouts.rates(unsure).records == 0 and rollouts.rates(house.address).records == 4
    assert rollouts.differences("note", unsure)["documents"] == 4
    house.registry.promote(f"note@{unsure}")
    assert house.registry.address("note") == unsure and house.registry.show("note").trial is None


@pytest.mark.parametrize(
    ("stable", "candidate", "is_worse"),
    [
        (Rates(100, 10, 10, 1), Rates(100, 11, 11, 1), False),
        (Rates(100, 10, 10, 1), Rates(100, 40, 10, 1), True),
        (Rates(100, 30, 30, 3), Rates(100, 30, 30, 20), True),
        (Rates(100, 40, 10, 1), Rates(100, 10, 10, 1), False),
        (Rates(100, 10, 10, 1), Rates(10, 10, 10, 10), False),  # too few to tell
    ],
)
def test_worse_is_a_test_with_a_level(stable: Rates, candidate: Rates, is_worse: bool) -> None:
    assert (worse(stable, candidate) is not None) == is_worse
