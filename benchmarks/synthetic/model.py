"""The truth behind a generated document, and how its issuer prints."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@cache
def load_data(name: str) -> Any:  # Any: YAML as written; its readers give it types
    """The content of `data/NAME.yaml`."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Party:
    """A company with its postal address. `region` is a state or province, printed where the country does so."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    region: str = ""
    vat_id: str | None = None
    tax_number: str | None = None


@dataclass(frozen=True)
class Vendor:
    """A seller and its habits, which all its documents share."""

    party: Party
    brand: str
    language: str
    currency: str
    trade: str
    layout: str
    dates: str
    numbers: str
    money: str
    negative: str
    color: str
    flags: frozenset[str]
    inbox: bool
    phone: str
    email: str
    web: str
    iban: str | None
    bic: str | None
    bank: str
    words: Mapping[str, str]
    """Term -> the words that this vendor prints for it."""

    def has(self, flag: str) -> bool:
        return flag in self.flags

    def chance(self, key: str) -> random.Random:
        """A random source that depends on the vendor and `key` alone."""
        return random.Random(f"{self.party.name}/{key}")  # noqa: S311  # made-up documents, no secrets


@dataclass(frozen=True)
class Line:
    """A row of the table. A discount row has a total but neither quantity nor price."""

    position: str
    code: str
    description: str
    unit: str
    quantity: Decimal | None
    unit_price: Decimal | None
    line_total: Decimal
    tax_rate: Decimal


@dataclass(frozen=True)
class Tax:
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Invoice:
    """An invoice or credit note. `values` holds header fields by their names in the spec, in Python's types."""

    vendor: Vendor
    buyer: Party
    site: Party | None
    """Where the goods go, if that is printed."""
    credit: bool
    contact: str
    values: Mapping[str, Any]
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    discount: Decimal
    charge: Decimal
    discount_rate: Decimal = Decimal(0)


@dataclass(frozen=True)
class Drawn:
    """A drawn document: its bytes and what it shows."""

    pdf: bytes
    pages: int
    shown: frozenset[str]
    columns: frozenset[str] = field(default=frozenset())
