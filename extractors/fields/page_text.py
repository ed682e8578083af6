"""The text of a page with the way back to its words: patterns run once over it, in C, instead of word by word."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from extractors.candidate import Candidate, Kind
from extractors.fields.traits import traits
from extractors.normalise.text import collapse, plain
from ocr.document import Document, Page


@dataclass(frozen=True)
class PageText:
    """Words one blank apart within a segment, a tab between segments, a line break between rows.

    Dashes, quotes and full-width characters are plain (`normalise.text.plain`).
    """

    page: Page
    index: int
    """Index into `Document.pages`, from 0."""
    text: str
    starts: tuple[int, ...]
    """For each word, where it begins in `text`."""
    traits: tuple[int, ...]
    """For each word, its bits (`fields.traits`)."""
    tidy: bool
    """Whether no word has a blank in it, so that parts of a segment need no collapsing."""

    def words_of(self, start: int, end: int) -> tuple[int, ...]:
        """Indices of the words that the characters from `start` to `end` (exclusive) touch."""
        return tuple(range(bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)))

    def candidate(self, kind: Kind, start: int, end: int, value: str = "", form: str = "") -> Candidate:
        """The characters from `start` to `end` as a candidate; without `value`, its text, blanks collapsed."""
        text = self.text[start:end]
        if not value:
            value = text if self.tidy and "\t" not in text and text == text.strip() else collapse(text)
        words = tuple(range(bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)))
        return Candidate(kind, value, text, self.index, words, form)

    def line(self, start: int, end: int) -> tuple[int, int]:
        """Start and end (exclusive) of the characters of words `start` to `end` (exclusive)."""
        return self.starts[start], self.starts[end - 1] + len(self.page.words[end - 1].text)


def page_texts(document: Document) -> tuple[PageText, ...]:
    """The text of every page; made once a document."""
    return document.memo("page_texts", lambda: tuple(map(_page_text, range(len(document.pages)), document.pages)))


def unique(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates without repeats of the same value on the same words; the first of each stays.

    Left out are those without a value: text that is nothing but separators.
    """
    kept: dict[tuple[str, int, tuple[int, ...]], Candidate] = {}
    for candidate in candidates:
        if candidate.value:
            kept.setdefault((candidate.value, candidate.page, candidate.words), candidate)
    return list(kept.values())


def _page_text(index: int, page: Page) -> PageText:
    parts: list[str] = []
    starts: list[int] = []
    words = [word.text for word in page.words]
    offset = 0
    row = -1
    for segment in page.segments:
        mark = "\t" if segment.row == row else "\n"
        row = segment.row
        for text in words[segment.start : segment.end]:
            parts.append(mark)
            parts.append(text)
            offset += 1
            starts.append(offset)
            offset += len(text)
            mark = " "
    text = "".join(parts)
    tidy = text.split() == words
    plain_text = text if text.isascii() and tidy else _plain(parts)
    return PageText(page, index, plain_text, tuple(starts), tuple(map(traits, words)), tidy)


def _plain(parts: list[str]) -> str:
    """Marks and words in turn, the words with plain characters and without blanks of other kinds."""
    return "".join(part if place % 2 == 0 else plain(part) for place, part in enumerate(parts))
