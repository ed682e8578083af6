"""How the values of one document stand to each other: largest amount, latest date, sum of two others."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from extractors.candidate import Candidate, Kind
from extractors.fields import addresses, dates, identifiers, money, numbers, parties, texts
from ocr.document import Document

_SIBLINGS: dict[Kind, Callable[[Document], list[Candidate]]] = {
    "date": dates,
    "money": money,
    "number": numbers,
    "identifier": identifiers,
    "party": parties,
    "address": addresses,
    "text": texts,
}

DISTINCT_AMOUNTS = 40
"""Sums are looked for among this many of the largest amounts: the search grows with the square."""


@dataclass(frozen=True, slots=True)
class Relations:
    """For the values of a list of candidates: how often each occurs, in which order, and what it is to the rest."""

    repeats: Counter[str]
    order: dict[str, int]
    tokens: dict[str, tuple[str, ...]]


def relations(document: Document, kind: Kind) -> Relations:
    """Relations among all values of a kind in the document. O(n + k²) with k distinct amounts, at most 40."""
    return document.memo(("relations", kind), lambda: _relations(document, kind))


def _relations(document: Document, kind: Kind) -> Relations:
    propose = _SIBLINGS.get(kind)
    candidates = propose(document) if propose else []
    repeats = Counter({(found.page, found.words, found.value): found.value for found in candidates}.values())
    order: dict[str, int] = {}
    for candidate in candidates:
        order.setdefault(candidate.value, len(order))
    if kind in ("money", "number"):
        return Relations(repeats, order, _amounts(candidates))
    return Relations(repeats, order, _dates(order) if kind == "date" else {})


@lru_cache(maxsize=1 << 14)
def _cents(value: str) -> int | None:
    try:
        return int((Decimal(value) * 100).to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _amounts(candidates: Sequence[Candidate]) -> dict[str, tuple[str, ...]]:
    """Rank from the largest, share of the largest, place from the last one printed, and additive ties.

    Amounts with decimals are compared with each other alone where there are two or more: a telephone number or a
    postcode is no largest amount. On a credit note all are looked at with the other sign.
    """
    values = dict.fromkeys(candidate.value for candidate in candidates)
    cents = {value: amount for value in values if (amount := _cents(value)) is not None}
    if _is_credit(candidates, cents):
        cents = {value: -amount for value, amount in cents.items()}
    decimal = {amount for value, amount in cents.items() if "." in value}
    compared = decimal if len(decimal) > 1 else set(cents.values())
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, candidate in enumerate(candidates):
        amount = cents.get(candidate.value)
        if amount in compared:
            first.setdefault(amount, place)
            last[amount] = place
    from_last = {amount: place for place, amount in enumerate(sorted(last, key=lambda amount: -last[amount]))}
    ranked = sorted(compared, reverse=True)
    rank = {amount: place for place, amount in enumerate(ranked)}
    ties = _additive(ranked[:DISTINCT_AMOUNTS], first, last)
    top = ranked[0] if ranked else 0
    tokens: dict[str, tuple[str, ...]] = {}
    for value, amount in cents.items():
        if amount not in compared:
            tokens[value] = ("whole",)
            continue
        found = ["rank " + str(min(rank[amount], 8)), "from least " + str(min(len(ranked) - 1 - rank[amount], 3))]
        found.append(_share(amount, top))
        found.append("from last " + str(min(from_last[amount], 6)))
        found += [name for name, amounts in ties.items() if amount in amounts]
        if amount % 100 == 0:
            found.append("round")
        elif amount % 5 == 0:
            found.append("ends in 0 or 5")
        tokens[value] = tuple(found)
    return tokens


def _is_credit(candidates: Sequence[Candidate], cents: dict[str, int]) -> bool:
    """Whether the negative amounts outweigh the others, of those printed with two decimals."""
    printed = [value for _, value, *_, form in candidates if value[-3:-2] == "." and form[:1] != "|"]
    return sum(cents.get(value, 0) for value in printed) < 0


def _additive(ranked: Sequence[int], first: dict[int, int], last: dict[int, int]) -> dict[str, set[int]]:
    """Which amounts are the sum of two others or a part of one, and which sums stand below both their parts."""
    ordered = sorted((amount for amount in ranked if amount > 0), reverse=True)
    known = set(ordered)
    ties: dict[str, set[int]] = {name: set() for name in ("sum of two", "part of a sum", "sum below", "part above")}
    for place, total in enumerate(ordered):
        for part in ordered[place + 1 :]:
            rest = total - part
            if part * 2 >= total and rest in known and rest != part:
                ties["sum of two"].add(total)
                ties["part of a sum"].update((part, rest))
                if last[total] > first[part] and last[total] > first[rest]:
                    ties["sum below"].add(total)
                    ties["part above"].update((part, rest))
    return ties


def _share(amount: int, top: int) -> str:
    if amount < 0:
        return "negative"
    if amount == 0:
        return "zero"
    share = amount / top if top else 0.0
    bounds = (
        (0.999, "share all"),
        (0.9, "share > 0.9"),
        (0.8, "share > 0.8"),
        (0.5, "share > 0.5"),
        (0.2, "share > 0.2"),
    )
    return next((name for bound, name in bounds if share >= bound), "share small")


def _dates(values: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """Rank in time from both ends, and days since the earliest, in coarse steps."""
    days: dict[str, int] = {}
    for value in values:
        try:
            days[value] = date.fromisoformat(value).toordinal()
        except ValueError:
            continue
    ranked = sorted(set(days.values()))
    tokens: dict[str, tuple[str, ...]] = {}
    for value, day in days.items():
        place = ranked.index(day)
        found = ["from first " + str(min(place, 4)), "from last " + str(min(len(ranked) - 1 - place, 4))]
        if len(ranked) == 1:
            found.append("only date")
        if day - 1 in days.values() or day + 1 in days.values():
            found.append("day beside")
        found.append("weekday " + str(date.fromordinal(day).weekday()))
        tokens[value] = tuple(found)
    return tokens
