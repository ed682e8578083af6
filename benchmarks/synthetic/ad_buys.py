"""Makes up the truth of an ad buy: a station's order, contract or invoice for television spots."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from benchmarks.synthetic import identifiers
from benchmarks.synthetic.model import load_data

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Station:
    call: str
    brand: str
    company: str
    street: str
    town: str
    layout: str
    dates: str
    phone: str


@dataclass(frozen=True)
class Spot:
    """A line of the schedule: `spots` airings of a programme in one week at one rate."""

    program: str
    time: str
    start: date
    end: date
    length: int
    spots: int
    rate: Decimal

    @property
    def total(self) -> Decimal:
        return self.rate * self.spots


@dataclass(frozen=True)
class AdBuy:
    """The buy. `net` is `gross` less the agency's commission."""

    station: Station
    contract: str
    revision: int
    other_number: str
    """A number beside the contract's: the invoice's, or the buyer's alternate order number."""
    advertiser: str
    product: str
    agency: tuple[str, str, str]
    executive: str
    printed: date
    flight_from: date
    flight_to: date
    spots: tuple[Spot, ...]
    commission: Decimal

    @property
    def gross(self) -> Decimal:
        return sum((spot.total for spot in self.spots), Decimal(0))

    @property
    def agency_share(self) -> Decimal:
        return (self.gross * self.commission / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def net(self) -> Decimal:
        return self.gross - self.agency_share

    @property
    def count(self) -> int:
        return sum(spot.spots for spot in self.spots)


@cache
def stations() -> tuple[Station, ...]:
    return tuple(_station(row) for row in load_data("stations")["stations"])


def make_ad_buy(station: Station, index: int, seed: int) -> AdBuy:
    """The `index`-th buy at `station`; every third has a schedule of several pages."""
    chance = random.Random(f"{seed}/{station.call}/{index}")  # noqa: S311  # made-up documents, no secrets
    data = load_data("stations")
    advertiser, product = chance.choice(data["advertisers"])
    start = date(2025, 1, 6) + timedelta(days=chance.randint(0, 640))
    end = start + timedelta(days=chance.choice([3, 6, 6, 13, 20, 27]))
    lines = chance.randint(34, 60) if index % 3 == 1 else chance.randint(2, 12)
    return AdBuy(
        station,
        identifiers.digits(chance, chance.choice([5, 6, 7])),
        chance.randint(0, 4),
        f"{identifiers.digits(chance, 7)}-{chance.randint(1, 3)}",
        advertiser,
        product,
        tuple(chance.choice(data["agencies"])),
        chance.choice(data["people"]),
        start - timedelta(days=chance.randint(1, 20)),
        start,
        end,
        tuple(_spot(start, end, chance) for _ in range(lines)),
        Decimal(chance.choice([15, 15, 15, 10])),
    )


def _station(row: dict[str, Any]) -> Station:
    chance = random.Random(f"station/{row['call']}")  # noqa: S311  # made-up documents, no secrets
    return Station(**row, dates=chance.choice(["m/d/Y", "m/d/y"]), phone=identifiers.phone("US", chance))


def _spot(start: date, end: date, chance: random.Random) -> Spot:
    program, time = chance.choice(load_data("stations")["programs"])
    first = start + timedelta(days=7 * chance.randint(0, (end - start).days // 7))
    last = min(end, first + timedelta(days=6))
    rate = Decimal(chance.choice([35, 50, 75, 110, 150, 225, 300, 450, 900, 1250]))
    return Spot(program, time, first, last, chance.choice([15, 30, 30, 30, 60]), chance.randint(1, 6), rate)
