"""Lines of a page: every segment, every row that was cut into few segments, and which line stands below which."""

from typing import NamedTuple

from extractors.candidate import Candidate, Kind
from extractors.fields.page_text import PageText, page_texts
from extractors.fields.traits import AMOUNT
from extractors.normalise.text import collapse
from ocr.document import Document, Segment

FEW = 3
"""A row of at most so many segments may be one line with wide blanks."""
SPACING = 1.6
"""Lines of one block lie at most so many word heights apart."""
COVER = 40
"""A first page of fewer words is a cover sheet."""
NEAR = 3.0
"""A segment so many word heights beside one that stands below a line belongs to it."""


class Line(NamedTuple):
    """Words `start` to `end` (exclusive) of one row, their characters in `PageText.text`, and their box."""

    row: int
    start: int
    end: int
    left: int
    right: int
    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    traits: int
    """The bits of all its words together (`fields.traits`)."""


class PageLines:
    """The lines of one page. Cheap to make: what is not asked for is not computed."""

    def __init__(self, page: PageText) -> None:
        self.page = page
        self._segments: dict[int, list[Segment]] = {}
        for segment in page.page.segments:
            self._segments.setdefault(segment.row, []).append(segment)
        self._known: dict[tuple[int, int], Line] = {}
        self._below: dict[tuple[int, int], Line | None] = {}
        self.segments = [self._line(segment.row, segment.start, segment.end) for segment in page.page.segments]
        """One line a segment, in reading order."""

    def candidate(self, kind: Kind, line: Line, form: str = "line") -> Candidate:
        """A whole line as a candidate."""
        value = line.text if self.page.tidy and "\t" not in line.text else collapse(line.text)
        return Candidate(kind, value, line.text, self.page.index, tuple(range(line.start, line.end)), form)

    def tabular(self, row: int) -> bool:
        """Whether a row looks like one of a table: four cells or more, or an amount among two or three."""
        segments = self._segments[row]
        if len(segments) <= 1 or len(segments) > FEW:
            return len(segments) > FEW
        bits = self.page.traits
        return any(bits[place] & AMOUNT for place in range(segments[0].start, segments[-1].end))

    def rows(self) -> list[Line]:
        """The rows of two or three segments, each as one line."""
        return [
            self._line(row, segments[0].start, segments[-1].end)
            for row, segments in self._segments.items()
            if 1 < len(segments) <= FEW
        ]

    def below(self, line: Line) -> Line | None:
        """The words of the next row that stand under this line; None where a wide gap or nothing follows."""
        key = (line.start, line.end)
        if key not in self._below:
            self._below[key] = self._find_below(line)
        return self._below[key]

    def _find_below(self, line: Line) -> Line | None:
        height = line.y1 - line.y0
        words = self.page.page.words
        for row in (line.row + 1, line.row + 2):
            under = [
                segment
                for segment in self._segments.get(row, ())
                if words[segment.start].x0 < line.x1 and words[segment.end - 1].x1 > line.x0
            ]
            if under:
                found = self._line(row, *self._widened(row, under, NEAR * height))
                return found if found.y0 - line.y1 <= SPACING * height else None
        return None

    def _widened(self, row: int, under: list[Segment], near: float) -> tuple[int, int]:
        """The words of `under` with the segments beside them that are near."""
        words, segments = self.page.page.words, self._segments[row]
        first, last = segments.index(under[0]), segments.index(under[-1])
        while first > 0 and words[segments[first].start].x0 - words[segments[first - 1].end - 1].x1 < near:
            first -= 1
        while last + 1 < len(segments) and words[segments[last + 1].start].x0 - words[segments[last].end - 1].x1 < near:
            last += 1
        return segments[first].start, segments[last].end

    def _line(self, row: int, start: int, end: int) -> Line:
        line = self._known.get((start, end))
        if line is None:
            page, words = self.page, self.page.page.words
            first, last = words[start], words[end - 1]
            left, right = page.starts[start], page.starts[end - 1] + len(last.text)
            text = page.text[left:right]
            bits = 0
            for trait in page.traits[start:end]:
                bits |= trait
            line = Line(row, start, end, left, right, text, first.x0, last.x1, first.y0, last.y1, bits)
            self._known[start, end] = line
        return line


def page_lines(document: Document) -> tuple[PageLines, ...]:
    """The lines of every page; made once a document."""
    return document.memo("page_lines", lambda: tuple(PageLines(page) for page in page_texts(document)))


def outer(document: Document) -> list[PageLines]:
    """The pages on which names and addresses stand: the first and the last, and the second behind a cover sheet."""
    pages = page_lines(document)
    if len(pages) <= 2:
        return list(pages)
    second = [pages[1]] if len(pages[0].page.starts) < COVER else []
    return [pages[0], *second, pages[-1]]
