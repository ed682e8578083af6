"""Header rows: where a table names its columns, and which column a word below stands under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.layout import fold_word
from extractors.tables.rows import RowFacts, row_facts
from ocr.document import Document, Page

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

    def over(self, x0: float, x1: float, height: float) -> str:
        """The column whose header word stands over x0 to x1 (page units).

        `~` before the column: the word stands beside; `>`: the last one to the left. Empty where there is none.
        """
        best, cost = "", NEAR * height
        left, nearest = "", 1e9
        for word in self.words:
            gap = max(word.x0 - x1, x0 - word.x1)
            if gap <= 0:
                away = min(abs(word.x0 - x0), abs(word.x1 - x1), abs(word.x0 + word.x1 - x0 - x1) / 2)
                value = away * 1e-3 - (2e6 if word.column != UNKNOWN else 1e6)
                if value < cost:
                    best, cost = word.column, value
            elif gap < cost:
                best, cost = "~" + word.column, gap
            elif word.x1 < x0 and gap < nearest:
                left, nearest = ">" + word.column, gap
        return best or left


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
