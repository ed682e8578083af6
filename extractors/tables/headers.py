"""Header rows: where a table names its columns, and which column a word below stands under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from extractors.layout import fold_word
from extractors.tables.rows import RowFacts, row_facts
from ocr.document import Document, Page, Word

NEAR = 2.5
"""How many heights a word may stand beside the header word of its column."""
REACH = 3
"""How many rows above and below the best row a header may cover."""
LONGEST = 24
"""A row with more words than this is a paragraph."""
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class HeaderWord:
    """A word of a header: its stretch, its folded text and the column it names (`?` where it names none)."""

    x0: float
    x1: float
    token: str
    column: str


@dataclass(frozen=True)
class Header:
    """The header of a table: the rows `first` to `last` of page `page`, and its words."""

    page: int
    first: int
    last: int
    words: tuple[HeaderWord, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The columns it names."""
        return frozenset(word.column for word in self.words if word.column != UNKNOWN)

    def over(self, words: Sequence[Word]) -> list[str]:
        """For each word below, the column whose header word stands over it.

        `~` before the column: the header word stands beside, less than NEAR heights away; `>`: it is the last one to
        the left. Empty where there is none. O(words x header words), in numpy.
        """
        if not words:
            return []
        x0, x1 = (np.array(edge)[:, None] for edge in zip(*[(word.x0, word.x1) for word in words], strict=True))
        near = NEAR * np.array([word.height for word in words])[:, None]
        left = np.array([word.x0 for word in self.words])
        right = np.array([word.x1 for word in self.words])
        unknown = np.array([word.column == UNKNOWN for word in self.words])
        gap = np.maximum(left - x1, x0 - right)
        away = np.minimum(np.minimum(abs(left - x0), abs(right - x1)), abs(left + right - x0 - x1) / 2)
        # Over beats beside beats left of; over, a word that names a column beats one that does not.
        cost = np.where(gap <= 0, away * 1e-3 + unknown * 1e3, np.where(gap < near, gap + 1e6, np.inf))
        cost = np.where(np.isinf(cost) & (right < x0), gap + 1e9, cost)
        best = cost.argmin(axis=1)
        least = cost[np.arange(len(best)), best]
        marks = np.where(least < 1e5, "", np.where(least < 1e8, "~", ">"))
        return [
            "" if value == np.inf else str(mark) + self.words[place].column
            for place, value, mark in zip(best.tolist(), least.tolist(), marks.tolist(), strict=True)
        ]


def find_headers(document: Document, names: Mapping[str, Sequence[str]]) -> tuple[Header, ...]:
    """The header rows of all pages, top to bottom. `names`: for each column the words (or pairs) that head it.

    A header names at least two columns and holds no amount. O(words).
    """
    vocabulary = _vocabulary(tuple((column, tuple(words)) for column, words in names.items()))
    headers: list[Header] = []
    for page, rows in zip(document.pages, row_facts(document), strict=True):
        headers.extend(_on_page(page, rows, vocabulary))
    return tuple(headers)


@lru_cache(maxsize=64)
def _vocabulary(names: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Folded words, and pairs of words, to the column they name."""
    return {" ".join(map(fold_word, name.split())): column for column, words in names for name in words}


def _on_page(page: Page, rows: Sequence[RowFacts], vocabulary: Mapping[str, str]) -> list[Header]:
    named = [_named(page, facts, vocabulary) for facts in rows]
    counts = [len(set(columns.values())) for columns in named]
    headers: list[Header] = []
    for row, count in enumerate(counts):
        if headers and row <= headers[-1].last:
            continue
        if count >= 2 or (
            count == 1 and row + 1 < len(rows) and len({*named[row].values(), *named[row + 1].values()}) > 1
        ):
            first, last = _extent(row, counts, headers[-1].last if headers else -1)
            words = [word for index in range(first, last + 1) for word in _words(page, rows[index], named[index])]
            headers.append(Header(rows[row].page, first, last, tuple(words)))
    return headers


def _named(page: Page, facts: RowFacts, vocabulary: Mapping[str, str]) -> dict[int, str]:
    """Position of each word of the row that names a column; empty where the row holds a number."""
    if facts.end - facts.start > LONGEST or not set(facts.shapes).isdisjoint("MDIC"):
        return {}
    found: dict[int, str] = {}
    tokens = facts.tokens
    for place, token in enumerate(tokens):
        pair = f"{token} {tokens[place + 1]}" if place + 1 < len(tokens) else ""
        if pair in vocabulary:
            found[facts.start + place] = found[facts.start + place + 1] = vocabulary[pair]
        elif token in vocabulary and facts.start + place not in found:
            found[facts.start + place] = vocabulary[token]
    return found


def _extent(row: int, counts: Sequence[int], floor: int) -> tuple[int, int]:
    first = last = row
    while first - 1 > floor and row - first < REACH and counts[first - 1]:
        first -= 1
    while last + 1 < len(counts) and last - row < REACH and counts[last + 1]:
        last += 1
    return first, last


def _words(page: Page, facts: RowFacts, named: Mapping[int, str]) -> list[HeaderWord]:
    return [
        HeaderWord(
            page.words[place].x0, page.words[place].x1, facts.tokens[place - facts.start], named.get(place, UNKNOWN)
        )
        for place in range(facts.start, facts.end)
    ]
