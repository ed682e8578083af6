"""A batch's tokens: never more than its budget, whatever the order in which documents start and end."""

import random

import pytest

from runtime.durable.purse import Purse


def test_without_a_limit_any_number_may_climb() -> None:
    purse = Purse(None, 4000)
    purse.hold(range(100))
    purse.settle(3, 900, "")
    assert (purse.carries(), purse.undecided, purse.spent) == (None, False, 900)


def test_what_is_set_aside_comes_back_when_less_was_taken() -> None:
    purse = Purse(1000, 400)
    assert purse.carries() == 2
    purse.hold(range(2))
    assert (purse.carries(), purse.undecided) == (0, True)
    purse.settle(0, 100, "")
    assert (purse.carries(), purse.spent) == (1, 100)
    purse.settle(1, 400, "")
    assert (purse.carries(), purse.undecided) == (1, False)


@pytest.mark.parametrize(("reason", "spent"), [("lost", 400), ("crash", 400), ("budget", 0), ("unavailable", 0)])
def test_what_a_lost_document_may_have_taken_counts_as_spent(reason: str, spent: int) -> None:
    purse = Purse(1000, 400)
    purse.hold(range(1))
    purse.settle(0, 0, reason)
    purse.settle(1, 0, reason)  # never climbed
    assert (purse.spent, purse.held) == (spent, set())


@pytest.mark.parametrize("seed", range(50))
def test_no_order_of_starts_and_ends_passes_the_limit(seed: int) -> None:
    chance = random.Random(seed)
    limit, reserve = chance.randint(0, 5000), chance.randint(0, 900)
    purse, started = Purse(limit, reserve), 0
    for _ in range(200):
        may = purse.carries()
        assert may is not None
        if may and chance.random() < 0.5:
            count = chance.randint(1, min(may, 5))
            purse.hold(range(started, started + count))
            started += count
        elif purse.held:
            reason = chance.choice(["", "lost"])
            purse.settle(chance.choice(sorted(purse.held)), chance.randint(0, reserve), reason)
        assert purse.spent + reserve * len(purse.held) <= limit
