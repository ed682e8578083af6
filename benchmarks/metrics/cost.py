"""Total cost of ownership: tokens at list price and machines, at a number of documents a month.

Source: Compiled AI paper, section 6.1 and Table 2. Prices stand with their dates in `prices.yaml` here and, for
tokens, in `inference/prices.json`.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

VOLUMES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
SECONDS_A_MONTH = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """US dollars for a million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a system spends: once, and on a document (means)."""

    compile_input: float
    compile_output: float
    input: float
    output: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars a month."""

    inference: float
    machines: float

    @property
    def total(self) -> float:
        return self.inference + self.machines


def monthly(load: Load, price: TokenPrice, documents: int) -> Cost:
    """Cost of a month with `documents`, with one compile in it.

    Machines: at least the smallest that `prices.yaml` names, then whole ones, each loaded to the share it names.
    """
    spent = load.compile_input + documents * load.input, load.compile_output + documents * load.output
    inference = (spent[0] * price.input + spent[1] * price.output) / 1_000_000
    machine = table()["machine"]
    capacity = machine["cores"] * SECONDS_A_MONTH * machine["utilisation"]
    count = max(1, math.ceil(documents * load.cpu_seconds / capacity))
    return Cost(inference, count * machine["dollars_a_month"])


def paper_price() -> TokenPrice:
    """The price that the paper's Table 2 reckons with."""
    price = table()["paper_model"]
    return TokenPrice(price["input"], price["output"])


@cache
def table() -> dict[str, Any]:
    """`prices.yaml`, read once."""
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "prices.yaml").read_text(encoding="utf-8"))
    return data
