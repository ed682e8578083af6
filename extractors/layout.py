"""What stands around a word: left, right, above, below.

All look-ups are by index into `Page.words`, which is in reading order, so the words of a row are neighbours in it.
"""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ocr.document import Document, Page


@lru_cache(maxsize=65536)
def fold_word(text: str) -> str:
    """A word as labels are compared: case-folded, without accents and outer punctuation, digits as `0`.

    >>> fold_word("Date:"), fold_word("(Réf.)"), fold_word("INV-2041"), fold_word("|")
    ('date', 'ref', 'inv-0000', '|')
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join("0" if char.isdigit() else char for char in plain if not unicodedata.combining(char))
    return plain.strip(".,:;!*#()[]{}<>|\"'`-_=/\\ ") or text


@dataclass(frozen=True)
class PageIndex:
    """A page prepared for look-ups: its words, folded, and its rows."""

    page: Page
    tokens: tuple[str, ...]
    usual_height: float
    """Median word height, never 0."""
    headings: tuple[int | None, ...]
    """For each row, the first word of the nearest short row above it (at most three words, ten rows away)."""

    @cached_property
    def starts(self) -> tuple[tuple[float, ...], ...]:
        """For each row, the left edges of its words."""
        return tuple(tuple(word.x0 for word in self.page.words[start:end]) for start, end in self.page.rows)

    @cached_property
    def ends(self) -> tuple[tuple[float, ...], ...]:
        """For each row, the right edges of its words."""
        return tuple(tuple(word.x1 for word in self.page.words[start:end]) for start, end in self.page.rows)

    def left(self, index: int, count: int) -> list[int]:
        """Up to `count` words before word `index` in its row, nearest first."""
        start = self.page.rows[self.page.row_of[index]][0]
        return list(range(index - 1, max(start, index - count) - 1, -1))

    def right(self, index: int, count: int) -> list[int]:
        """Up to `count` words after word `index` in its row, nearest first."""
        end = self.page.rows[self.page.row_of[index]][1]
        return list(range(index + 1, min(end, index + 1 + count)))

    def overlapping(self, row: int, x0: float, x1: float) -> range:
        """The words of row `row` that share a stretch with x0 to x1."""
        first = bisect_left(self.ends[row], x0)
        last = bisect_left(self.starts[row], x1, lo=first)
        start = self.page.rows[row][0]
        return range(start + first, start + last)

    def above(self, row: int, x0: float, x1: float, rows: int, reach: int = 8) -> list[range]:
        """The words over x0 to x1 in the nearest `rows` rows above that have any, at most `reach` rows away."""
        found: list[range] = []
        for other in range(row - 1, max(row - 1 - reach, -1), -1):
            words = self.overlapping(other, x0, x1)
            if words:
                found.append(words)
                if len(found) == rows:
                    break
        return found

    def below(self, row: int, x0: float, x1: float, reach: int = 3) -> range:
        """The words under x0 to x1 in the nearest row below that has any, at most `reach` rows away."""
        for other in range(row + 1, min(row + 1 + reach, len(self.page.rows))):
            words = self.overlapping(other, x0, x1)
            if words:
                return words
        return range(0)


def page_index(document: Document, page: int) -> PageIndex:
    """The index of page `page` (counted from 0), made once a document. O(words)."""
    return document.memo(("page_index", page), lambda: _index(document.pages[page]))


def _index(page: Page) -> PageIndex:
    heights = sorted([word.y1 - word.y0 for word in page.words])
    usual = heights[len(heights) // 2] if heights else 1.0
    return PageIndex(
        page,
        tuple([fold_word(word.text) for word in page.words]),
        max(usual, 1e-6),
        tuple(_headings(page)),
    )


def _headings(page: Page) -> list[int | None]:
    found: list[int | None] = []
    latest: tuple[int, int] | None = None
    for row, (start, end) in enumerate(page.rows):
        found.append(latest[1] if latest and row - latest[0] <= 10 else None)
        if end - start <= 3:
            latest = (row, start)
    return found
