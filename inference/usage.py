"""What a model call spends, and what a token costs.

Money is counted in whole nano-dollars (1e-9 US dollar), so that sums are exact. List prices are in `prices.json`,
which says their date and source.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money. `input_tokens` holds those read from and written to a provider's prompt cache too."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    nanodollars: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def dollars(self) -> float:
        return self.nanodollars / NANO

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.nanodollars + other.nanodollars,
        )


class Tier(TypedDict):
    """Prices in US dollars for a million tokens; they hold for prompts of more than `above` tokens."""

    above: int
    input: float
    output: float
    cache_read: float
    cache_write: float


FREE: tuple[Tier, ...] = ({"above": 0, "input": 0.0, "output": 0.0, "cache_read": 0.0, "cache_write": 0.0},)


def prices(model: str) -> tuple[Tier, ...] | None:
    """The tiers of `model` (`anthropic:claude-…`), lowest first; None where the table has no price for it.

    A name with a date behind it (`…-20251101`, `…-2024-05-13`) has the price of the name without.
    """
    name, _, date = model.partition("-20")
    table = _table()
    return table.get(model) or (table.get(name) if re.fullmatch(r"\d\d-?\d\d-?\d\d", date) else None)


def cost(usage: Usage, tiers: tuple[Tier, ...]) -> int:
    """What `usage` costs, in nano-dollars, rounded up."""
    tier = [tier for tier in tiers if tier["above"] == 0 or usage.input_tokens > tier["above"]][-1]
    plain = usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens
    parts = (
        (plain, tier["input"]),
        (usage.output_tokens, tier["output"]),
        (usage.cache_read_tokens, tier["cache_read"]),
        (usage.cache_write_tokens, tier["cache_write"]),
    )
    return sum(-(-tokens * round(price * NANO) // 1_000_000) for tokens, price in parts)


def highest_cost(input_tokens: int, output_tokens: int, tiers: tuple[Tier, ...]) -> int:
    """No call with at most these tokens costs more than this, in nano-dollars, however the cache behaves."""
    return max(
        cost(Usage(0, input_tokens, output_tokens, cache_write_tokens=written), tiers) for written in (0, input_tokens)
    )


def price_date() -> str:
    """The day the price table was made, as YYYY-MM-DD."""
    return str(json.loads((Path(__file__).parent / "prices.json").read_text(encoding="utf-8"))["as_of"])


@cache
def _table() -> dict[str, tuple[Tier, ...]]:
    data = json.loads((Path(__file__).parent / "prices.json").read_text(encoding="utf-8"))
    return {model: tuple(tiers) for model, tiers in data["models"].items()}
