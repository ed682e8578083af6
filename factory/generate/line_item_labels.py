"""Finding labelled line items on the page: which row anchors each, and which words are its cells.

Labels give values, not places. Gold rows are laid over proposed anchors in reading order so that the evidence
(amounts, codes, words of the description) is largest; then every value is looked up among the words around its anchor.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment

from extractors.candidate import Kind
from extractors.normalise import canonical, fold
from extractors.normalise.identifier import identifier_key
from extractors.tables.assign import TEXTS
from extractors.tables.features import Anchor
from extractors.tables.rows import RowFacts
from factory.golden import Example
from ocr.document import Page

LEAST_EVIDENCE = 1.0
"""A gold row with less evidence at an anchor than this (one amount, or half of a description) is not there."""
CLOSE_TEXT = 0.75
"""Share of a text's letters that must be found for its words to be taken as its place."""

Preference = Callable[[Anchor, RowFacts, int, str], float]
"""How well a word suits a column, to choose among words of equal value; larger is better, between -1 and 1."""


@dataclass(frozen=True)
class Placed:
    """A gold row found on the page."""

    gold: int
    """Index into the label's line items."""
    anchor: int
    """Index into the anchors."""
    cells: Mapping[str, tuple[int, ...]]
    """Column to the words that print its value."""
    doubtful: frozenset[str]
    """Columns with a value that was not found: nothing can be learned about their words."""


def place_items(
    example: Example, anchors: Sequence[Anchor], columns: Mapping[str, Kind], reach: tuple[int, int], prefer: Preference
) -> list[Placed]:
    """Every gold row of the example that can be found, in reading order. O(gold rows x anchors)."""
    gold = example.label.line_items or ()
    if not gold or not anchors:
        return []
    pages = example.document.pages
    looks = [_Look(row, columns, example) for row in gold]
    evidence = np.array([[look.evidence(anchor, reach) for anchor in anchors] for look in looks])
    pairs = in_order(evidence)
    taken = {(anchors[place].facts.page, anchors[place].facts.row) for _, place in pairs}
    placed = []
    for row, place in pairs:
        anchor = anchors[place]
        block = [
            facts for facts in _block(anchor, reach) if facts is anchor.facts or (facts.page, facts.row) not in taken
        ]
        cells = _cells(gold[row], anchor, block, pages[anchor.facts.page], columns, prefer)
        missing = frozenset(name for name in columns if gold[row].get(name) is not None and name not in cells)
        placed.append(Placed(row, place, cells, missing))
    return placed


def in_order(evidence: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (row, column), both rising, with the largest sum of evidence; pairs below LEAST_EVIDENCE are left out."""
    rows, columns = evidence.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            here = evidence[row, column]
            paired = here + best[row + 1, column + 1] if here >= LEAST_EVIDENCE else -1.0
            best[row, column] = max(paired, best[row + 1, column], best[row, column + 1])
    pairs, row, column = [], 0, 0
    while row < rows and column < columns:
        here = evidence[row, column]
        if here >= LEAST_EVIDENCE and best[row, column] == here + best[row + 1, column + 1]:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row, column] == best[row, column + 1]:
            column += 1
        else:
            row += 1
    return pairs


def _block(anchor: Anchor, reach: tuple[int, int]) -> Sequence[RowFacts]:
    return anchor.rows[max(anchor.facts.row - reach[0], 0) : anchor.facts.row + reach[1] + 1]


class _Look:
    """What one gold row has in common with the rows of the pages, each row looked at once."""

    def __init__(self, gold: Mapping[str, str | None], columns: Mapping[str, Kind], example: Example) -> None:
        self.pages = example.document.pages
        self.texts = [fold(value) for name, kind in columns.items() if kind in TEXTS and (value := gold.get(name))]
        self.numbers = [
            float(text)
            for name, kind in columns.items()
            if kind in ("number", "money")
            and (value := gold.get(name))
            and (text := canonical(kind, value)) is not None
        ]
        self.keys = [
            identifier_key(value)
            for name, kind in columns.items()
            if kind not in TEXTS and kind not in ("number", "money") and (value := gold.get(name))
        ]
        self.seen: dict[tuple[int, int], tuple[list[list[tuple[int, float]]], float]] = {}

    def evidence(self, anchor: Anchor, reach: tuple[int, int]) -> float:
        """How much of the gold row stands in the anchor's row, and, for less, around it."""
        found: list[list[tuple[float, int]]] = [[] for _ in range(len(self.numbers) + len(self.keys))]
        text = 0.0
        for facts in _block(anchor, reach):
            singles, coverage = self.look(facts)
            away = abs(facts.row - anchor.facts.row)
            text = max(text, coverage - 0.06 * away)
            for place, matches in enumerate(singles):
                found[place].extend((weight * (0.5 if away else 1.0), word) for word, weight in matches)
        total = 2.0 * text
        used: set[int] = set()
        for options in found:
            best = max((option for option in options if option[1] not in used), default=None)
            if best:
                total += best[0]
                used.add(best[1])
        return total

    def look(self, facts: RowFacts) -> tuple[list[list[tuple[int, float]]], float]:
        """The words that equal each single value, with their weight; the share of the text that stands in the row."""
        key = (facts.page, facts.row)
        if key not in self.seen:
            page = self.pages[facts.page]
            singles = [
                [(place, _weight(facts, place)) for place, figure in facts.figures.items() if figure.value == number]
                for number in self.numbers
            ]
            printed = (
                [(place, identifier_key(page.words[place].text)) for place in range(facts.start, facts.end)]
                if self.keys
                else []
            )
            singles += [
                [(place, _weight(facts, place)) for place, word in printed if word == wanted] for wanted in self.keys
            ]
            self.seen[key] = (singles, max((_coverage(text, facts, page) for text in self.texts), default=0.0))
        return self.seen[key]


def _weight(facts: RowFacts, place: int) -> float:
    """A small whole number is found anywhere; an amount or a code tells more."""
    return 1.0 if facts.shapes[place - facts.start] in "MCA" else 0.4


def _coverage(wanted: str, facts: RowFacts, page: Page) -> float:
    """The share of a folded text's letters and digits that stand in the row."""
    printed = fold(page.text_of(facts.start, facts.end))
    if not wanted or len(printed) < 2:
        return 0.0
    if wanted in printed:
        return 1.0
    return (
        fuzz.partial_ratio(wanted, printed) / 100 * min(1.0, len(printed) / len(wanted)) if len(printed) >= 4 else 0.0
    )


def _equal_words(value: str, kind: Kind, block: Sequence[RowFacts], page: Page) -> list[tuple[RowFacts, int]]:
    if kind in ("number", "money"):
        text = canonical(kind, value)
        if text is None:
            return []
        number = float(text)
        return [(facts, place) for facts in block for place, figure in facts.figures.items() if figure.value == number]
    key = identifier_key(value)
    return [
        (facts, place)
        for facts in block
        for place in range(facts.start, facts.end)
        if identifier_key(page.words[place].text) == key
    ]


def _cells(
    gold: Mapping[str, str | None],
    anchor: Anchor,
    block: Sequence[RowFacts],
    page: Page,
    columns: Mapping[str, Kind],
    prefer: Preference,
) -> dict[str, tuple[int, ...]]:
    cells = _single_cells(gold, anchor, block, page, columns, prefer)
    used = {place for words in cells.values() for place in words}
    for name, kind in columns.items():
        value = gold.get(name)
        if kind in TEXTS and value is not None:
            words = _text_words(value, anchor, block, page, used)
            if words:
                cells[name] = words
                used.update(words)
    return cells


def _single_cells(
    gold: Mapping[str, str | None],
    anchor: Anchor,
    block: Sequence[RowFacts],
    page: Page,
    columns: Mapping[str, Kind],
    prefer: Preference,
) -> dict[str, tuple[int, ...]]:
    """One word for each cell that is one word, no word twice, the likeliest words first."""
    names = [name for name, kind in columns.items() if kind not in TEXTS and gold.get(name) is not None]
    found = {name: _equal_words(str(gold[name]), columns[name], block, page) for name in names}
    places = sorted({place for options in found.values() for _, place in options})
    if not places:
        return {}
    cost = np.zeros((len(names), len(places)))
    for index, name in enumerate(names):
        for facts, place in found[name]:
            away = abs(facts.row - anchor.facts.row)
            cost[index, places.index(place)] = -10.0 + 2.0 * min(away, 3) - prefer(anchor, facts, place, name)
    rows, taken = linear_sum_assignment(cost)
    return {names[row]: (places[place],) for row, place in zip(rows, taken, strict=True) if cost[row, place] < -1.0}


def _text_words(value: str, anchor: Anchor, block: Sequence[RowFacts], page: Page, used: set[int]) -> tuple[int, ...]:
    """The words that print a text: stretches of neighbouring rows, else the rows' words that are like its words."""
    wanted = fold(value)
    order = sorted(range(len(block)), key=lambda place: (abs(block[place].row - anchor.facts.row), block[place].row))
    for first in order:
        words = _spell(wanted, block[first:], page)
        if words:
            return words
    return _like(value, wanted, block, page, used)


def _spell(wanted: str, rows: Sequence[RowFacts], page: Page) -> tuple[int, ...]:
    """Stretches of consecutive rows that together spell the text; empty where they do not."""
    done, words = 0, []
    for facts in rows:
        stretch, length = _longest(wanted[done:], facts, page)
        if not stretch:
            if done == 0:
                return ()
            continue
        words.extend(stretch)
        done += length
        if done == len(wanted):
            return tuple(words)
    return ()


def _longest(wanted: str, facts: RowFacts, page: Page) -> tuple[list[int], int]:
    """The stretch of the row that spells the longest beginning of the text."""
    best: tuple[list[int], int] = ([], 0)
    for start in range(facts.start, facts.end):
        length, stretch = 0, []
        for place in range(start, facts.end):
            part = fold(page.words[place].text)
            if not wanted.startswith(part, length):
                break
            length += len(part)
            stretch.append(place)
            if length > best[1] and part:
                best = (list(stretch), length)
    return best


def _like(value: str, wanted: str, block: Sequence[RowFacts], page: Page, used: set[int]) -> tuple[int, ...]:
    parts = [fold(part) for part in value.split() if fold(part)]
    found: list[int] = []
    for facts in block:
        alike = [
            place
            for place in range(facts.start, facts.end)
            if place not in used and _is_like(fold(page.words[place].text), parts, wanted)
        ]
        if alike:
            found.extend(place for place in range(alike[0], alike[-1] + 1) if place not in used)
    spelled = fold(" ".join(page.words[place].text for place in found))
    return tuple(found) if found and fuzz.ratio(spelled, wanted) >= 100 * CLOSE_TEXT else ()


def _is_like(word: str, parts: Sequence[str], wanted: str) -> bool:
    if len(word) < 3:
        return word in parts
    return word in wanted or any(fuzz.ratio(word, part) >= 80 for part in parts)
