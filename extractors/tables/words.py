"""Features of the words of a line item: what decides which column a word belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extractors.tables.features import TOLERANCE, Anchor
from extractors.tables.rows import RowFacts
from ocr.document import Page

MOST_FIGURES = 10
"""Products are looked for among this many numbers of an item at most: their cost grows with the third power."""


@dataclass(frozen=True)
class Item:
    """A line item's rows: the anchor's and those that were found to belong to it, top to bottom."""

    page: Page
    anchor: Anchor
    rows: tuple[RowFacts, ...]
    ordinal: int
    """Which item of the document it is, from 1."""

    @cached_property
    def places(self) -> tuple[tuple[RowFacts, int], ...]:
        """The words that were proposed for some column, with their rows."""
        proposed = frozenset().union(*self.anchor.words.values())
        return tuple((row, place) for row in self.rows for place in range(row.start, row.end) if place in proposed)

    @cached_property
    def roles(self) -> Mapping[int, str]:
        """For each number, its part in a product of the item's numbers: `factor`, `total`, `one`, `same`."""
        return _roles({place: figure.value for row in self.rows for place, figure in row.figures.items()})

    @cached_property
    def multiplies(self) -> str:
        """What products the item's numbers form: `true`, only `one` times a price, or `none`."""
        roles = set(self.roles.values())
        return "true" if "total" in roles else "one" if roles else "none"


def _roles(values: Mapping[int, float]) -> dict[int, str]:
    places = list(values)[:MOST_FIGURES]
    roles: dict[int, str] = {}
    for total in places:
        amount = values[total]
        if not amount:
            continue
        for index, left in enumerate(places):
            for right in places[index + 1 :]:
                if total in (left, right) or abs(values[left] * values[right] - amount) > TOLERANCE:
                    continue
                if values[left] in (1, -1) or values[right] in (1, -1):
                    one, other = (left, right) if values[left] in (1, -1) else (right, left)
                    roles.setdefault(one, "one")
                    roles.setdefault(other, "same")
                    roles.setdefault(total, "same")
                else:
                    roles[left] = roles[right] = "factor"
                    roles[total] = "total"
    return roles


def item_features(item: Item) -> list[list[str]]:
    """Features of each of `item.places`, in their order."""
    contexts = {row.row: _RowContext.of(item, row) for row in item.rows}
    return [_features(item, row, place, contexts[row.row]) for row, place in item.places]


@dataclass(frozen=True, slots=True)
class _RowContext:
    """What all words of a row share."""

    offset: int
    ranks: Mapping[int, int]
    """For each number, how many stand before it."""
    first_figure: int
    last_amount: int
    about: str
    pattern: str
    segment: int
    """The row's first segment."""

    @staticmethod
    def of(item: Item, row: RowFacts) -> "_RowContext":
        offset = max(-2, min(row.row - item.anchor.facts.row, 3))
        own = min(item.anchor.facts.shapes.count("T"), 2)
        elsewhere = sum(other.mere_text for other in item.rows if other is not item.anchor.facts)
        return _RowContext(
            offset,
            {place: rank for rank, place in enumerate(row.figures)},
            next(iter(row.figures), row.end),
            row.amounts[-1] if row.amounts else row.end,
            f"{offset} {own}{min(elsewhere, 2)}",
            row.pattern,
            item.page.segment_of[row.start],
        )


def _features(item: Item, row: RowFacts, place: int, context: _RowContext) -> list[str]:
    page, start = item.page, row.start
    index, forms, about = place - start, item.anchor.forms, context.about
    shape, word, own_segment = row.shapes[index], page.words[place], page.segment_of[place]
    segment = page.segments[own_segment]
    form = forms.get(place, "")
    inside, after = place - segment.start, segment.end - 1 - place
    zone = "before" if place < context.first_figure else "after" if place > context.last_amount else "between"
    x = int(10 * word.x0 / page.width)
    found = [
        *_under(shape, about, form, forms.get(segment.start, ""), min(own_segment - context.segment, 4),
                segment.start == start, context.offset),
        *_beside(row.shapes[segment.start - start : segment.end - start][:6], min(inside, 4),
                 _neighbour(row, index - 1), shape, _neighbour(row, index + 1)),
        f"at:{context.pattern} {min(index, 6)}",
        *_placed(shape, about, min(index, 3), x, zone, min(inside, 3), min(after, 3), min(row.end - 1 - place, 2),
                 context.offset),
    ]  # fmt: skip
    if place in context.ranks:
        found += _figure_features(item, row, place, context, shape, form)
    else:
        token = row.tokens[index]
        found.append(f"length:{min(len(word.text), 6)} {shape} {zone}")
        found.append(f"word:{token}" if shape in "TtKXS" else f"code:{min(len(token), 14)} {token.isdigit()}")
    return found


def _figure_features(item: Item, row: RowFacts, place: int, context: _RowContext, shape: str, form: str) -> list[str]:
    figure = row.figures[place]
    rank, count = context.ranks[place], len(context.ranks)
    value, digits = figure.value, len(figure.text)
    return [
        *_ranked(min(count - 1 - rank, 5), min(rank, 4), min(count, 6), shape, context.offset),
        f"decimals:{min(figure.decimals, 4)}",
        f"marks:{figure.prefix.lower()}|{figure.suffix.lower()}",
        *_in_product(item.roles.get(place, "none"), item.multiplies, min(digits, 6), shape, min(count - 1 - rank, 3),
                     form),
        f"ordinal:{value == item.ordinal} {rank == 0} {place == row.start}",
        f"digits:{min(digits, 8)} {shape}",
        f"zero:{value == 0} {value < 0} {shape}",
        f"last amount:{place == context.last_amount} {context.offset}",
    ]  # fmt: skip


# Words in one column of a table share most of what follows, from item to item: a text is made once and kept.


@lru_cache(maxsize=1 << 14)
def _under(
    shape: str, about: str, form: str, start_form: str, segment: int, first: bool, offset: int
) -> tuple[str, ...]:
    """The class of a word, and the headers it and its segment stand under. `segment`: how many stand before its own."""
    return (
        "bias",
        f"shape:{shape} {about}",
        f"under:{form} {shape}",
        f"start under:{start_form} {shape} {offset}",
        f"under both:{start_form}|{form} {shape in 'TtS'}",
        f"segment:{segment} {first} {shape} {about}",
    )


@lru_cache(maxsize=1 << 14)
def _beside(segment: str, inside: int, left: str, shape: str, right: str) -> tuple[str, ...]:
    """The classes of the words of its segment (it is number `inside`), and its neighbours."""
    return (
        f"segment shape:{segment} {inside}",
        f"left:{left} {shape}",
        f"right:{right} {shape}",
        f"around:{left[:1]}{shape}{right[:1]}",
    )


@lru_cache(maxsize=1 << 14)
def _placed(
    shape: str, about: str, index: int, x: int, zone: str, inside: int, after: int, last: int, offset: int
) -> tuple[str, ...]:
    """Where in row, page and segment a word stands."""
    return (
        f"place:{index} {shape} {about}",
        f"x:{x} {shape}",
        f"zone:{zone} {shape} {about}",
        f"in segment:{inside} {after} {shape}",
        f"row:{index} {last} {shape} {offset}",
    )


@lru_cache(maxsize=1 << 12)
def _ranked(right: int, left: int, count: int, shape: str, offset: int) -> tuple[str, ...]:
    """Which of the row's numbers a number is."""
    return f"rank right:{right} {shape} {offset}", f"rank left:{left} of {count} {shape}"


@lru_cache(maxsize=1 << 14)
def _in_product(role: str, multiplies: str, digits: int, shape: str, right: int, form: str) -> tuple[str, ...]:
    """Its part in a product of the item's numbers."""
    return (
        f"role:{role} {multiplies}",
        f"role:{role} {digits} {shape}",
        f"role:{role} {shape} {right}",
        f"role:{role} {form}",
    )


def _neighbour(row: RowFacts, index: int) -> str:
    """The class of the word at `index` of the row; the word itself where it is a mark or a word."""
    if not 0 <= index < len(row.shapes):
        return "-"
    shape = row.shapes[index]
    return f"{shape}{row.tokens[index]}" if shape in "TtKXS" else shape
