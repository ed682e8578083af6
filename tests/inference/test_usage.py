"""Prices and sums."""

import re

import pytest

from inference.usage import NANO, Usage, cost, highest_cost, price_date, prices


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        ("anthropic:claude-opus-4-5", Usage(1, 1_000_000, 0), 5.0),
        ("anthropic:claude-opus-4-5-20251101", Usage(1, 0, 1_000_000), 25.0),
        ("anthropic:claude-opus-4-5", Usage(1, 1000, 0, cache_read_tokens=1000), 0.0005),
        ("anthropic:claude-opus-4-5", Usage(1, 1000, 0, cache_write_tokens=1000), 0.00625),
        ("anthropic:claude-haiku-5-5", Usage(1, 100_000, 0), 0.01),
        ("anthropic:claude-haiku-5-5", Usage(1, 100_001, 0), 0.0500005),
        ("openai:gpt-4o-2024-08-06", Usage(1, 1_000_000, 0), 2.5),
    ],
)
def test_cost(model: str, usage: Usage, dollars: float) -> None:
    tiers = prices(model)
    assert tiers is not None
    assert cost(usage, tiers) == round(dollars * NANO)


@pytest.mark.parametrize("model", ["openai:unheard-of", "anthropic:claude-opus-4", "claude-opus-4-5", "openai:gpt-4"])
def test_unknown_price(model: str) -> None:
    assert prices(model) is None


def test_no_call_costs_more_than_the_highest() -> None:
    tiers = prices("anthropic:claude-haiku-5-5")
    assert tiers is not None
    top = highest_cost(150_000, 500, tiers)
    for read in (0, 50_000):
        for written in (0, 50_000, 100_000):
            assert cost(Usage(1, 150_000, 500, read, written), tiers) <= top


def test_sum_and_date() -> None:
    assert Usage(1, 2, 3, 4, 5, 6) + Usage(1, 1, 1, 1, 1, 1) == Usage(2, 3, 4, 5, 6, 7)
    assert Usage(1, 2, 3).tokens == 5
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", price_date())
