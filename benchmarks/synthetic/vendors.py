"""The sellers of the invoices: `data/vendors.yaml` with made-up accounts, numbers and chosen words."""

import random
from collections.abc import Mapping
from functools import cache
from typing import Any

from benchmarks.synthetic import identifiers
from benchmarks.synthetic.model import Party, Vendor, load_data


@cache
def vendors(inbox: bool) -> tuple[Vendor, ...]:
    """The sellers of the golden folder, or those kept for the inbox."""
    return tuple(_vendor(row) for row in load_data("vendors") if bool(row.get("inbox")) == inbox)


def _vendor(row: Mapping[str, Any]) -> Vendor:
    chance = random.Random(f"vendor/{row['name']}")  # noqa: S311  # made-up documents, no secrets
    country = row["country"]
    party = Party(
        row["name"],
        row["street"],
        row["postcode"],
        row["city"],
        country,
        row.get("region", ""),
        identifiers.vat_id(country, chance),
        identifiers.tax_number(country, chance),
    )
    account = identifiers.iban(country, chance)
    if account and chance.random() < 0.6:
        account = " ".join(account[start : start + 4] for start in range(0, len(account), 4))
    host = "".join(char for char in row["brand"].lower() if char.isascii() and char.isalnum())
    return Vendor(
        party,
        row["brand"],
        row["language"],
        row["currency"],
        row["trade"],
        row["layout"],
        row["dates"],
        row["numbers"],
        row["money"],
        row.get("negative", "before"),
        row["color"],
        frozenset(row["flags"]),
        bool(row.get("inbox")),
        identifiers.phone(country, chance),
        f"{chance.choice(['info', 'billing', 'office'])}@{host}.example",
        f"www.{host}.example",
        account,
        identifiers.bic(country, chance) if account else None,
        chance.choice(["Regiobank", "Handelsbank", "Union Bank", "Crédit Rural" if country == "FR" else "Landesbank"]),
        _words(row["language"], country, chance),
    )


def _words(language: str, country: str, chance: random.Random) -> dict[str, str]:
    wording = load_data("wording")
    terms = dict(wording[language])
    if country in {"US", "CA"}:
        terms |= wording["american"] if language == "en" else wording["canadian_french"]
    return {term: chance.choice(choices) for term, choices in terms.items()}
