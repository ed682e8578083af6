"""Proposes postal addresses."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import Line, PageLines, outer
from extractors.fields.page_text import unique
from extractors.fields.parts import unlabelled
from extractors.fields.traits import AMOUNT, CONTACT, LETTERS, TIMED, WEB
from extractors.normalise.text import collapse
from ocr.document import Document

LONGEST = 6
"""No address has more lines."""
LEAST = 12
"""Nor fewer characters."""
OTHER = CONTACT | WEB | TIMED
"""Traits of words that begin something that is no address."""
PLACE = re.compile(r"\d|, ")
"""There is a number in an address, or a comma."""


def addresses(document: Document) -> list[Candidate]:
    """Every block of one to six lines, one below the other, that could be an address: there is a number or a comma
    in it and no telephone, tax number, amount or web address. On the first page and the last.

    The first line also without a label with a colon. `form` is the number of lines.
    """
    return document.memo("fields.addresses", lambda: unique(_addresses(document)))


def _addresses(document: Document) -> Iterator[Candidate]:
    for page in outer(document):
        ends: dict[tuple[int, int], int] = {}
        for line in (*page.segments, *page.rows()):
            if line.traits & LETTERS and not page.tabular(line.row):
                for start in {0, unlabelled(line.text)}:
                    yield from _blocks(page, line, start, ends)


def _blocks(page: PageLines, first: Line, start: int, ends: dict[tuple[int, int], int]) -> Iterator[Candidate]:
    """All blocks that begin at `start` in the line `first`. `ends` keeps what `_end` found."""
    words: tuple[int, ...] = ()
    text = ""
    line: Line | None = first
    for count in range(1, LONGEST + 1):
        if line is None:
            return
        key = (line.start, line.end)
        end = ends.setdefault(key, -1)
        if end < 0:
            end = ends[key] = _end(page, line)
        if end - start < 3:
            return
        whole = start == 0 and end == len(line.text)
        words += tuple(range(line.start, line.end)) if whole else page.page.words_of(line.left + start, line.left + end)
        part = line.text[start:end]
        text = f"{text} {part}" if text else part
        if len(text) > LEAST and PLACE.search(text):
            yield Candidate("address", collapse(text), text, page.page.index, words, str(count))
        line = page.below(line) if end == len(line.text) else None
        start = 0


def _end(page: PageLines, line: Line) -> int:
    """Where in the line something begins that is no address: 0 for a row of amounts, its length where nothing does."""
    bits = page.page.traits
    if bits[line.end - 1] & AMOUNT:
        return 0
    if line.traits & OTHER:
        for place in range(line.start, line.end):
            if bits[place] & OTHER:
                return max(0, page.page.starts[place] - line.left - 1)
    return len(line.text)
