"""What every later step looks at: a document as pages of words with boxes.

The order in which words arrive means nothing. `Page.of` derives rows, reading order and segments once:

- a *row* holds the words that stand at one height, left to right;
- a *segment* is a stretch of a row without a wide gap: a cell, a label, a line of a paragraph.

Coordinates are page units (points for a PDF, pixels for an image), origin at the top left, y grows downwards.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Literal, TypeVar

Source = Literal["text_layer", "tesseract", "rapidocr", "words", "plain_text"]
T = TypeVar("T")

SEGMENT_GAP = 1.0
"""A gap wider than this many word heights ends a segment: a blank is about 0.3, a column gap 1.5 or more."""

ACROSS = attrgetter("x0", "x1", "text")
"""Order of words within a row; the text decides between equal boxes, so that the order is always the same."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on page `page` (counted from 1), in page units."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without blanks. `confidence` is the reader's own, 0 to 1; a text layer has 1."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float = 1.0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Segment:
    """Words `start` to `end` (exclusive) of `Page.words`, which stand side by side in row `row`."""

    row: int
    start: int
    end: int


@dataclass(frozen=True)
class Page:
    """A page. Make one with `Page.of`: `words` are then in reading order and `rows` partition them."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rows: tuple[tuple[int, int], ...]
    """Start and end (exclusive) of each row in `words`, top to bottom."""
    segments: tuple[Segment, ...]
    source: Source = "words"

    @staticmethod
    def of(number: int, width: float, height: float, words: Iterable[Word], source: Source = "words") -> "Page":
        """Derive rows, reading order and segments from words in any order. O(n log n) in the number of words."""
        ordered: list[Word] = []
        rows: list[tuple[int, int]] = []
        segments: list[Segment] = []
        for row in _rows([word for word in words if word.text.strip()]):
            start = len(ordered)
            ordered.extend(row)
            rows.append((start, len(ordered)))
            segments.extend(_segments(row, len(rows) - 1, start))
        return Page(number, width, height, tuple(ordered), tuple(rows), tuple(segments), source)

    def text_of(self, start: int, end: int) -> str:
        """The words from `start` to `end` (exclusive), joined by one blank."""
        return " ".join(word.text for word in self.words[start:end])

    def box_of(self, indices: Sequence[int]) -> Box:
        """The smallest box around the words at `indices` (at least one)."""
        words = [self.words[index] for index in indices]
        return Box(
            self.number,
            min([word.x0 for word in words]),
            min([word.y0 for word in words]),
            max([word.x1 for word in words]),
            max([word.y1 for word in words]),
        )

    @cached_property
    def row_of(self) -> tuple[int, ...]:
        """For each word, the index of its row."""
        return tuple(index for index, (start, end) in enumerate(self.rows) for _ in range(start, end))

    @cached_property
    def segment_of(self) -> tuple[int, ...]:
        """For each word, the index of its segment."""
        return tuple(index for index, segment in enumerate(self.segments) for _ in range(segment.start, segment.end))


@dataclass(frozen=True)
class Document:
    """Pages in order, and the SHA-256 of the file they were read from (of the pages, where there was no file)."""

    pages: tuple[Page, ...]
    sha256: str = ""
    _memo: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def text(self) -> str:
        """All rows of all pages, a line each, segments set apart by two blanks."""
        return "\n".join(line for page in self.pages for line in _row_texts(page))

    def memo(self, key: object, make: Callable[[], T]) -> T:
        """`make()`, computed once a document. Keeps proposers shared by many fields from working twice."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]  # type: ignore[return-value]  # what was stored under the key is what make returned

    def to_json(self) -> str:
        """The `.words.json` form: pages with number, width, height and words with boxes."""
        return json.dumps({"pages": [_page_to_dict(page) for page in self.pages]}, ensure_ascii=False)

    @staticmethod
    def from_json(text: str, sha256: str = "") -> "Document":
        """Read the `.words.json` form. Raises ValueError (KeyError, TypeError) where the shape is wrong."""
        pages = tuple(
            Page.of(
                int(page["number"]),
                float(page["width"]),
                float(page["height"]),
                [
                    Word(
                        str(word["text"]),
                        float(word["x0"]),
                        float(word["y0"]),
                        float(word["x1"]),
                        float(word["y1"]),
                        float(word.get("confidence", 1.0)),
                    )
                    for word in page["words"]
                ],
                page.get("source", "words"),
            )
            for page in json.loads(text)["pages"]
        )
        return Document(pages, sha256 or hashlib.sha256(text.encode()).hexdigest())

    @staticmethod
    def from_text(text: str, sha256: str = "") -> "Document":
        """Plain text on a grid of 6 by 12 units a character, so that layout means what it meant in the editor."""
        words: list[Word] = []
        lines = text.splitlines()
        for row, line in enumerate(lines):
            column = 0
            for part in line.replace("\t", "    ").split(" "):
                if part:
                    words.append(Word(part, column * 6.0, row * 12.0, (column + len(part)) * 6.0, row * 12.0 + 10.0))
                column += len(part) + 1
        width = max((word.x1 for word in words), default=6.0)
        page = Page.of(1, width, max(12.0 * len(lines), 12.0), words, "plain_text")
        return Document((page,), sha256 or hashlib.sha256(text.encode()).hexdigest())


def load_words(path: Path) -> Document:
    """A `.words.json` file as a Document. Raises OSError and ValueError."""
    data = path.read_bytes()
    return Document.from_json(data.decode("utf-8"), hashlib.sha256(data).hexdigest())


def _rows(words: list[Word]) -> list[list[Word]]:
    """Group words whose middles lie within half a word height of the row's running middle."""
    rows: list[list[Word]] = []
    middle = height = 0.0
    for at, _, index in sorted(((word.y0 + word.y1) / 2, word.x0, index) for index, word in enumerate(words)):
        word = words[index]
        tall = word.y1 - word.y0
        if rows and abs(at - middle) <= 0.5 * min(height, tall):
            rows[-1].append(word)
            count = len(rows[-1])
            middle += (at - middle) / count
            height += (tall - height) / count
        else:
            rows.append([word])
            middle, height = at, tall
    return [sorted(row, key=ACROSS) if len(row) > 1 else row for row in rows]


def _segments(row: list[Word], index: int, offset: int) -> list[Segment]:
    if len(row) == 1:
        return [Segment(index, offset, offset + 1)]
    heights = sorted(word.y1 - word.y0 for word in row)
    gap = SEGMENT_GAP * (heights[len(row) // 2] + heights[(len(row) - 1) // 2]) / 2
    cuts = [0]
    cuts += [place for place, (one, other) in enumerate(pairwise(row), start=1) if other.x0 - one.x1 > gap]
    cuts.append(len(row))
    return [Segment(index, offset + start, offset + end) for start, end in pairwise(cuts)]


def _row_texts(page: Page) -> list[str]:
    texts: list[list[str]] = [[] for _ in page.rows]
    for segment in page.segments:
        texts[segment.row].append(page.text_of(segment.start, segment.end))
    return ["  ".join(parts) for parts in texts]


def _page_to_dict(page: Page) -> dict[str, object]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "source": page.source,
        "words": [
            {"text": w.text, "x0": w.x0, "y0": w.y0, "x1": w.x1, "y1": w.y1, "confidence": w.confidence}
            for w in page.words
        ],
    }
