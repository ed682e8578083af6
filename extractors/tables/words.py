"""Features of the words of a line item: what decides which column a word belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
    figures: Sequence[int]
    first_figure: int
    last_amount: int
    about: str

    @staticmethod
    def of(item: Item, row: RowFacts) -> "_RowContext":
        offset = max(-2, min(row.row - item.anchor.facts.row, 3))
        figures = list(row.figures)
        own = min(item.anchor.facts.shapes.count("T"), 2)
        elsewhere = sum(other.mere_text for other in item.rows if other is not item.anchor.facts)
        return _RowContext(
            offset,
            figures,
            figures[0] if figures else row.end,
            row.amounts[-1] if row.amounts else row.end,
            f"{offset} {own}{min(elsewhere, 2)}",
        )


def _features(item: Item, row: RowFacts, place: int, context: _RowContext) -> list[str]:
    page, index = item.page, place - row.start
    shape, token, word = row.shapes[index], row.tokens[index], page.words[place]
    segment = page.segments[page.segment_of[place]]
    form = item.anchor.forms.get(place, "")
    start_form = item.anchor.forms.get(segment.start, "")
    in_segment = row.shapes[segment.start - row.start : segment.end - row.start]
    left = _neighbour(row, index - 1)
    right = _neighbour(row, index + 1)
    zone = "before" if place < context.first_figure else "after" if place > context.last_amount else "between"
    found = [
        "bias",
        f"shape:{shape} {context.about}",
        f"under:{form} {shape}",
        f"start under:{start_form} {shape} {context.offset}",
        f"under both:{start_form}|{form} {shape in 'TtS'}",
        f"segment:{_segment_place(page, row, segment.start)} {segment.start == row.start} {shape} {context.about}",
        f"segment shape:{in_segment[:6]} {min(place - segment.start, 4)}",
        f"left:{left} {shape}",
        f"right:{right} {shape}",
        f"around:{left[:1]}{shape}{right[:1]}",
        f"at:{row.pattern} {min(index, 6)}",
        f"place:{min(index, 3)} {shape} {context.about}",
        f"x:{int(10 * word.x0 / page.width)} {shape}",
        f"zone:{zone} {shape} {context.about}",
        f"in segment:{min(place - segment.start, 3)} {min(segment.end - 1 - place, 3)} {shape}",
        f"row:{min(index, 3)} {min(row.end - 1 - place, 2)} {shape} {context.offset}",
    ]
    if place in row.figures:
        found.extend(_figure_features(item, row, place, context, shape, form))
    else:
        found.append(f"length:{min(len(word.text), 6)} {shape} {zone}")
        found.append(f"word:{token}" if shape in "TtKXS" else f"code:{min(len(token), 14)} {token.isdigit()}")
    return found


def _figure_features(item: Item, row: RowFacts, place: int, context: _RowContext, shape: str, form: str) -> list[str]:
    figure = row.figures[place]
    rank = context.figures.index(place)
    count = len(context.figures)
    role = item.roles.get(place, "none")
    return [
        f"rank right:{min(count - 1 - rank, 5)} {shape} {context.offset}",
        f"rank left:{min(rank, 4)} of {min(count, 6)} {shape}",
        f"decimals:{min(figure.decimals, 4)}",
        f"marks:{figure.prefix.lower()}|{figure.suffix.lower()}",
        f"role:{role} {item.multiplies}",
        f"role:{role} {min(len(figure.text), 6)} {shape}",
        f"role:{role} {shape} {min(count - 1 - rank, 3)}",
        f"role:{role} {form}",
        f"ordinal:{figure.value == item.ordinal} {rank == 0} {place == row.start}",
        f"digits:{min(len(figure.text), 8)} {shape}",
        f"zero:{figure.value == 0} {figure.value < 0} {shape}",
        f"last amount:{place == context.last_amount} {context.offset}",
    ]


def _segment_place(page: Page, row: RowFacts, start: int) -> int:
    """How many segments of the row stand before the one that starts at `start`."""
    return min(page.segment_of[start] - page.segment_of[row.start], 4)


def _neighbour(row: RowFacts, index: int) -> str:
    """The class of the word at `index` of the row; the word itself where it is a mark or a word."""
    if not 0 <= index < len(row.shapes):
        return "-"
    shape = row.shapes[index]
    return f"{shape}{row.tokens[index]}" if shape in "TtKXS" else shape
