"""Makes up the truth of a till receipt."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from benchmarks.synthetic import identifiers
from benchmarks.synthetic.forms import print_date, print_number
from benchmarks.synthetic.model import load_data

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Shop:
    """A shop and its till's habits."""

    lines: tuple[str, ...]
    number: str
    address: tuple[str, ...]
    country: str
    language: str
    goods: str
    layout: str
    dates: str
    numbers: str
    symbol: str
    phone: str
    tax_id: str
    words: Mapping[str, str]

    @property
    def name(self) -> str:
        return " ".join(self.lines)

    def amount(self, value: Decimal, places: int = 2) -> str:
        return print_number(value, self.numbers, places)

    def priced(self, value: Decimal) -> str:
        """The amount with the currency, before it for signs and codes of the English-speaking tills."""
        after = self.language in {"de", "fr"} and self.symbol != "CHF"
        return f"{self.amount(value)} {self.symbol}" if after else f"{self.symbol} {self.amount(value)}"

    def day(self, value: date) -> str:
        return print_date(value, self.dates, self.language)


@dataclass(frozen=True)
class Item:
    code: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    line_total: Decimal


@dataclass(frozen=True)
class Receipt:
    """A purchase. `total` is what was to be paid: items - discount + tax put on top + rounding."""

    shop: Shop
    number: str
    day: date
    time: str
    cashier: str
    items: tuple[Item, ...]
    subtotal: Decimal
    discount: Decimal
    tax_rate: Decimal
    tax: Decimal
    tax_included: bool
    rounding: Decimal
    total: Decimal
    cash: Decimal | None
    """What was handed over; None for a card."""


@cache
def shops() -> tuple[Shop, ...]:
    return tuple(_shop(row) for row in load_data("shops")["shops"])


def make_receipt(shop: Shop, index: int, seed: int) -> Receipt:
    """The `index`-th receipt of `shop`."""
    chance = random.Random(f"{seed}/{shop.name}/{index}")  # noqa: S311  # made-up documents, no secrets
    rules = load_data("shops")["countries"][shop.country]
    items = _items(shop, chance)
    subtotal = sum((item.line_total for item in items), Decimal(0))
    discount = _round(subtotal / 10) if chance.random() < 0.2 else Decimal(0)
    rate, included = Decimal(str(rules["tax"])), bool(rules["included"])
    net = subtotal - discount
    tax = _round(net * rate / (100 + rate)) if included else _round(net * rate / 100)
    exact = net if included else net + tax
    coin = Decimal(str(rules["coin"]))
    total = (exact / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin
    cash = _handed_over(total, chance) if chance.random() < 0.65 else None
    number = f"{chance.choice(['', 'CS', 'A-', 'R0'])}{identifiers.digits(chance, 6)}"
    day = date(2024, 3, 1) + timedelta(days=chance.randint(0, 930))
    time = f"{chance.randint(8, 21):02d}:{chance.randint(0, 59):02d}"
    cashier = chance.choice(load_data("shops")["people"])
    return Receipt(
        shop,
        number,
        day,
        time,
        cashier,
        items,
        subtotal,
        discount,
        rate,
        tax,
        included,
        total - exact,
        _round(total),
        cash,
    )


def _shop(row: Mapping[str, Any]) -> Shop:
    chance = random.Random(f"shop/{row['lines'][0]}")  # noqa: S311  # made-up documents, no secrets
    data = load_data("shops")
    label = data["countries"][row["country"]]["tax_id"]
    number = identifiers.vat_id(row["country"], chance) or identifiers.digits(chance, 12)
    words = {term: chance.choice(choices) for term, choices in data["words"][row["language"]].items()}
    for term in ("tax", "included"):
        words[term] = words[term].replace("{name}", data["countries"][row["country"]]["name"])
    return Shop(
        tuple(row["lines"]),
        row["number"],
        tuple(row["address"]),
        row["country"],
        row["language"],
        row["goods"],
        row["layout"],
        row["dates"],
        row["numbers"],
        row["symbol"],
        identifiers.phone(row["country"], chance),
        f"{label}: {number}" if label else "",
        words,
    )


def _items(shop: Shop, chance: random.Random) -> tuple[Item, ...]:
    goods = load_data("shops")["goods"][shop.language][shop.goods]
    count = 1 if shop.goods == "fuel" else chance.randint(1, min(9, len(goods)))
    items = []
    for description, base in chance.sample(goods, count):
        code = identifiers.digits(random.Random(description), 13)  # noqa: S311  # made-up documents, no secrets
        if shop.goods == "fuel":
            quantity, price = Decimal(chance.randint(800, 5600)) / 100, Decimal(str(base))
        else:
            quantity = Decimal(chance.choice([1, 1, 1, 1, 2, 2, 3, 4, 6]))
            price = _round(Decimal(str(base)) * Decimal(chance.choice(["1", "1", "1.05", "0.95", "1.2"])))
        items.append(Item(code, description, quantity, price, _round(quantity * price)))
    return tuple(items)


def _handed_over(total: Decimal, chance: random.Random) -> Decimal:
    note = Decimal(chance.choice([5, 10, 20, 50]))
    return (total / note).to_integral_value("ROUND_CEILING") * note


def _round(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
