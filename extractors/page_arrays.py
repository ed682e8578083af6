"""A page as arrays, for looking around many candidates at once.

Words are numbered in reading order; number `count` stands for "no word" and has token 0. Rows end with a row that has
no words, so that the row before the first and the row after the last can be asked for.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.layout import PageIndex, page_index
from extractors.rows import DIGIT, bits_of, mark, row_kinds
from extractors.vocabulary import Vocabulary
from ocr.document import Document

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GAPS = (-0.1, 0.15, 0.4, 0.8, 1.5)
"""Steps of the blank between two rows, in word heights."""
REACH = 8
"""Rows above that are searched for words in the same column."""


@dataclass(frozen=True, eq=False)
class PageArrays:
    """Per word: token number, row, edges, cell, label. Per row: start, end, heading."""

    count: int
    width: float
    length: float
    usual_height: float
    token: Ints
    row: Ints
    row_start: Ints
    row_end: Ints
    cell_start: Ints
    cell_end: Ints
    x0: Floats
    x1: Floats
    y0: Floats
    height: Floats
    label: Ints
    """Token of the up to three words before, joined."""
    cell: Ints
    """Token of the cell before, or of the cell's own words before, joined; at most five words."""
    start_of_row: Ints
    end_of_row: Ints
    heading: Ints
    """Per row: the first word of the nearest short row above."""
    has_digit: Bools
    """Per word."""
    last_mark: Ints
    """Per word: token of the class of its last character."""
    row_kind: Ints
    """Per row: the kind of its words, a number below 64; 0 where there is no row."""
    row_height: Floats
    """Per row: the median height of its words; 0 where there is no row."""
    gap: Ints
    """Per row: the blank above it in word heights, in steps; 0 for the first row and after the last."""
    phrases: dict[tuple[int, ...], int]
    index: PageIndex
    vocabulary: Vocabulary
    left_edges: Floats
    right_edges: Floats
    stride: float

    def run(self, start: Ints, end: Ints, step: int, most: int) -> Ints:
        """Up to `most` words from `start` on, in steps of 1 (before `end`) or -1 (not before `end`), a row each."""
        words = start[:, None] + step * np.arange(most)[None, :]
        inside = (words < end[:, None]) if step > 0 else (words >= end[:, None])
        return np.where(inside & (words >= 0), words, self.count)

    def above(self, row: Ints, x0: Floats, x1: Floats, rows: int, most: int) -> Ints:
        """The first `most` words over x0 to x1 in each of the nearest `rows` rows above that have any there."""
        others = row[:, None] - np.arange(1, REACH + 1)
        return self._nearest(others, others >= 0, x0, x1, rows, most)

    def below(self, row: Ints, x0: Floats, x1: Floats, most: int, reach: int = 3) -> Ints:
        """The first `most` words under x0 to x1 in the nearest row below that has any, at most `reach` rows away."""
        others = row[:, None] + np.arange(1, reach + 1)
        return self._nearest(others, others <= len(self.start_of_row) - 2, x0, x1, 1, most)

    def _nearest(self, others: Ints, known: Bools, x0: Floats, x1: Floats, rows: int, most: int) -> Ints:
        """The first words over a stretch in the first `rows` of the `others` (a row of them a stretch) with any."""
        start, end = self._overlapping(np.where(known, others, -1), x0[:, None], x1[:, None])
        there = end > start
        order = there.cumsum(axis=1)
        order[~there] = 0
        found = np.full((len(others), rows, most), self.count)
        places, columns = np.nonzero((order > 0) & (order <= rows))
        found[places, order[places, columns] - 1] = self.run(start[places, columns], end[places, columns], 1, most)
        return found.reshape(len(others), rows * most)

    def phrase(self, words: Ints) -> Ints:
        """The token of the words of each row, joined."""
        found, tokens = self.phrases, self.index.tokens
        rows = list(map(tuple, words.tolist()))
        for row in set(rows) - found.keys():
            text = " ".join([tokens[word] for word in row if word < self.count])
            found[row] = self.vocabulary.number(text) if text else 0
        return np.asarray([found[row] for row in rows], dtype=np.int32)

    def _overlapping(self, row: Ints, x0: Floats, x1: Floats) -> tuple[Ints, Ints]:
        """Start and end (exclusive) of the words of a row that share a stretch with x0 to x1; row -1 has none."""
        offset = row * self.stride
        start = np.searchsorted(self.right_edges, offset + x0, side="left")
        end = np.searchsorted(self.left_edges, offset + x1, side="left")
        low, high = self.start_of_row[row], self.end_of_row[row]
        return np.minimum(np.maximum(start, low), high), np.minimum(np.maximum(end, low), high)


def page_arrays(document: Document, page: int, vocabulary: Vocabulary) -> PageArrays:
    """The arrays of page `page` (counted from 0), made once a document and vocabulary. O(words)."""
    key = ("page_arrays", page, id(vocabulary))
    return document.memo(key, lambda: _make(page_index(document, page), vocabulary))


def _make(index: PageIndex, vocabulary: Vocabulary) -> PageArrays:
    page = index.page
    count = len(page.words)
    starts = np.asarray([start for start, _ in page.rows] + [count])
    ends = np.asarray([end for _, end in page.rows] + [count])
    row = np.asarray([*page.row_of, len(page.rows)])
    cells = [(cell.start, cell.end) for cell in page.segments]
    cell_start = [cells[place][0] for place in page.segment_of]
    boxes = np.asarray([(word.x0, word.x1, word.y0, word.y1) for word in page.words] or [(0.0, 0.0, 0.0, 1.0)])
    x0, x1, y0, y1 = np.ascontiguousarray(boxes.T)
    height = y1 - y0
    stride = 4 * (abs(float(x1.max())) + abs(float(x0.min())) + 1)
    label, cell = _labels(index, cell_start, vocabulary)
    heading = [count if word is None else word for word in index.headings] + [count]
    return PageArrays(
        count=count,
        width=max(page.width, 1e-6),
        length=max(page.height, 1e-6),
        usual_height=index.usual_height,
        token=np.asarray([*vocabulary.numbers(index.tokens), 0], dtype=np.int32),
        row=row,
        row_start=starts[row],
        row_end=ends[row],
        cell_start=np.asarray([*cell_start, count]),
        cell_end=np.asarray([*[cells[place][1] for place in page.segment_of], count]),
        x0=x0,
        x1=x1,
        y0=y0,
        height=height,
        label=label,
        cell=cell,
        start_of_row=starts,
        end_of_row=ends,
        heading=np.asarray(heading),
        **_words(index, starts, vocabulary),
        **_rows(index, starts[:-1], y0, y1, height),
        phrases={},
        index=index,
        vocabulary=vocabulary,
        left_edges=np.maximum.accumulate(x0[:count] + row[:count] * stride),
        right_edges=np.maximum.accumulate(x1[:count] + row[:count] * stride),
        stride=stride,
    )


def _labels(index: PageIndex, cell_start: list[int], vocabulary: Vocabulary) -> tuple[Ints, Ints]:
    """For each word, the tokens of the label before it and of the cell before it."""
    tokens, page = index.tokens, index.page
    inner = [word for start, end in page.rows for word in range(start + 1, end)]
    starts = [start for start, end in page.rows for _ in range(start + 1, end)]
    label = np.zeros(len(tokens) + 1, dtype=np.int32)
    cell = np.zeros(len(tokens) + 1, dtype=np.int32)
    label[inner] = vocabulary.numbers(
        [" ".join(tokens[max(start, word - 3) : word]) for start, word in zip(starts, inner, strict=True)]
    )
    before = [(cell_start[word - 1], word) for word in inner]
    cell[inner] = vocabulary.numbers([" ".join(tokens[start : min(word, start + 5)]) for start, word in before])
    return label, cell


def _words(index: PageIndex, starts: Ints, vocabulary: Vocabulary) -> dict[str, Any]:
    """What names, addresses and texts ask of words, and the kind of each row from what its words look like."""
    texts = [word.text for word in index.page.words]
    bits = np.asarray([*map(bits_of, texts), 0])
    marks = vocabulary.numbers([mark(text[-1]) for text in texts])
    return {
        "has_digit": (bits & DIGIT) > 0,
        "last_mark": np.asarray([*marks, 0], dtype=np.int32),
        "row_kind": row_kinds(bits, starts),
    }


def _rows(index: PageIndex, starts: Ints, y0: Floats, y1: Floats, height: Floats) -> dict[str, Any]:
    """How high rows are, and how far apart."""
    gaps = np.zeros(len(starts) + 1, dtype=np.intp)
    if len(starts):
        tops, bottoms = np.minimum.reduceat(y0, starts), np.maximum.reduceat(y1, starts)
        gaps[1:-1] = 1 + np.searchsorted(GAPS, (tops[1:] - bottoms[:-1]) / index.usual_height, side="right")
    heights = height.tolist()
    middles = [sorted(heights[start:end])[(end - start) // 2] for start, end in index.page.rows]
    return {"row_height": np.asarray([*middles, 0.0]), "gap": gaps}
