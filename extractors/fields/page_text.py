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

    def words_of(self, start: int, end: int) -> tuple[int, ...]:
        """Indices of the words that the characters from `start` to `end` (exclusive) touch."""
        return tuple(range(bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)))

    def candidate(self, kind: Kind, start: int, end: int, value: str = "", form: str = "") -> Candidate:
        """The characters from `start` to `end` as a candidate; without `value`, its text, blanks collapsed."""
        text = self.text[start:end]
        return Candidate(kind, value or collapse(text), text, self.index, self.words_of(start, end), form)

    def line(self, start: int, end: int) -> tuple[int, int]:
        """Start and end (exclusive) of the characters of words `start` to `end` (exclusive)."""
        return self.starts[start], self.starts[end - 1] + len(self.page.words[end - 1].text)


def page_texts(document: Document) -> tuple[PageText, ...]:
    """The text of every page; made once a document."""
    return document.memo("page_texts", lambda: tuple(map(_page_text, range(len(document.pages)), document.pages)))


def unique(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates without repeats of the same value on the same words; the first of each stays."""
    kept: dict[tuple[str, int, tuple[int, ...]], Candidate] = {}
    for candidate in candidates:
        kept.setdefault((candidate.value, candidate.page, candidate.words), candidate)
    return list(kept.values())


def _page_text(index: int, page: Page) -> PageText:
    parts: list[str] = []
    starts: list[int] = []
    words = page.words
    offset = 0
    row = -1
    for segment in page.segments:
        mark = "\t" if segment.row == row else "\n"
        row = segment.row
        for place in range(segment.start, segment.end):
            text = words[place].text
            parts.append(mark)
            parts.append(text)
            starts.append(offset + 1)
            offset += 1 + len(text)
            mark = " "
    text = "".join(parts)
    bits = tuple(traits(word.text) for word in words)
    return PageText(page, index, text if text.isascii() else _plain(text), tuple(starts), bits)


def _plain(text: str) -> str:
    """`plain`, with the tabs between segments kept."""
    return "\t".join(plain(part) for part in text.split("\t"))
