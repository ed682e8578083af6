"""Finding a model's answer among the document's words. What is not printed there does not count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.candidate import Candidate, Kind
from extractors.layout import page_index
from extractors.normalise.text import fold
from extractors.normalise.value import canonical, same
from ocr.document import Document, Page

LONGEST_VALUE = 5
"""Words of the longest date or amount: `the 3rd of March 2024`."""
LONGEST_COLUMN = 8
"""Rows of the longest block of lines, such as an address."""

Rows = frozenset[tuple[int, int]]
"""Rows of a document: index of the page, index of the row in it."""


@dataclass(frozen=True)
class Grounded:
    """Where a value is printed: `page` counts from 0, `words` are indices into its words."""

    value: str
    page: int
    words: tuple[int, ...]


def ground(
    document: Document, kind: Kind, answer: str, candidates: Sequence[Candidate] = (), rows: Rows | None = None
) -> Grounded | None:
    """Where `answer` is printed, and its canonical value; None where it is not.

    Candidates come first, in their order: they carry the reading of the compiled code. Then single and consecutive
    words, and for text the words of lines that stand under each other. `rows` limits where to look.
    """
    for candidate in candidates:
        if same(kind, answer, candidate.value) and (rows is None or _within(document, candidate, rows)):
            return Grounded(candidate.value, candidate.page, candidate.words)
    if kind in ("date", "money", "number"):
        return _ground_value(document, kind, answer, rows)
    return _ground_text(document, answer, rows)


def _within(document: Document, candidate: Candidate, rows: Rows) -> bool:
    row_of = document.pages[candidate.page].row_of
    return all((candidate.page, row_of[word]) in rows for word in candidate.words)


def _ground_value(document: Document, kind: Kind, answer: str, rows: Rows | None) -> Grounded | None:
    value = canonical(kind, answer)
    if value is None:
        return None
    for length in range(1, LONGEST_VALUE + 1):
        for number, page in enumerate(document.pages):
            for start in _starts(page, number, length, rows):
                text = page.text_of(start, start + length)
                if any(char.isdigit() for char in text) and same(kind, text, value):
                    return Grounded(value, number, tuple(range(start, start + length)))
    return None


def _starts(page: Page, number: int, length: int, rows: Rows | None) -> Iterator[int]:
    for row, (start, end) in enumerate(page.rows):
        if rows is None or (number, row) in rows:
            yield from range(start, end - length + 1)


def _ground_text(document: Document, answer: str, rows: Rows | None) -> Grounded | None:
    target = fold(answer)
    if not target:
        return None
    for number, page in enumerate(document.pages):
        folded = _folded(document, number)
        for start, word in enumerate(folded):
            if not word or not target.startswith(word) or (rows and (number, page.row_of[start]) not in rows):
                continue
            for path in (range(start, len(folded)), _column(document, number, start)):
                words = _spell(folded, path, target)
                if words and (rows is None or all((number, page.row_of[index]) in rows for index in words)):
                    text = " ".join(page.words[index].text for index in words)
                    return Grounded(canonical("text", text) or text, number, words)
    return None


def _folded(document: Document, number: int) -> tuple[str, ...]:
    return document.memo(("folded", number), lambda: tuple(fold(word.text) for word in document.pages[number].words))


def _spell(folded: Sequence[str], path: Iterator[int] | range, target: str) -> tuple[int, ...]:
    """The words of `path` whose letters are `target`; empty where they are not. Stops at the first that differs."""
    words: list[int] = []
    for index in path:
        if not target.startswith(folded[index]):
            return ()
        words.append(index)
        target = target[len(folded[index]) :]
        if not target:
            return tuple(words)
    return ()


def _column(document: Document, number: int, start: int) -> Iterator[int]:
    """The rest of the segment from word `start` on, then the segments below it, line by line."""
    page = document.pages[number]
    index = page_index(document, number)
    segment = page.segments[page.segment_of[start]]
    yield from range(start, segment.end)
    for _ in range(LONGEST_COLUMN):
        left = min(page.words[word].x0 for word in range(segment.start, segment.end))
        right = max(page.words[word].x1 for word in range(segment.start, segment.end))
        below = index.below(segment.row, left, right)
        if not below:
            return
        segment = page.segments[page.segment_of[below[0]]]
        yield from range(segment.start, segment.end)
