"""What the ranker knows about a candidate: sparse indicators, each a slot and a token.

A slot says where to look ("left", "above", "relation"), a token what was seen there ("total", "rank 0"). The set
follows what was measured to carry receipts and advertising invoices (docs/accuracy.md). A page's candidates are
described together, as a matrix of token numbers with one column for each place looked at: a few dozen array
operations a page instead of some fifty dictionary look-ups a candidate.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from extractors.candidate import Candidate, Kind
from extractors.page_arrays import Ints, PageArrays, page_arrays
from extractors.relations import relations
from extractors.spans import BLOCK, count_numbers, describe_blocks
from extractors.vocabulary import Vocabulary
from ocr.document import Document

RELATIONS = 9
"""Relations of a value to the others that are looked at."""
WORDS = 16
"""Words of a name, address or text that are looked at."""

_AROUND = (
    *["left"] * 6, "left 1", "left 2", "left label", "left cell", *["right"] * 3, "right 1",
    *["row before"] * 3, "heading", "starts cell", "ends cell",
    *["above 1"] * 4, *["above 2"] * 4, *["above 3"] * 4, *["above"] * 12, "above label", *["below"] * 3,
    "x", "y", "from top", "from bottom", "height",
)  # fmt: skip
_INSIDE = ("page", "form", "kind", "shape", "length", "repeats", "order", *["relation"] * RELATIONS)
_WORDY = (
    "first word", "last word", "words", "lines", *["line before"] * 5, *["line after"] * 5,
    "numbers", "ends in", *BLOCK, *["word"] * WORDS,
)  # fmt: skip
COLUMNS = (*_AROUND, *_INSIDE, *_WORDY)
"""The slot of each column."""
SLOTS = tuple(dict.fromkeys(COLUMNS))
SLOT_OF_COLUMN: Ints = np.asarray([SLOTS.index(name) for name in COLUMNS], dtype=np.int32)

_WORDY_COLUMNS: dict[Kind, int] = {"party": len(_WORDY), "address": len(_WORDY), "text": len(_WORDY), "identifier": 3}
"""How many of the columns of words a kind looks at; others look at none."""
_NUMBERS = tuple(str(number) for number in range(64))
_HEIGHTS = ("small", "usual", "large", "huge")


def describe(document: Document, candidates: Sequence[Candidate], vocabulary: Vocabulary) -> Ints:
    """Token numbers, a row a candidate and a column a place of `COLUMNS`; 0 where nothing known is there.

    Best called once for all candidates of a document: the cost is a fixed part a page and a small part a candidate.
    """
    matrix = np.zeros((len(candidates), len(COLUMNS)), dtype=np.int32)
    places: dict[int, list[int]] = {}
    for place, candidate in enumerate(candidates):
        places.setdefault(candidate.page, []).append(place)
    for page, here in places.items():
        matrix[here] = _describe_page(document, page, [candidates[place] for place in here], vocabulary)
    return matrix


def _describe_page(document: Document, page: int, candidates: Sequence[Candidate], vocabulary: Vocabulary) -> Ints:
    """What stands around and in a span is found once a span: many are candidates of several kinds or readings."""
    arrays = page_arrays(document, page, vocabulary)
    spans: dict[tuple[int, ...], int] = {}
    span_of = [spans.setdefault(candidate.words, len(spans)) for candidate in candidates]
    words = list(spans)
    first = np.asarray([span[0] for span in words])
    last = np.asarray([span[-1] for span in words])
    around = _around(arrays, first, last, vocabulary)
    inside = _inside(document, page, candidates, vocabulary)
    wordy = _wordy(arrays, words, first, last, vocabulary)[span_of]
    widths = np.asarray([_WORDY_COLUMNS.get(candidate.kind, 0) for candidate in candidates])
    wordy[widths[:, None] <= np.arange(len(_WORDY))] = 0
    return np.concatenate([around[span_of], inside, wordy], axis=1)


def _around(page: PageArrays, first: Ints, last: Ints, vocabulary: Vocabulary) -> Ints:
    """What stands beside, above and below."""
    token, row = page.token, page.row[first]
    edge = vocabulary.number("-")
    no_yes = np.asarray([vocabulary.number(word) for word in ("no", "yes")], dtype=np.int32)
    left = page.run(first - 1, page.row_start[first], -1, 6)
    same_row = page.row[last] == row
    right = page.run(last + 1, np.where(same_row, page.row_end[last], 0), 1, 3)
    before = page.run(page.start_of_row[row - 1], np.where(row > 0, page.end_of_row[row - 1], 0), 1, 3)
    x0 = page.x0[first]
    x1 = page.x1[np.minimum(last, page.row_end[first] - 1)]
    above = page.above(row, x0, x1, 3, 4)
    over = token[above]
    below = page.below(page.row[last], x0, x1, 3)
    left1 = np.where(left[:, :1] < page.count, token[left[:, :1]], edge)
    right1 = np.where(right[:, :1] < page.count, token[right[:, :1]], edge)
    columns = [
        token[left], left1, token[left[:, 1:2]], page.label[first][:, None], page.cell[first][:, None],
        token[right], right1, token[before], token[page.heading[row]][:, None],
        no_yes[(page.cell_start[first] == first).astype(np.intp)][:, None],
        no_yes[(page.cell_end[last] == last + 1).astype(np.intp)][:, None],
        over, over, page.phrase(above[:, :4])[:, None], token[below],
        _position(page, first, last, vocabulary),
    ]  # fmt: skip
    return np.concatenate(columns, axis=1)


def _position(page: PageArrays, first: Ints, last: Ints, vocabulary: Vocabulary) -> Ints:
    numbers = np.asarray(vocabulary.numbers(_NUMBERS[:16]), dtype=np.int32)
    heights = np.asarray(vocabulary.numbers(_HEIGHTS), dtype=np.int32)
    ratio = page.height[first] / page.usual_height
    size = (ratio >= 0.85).astype(int) + (ratio >= 1.15) + (ratio >= 1.6)
    rows = len(page.start_of_row) - 2
    return np.stack(
        [
            numbers[np.minimum(np.maximum(5 * page.x0[first] / page.width, 0), 5).astype(int)],
            numbers[np.minimum(np.maximum(10 * page.y0[first] / page.length, 0), 10).astype(int)],
            numbers[np.minimum(page.row[first], 15)],
            numbers[np.minimum(np.maximum(rows - page.row[last], 0), 15)],
            heights[size],
        ],
        axis=1,
    )


def _inside(document: Document, page: int, candidates: Sequence[Candidate], vocabulary: Vocabulary) -> Ints:
    """The value itself, and how it stands to the document's other values of its kind."""
    number = vocabulary.number
    pages = len(document.pages)
    place = "only" if pages == 1 else "first" if page == 0 else "last" if page == pages - 1 else "middle"
    forms = {form: number(form) for form in dict.fromkeys([candidate.form for candidate in candidates])}
    values: dict[tuple[Kind, str], int] = {}
    value_of = [values.setdefault((candidate.kind, candidate.value), len(values)) for candidate in candidates]
    matrix = np.empty((len(candidates), len(_INSIDE)), dtype=np.int32)
    matrix[:, 0] = number(place)
    matrix[:, 1] = [forms[candidate.form] for candidate in candidates]
    matrix[:, 2:] = _values(document, list(values), vocabulary)[value_of]
    return matrix


def _values(document: Document, values: Sequence[tuple[Kind, str]], vocabulary: Vocabulary) -> Ints:
    """For each value of a kind: the kind, its shape and length, how often and where it occurs, its relations."""
    kinds = {kind: relations(document, kind) for kind in dict.fromkeys([kind for kind, _ in values])}
    kind_numbers = {kind: vocabulary.number(kind) for kind in kinds}
    numbers = np.asarray(vocabulary.numbers(_NUMBERS[:24]), dtype=np.int32)
    matrix = np.zeros((len(values), len(_INSIDE) - 2), dtype=np.int32)
    matrix[:, 0] = [kind_numbers[kind] for kind, _ in values]
    matrix[:, 1] = vocabulary.numbers([shape(value[:24]) for _, value in values])
    matrix[:, 2] = numbers[np.minimum([len(value) for _, value in values], 63) // 3]
    matrix[:, 3] = numbers[np.minimum([kinds[kind].repeats[value] for kind, value in values], 6)]
    matrix[:, 4] = numbers[np.minimum([kinds[kind].order.get(value, 15) for kind, value in values], 15)]
    tokens = [
        (row, column, token)
        for row, (kind, value) in enumerate(values)
        for column, token in enumerate(kinds[kind].tokens.get(value, ())[:RELATIONS], start=5)
    ]
    if tokens:
        rows, columns, texts = zip(*tokens, strict=True)
        matrix[rows, columns] = vocabulary.numbers(texts)
    return matrix


def _wordy(page: PageArrays, spans: Sequence[tuple[int, ...]], first: Ints, last: Ints, vocabulary: Vocabulary) -> Ints:
    """The words of spans, and the lines before and after them."""
    token = page.token
    numbers = np.asarray(vocabulary.numbers(_NUMBERS), dtype=np.int32)
    count = np.asarray([len(span) for span in spans])
    words = page.run(first, last + 1, 1, WORDS)
    for place in np.flatnonzero(count != last - first + 1).tolist():  # several lines: not what stands beside them
        span = spans[place][:WORDS]
        words[place] = page.count
        words[place, : len(span)] = span
    top, bottom = page.row[first], page.row[last]
    edge = vocabulary.number("edge")
    before = token[page.run(page.start_of_row[top - 1], np.where(top > 0, page.end_of_row[top - 1], 0), 1, 5)]
    after = token[page.run(page.start_of_row[bottom + 1], page.end_of_row[bottom + 1], 1, 5)]
    before[top == 0, 0] = edge
    after[bottom == len(page.start_of_row) - 2, 0] = edge
    return np.concatenate(
        [
            token[first][:, None], token[last][:, None], numbers[np.minimum(count, 20)][:, None],
            numbers[np.minimum(bottom - top, 9)][:, None], before, after,
            numbers[np.minimum(count_numbers(page, spans), 9)][:, None], page.last_mark[last][:, None],
            describe_blocks(page, first, last, numbers), token[words],
        ],
        axis=1,
    )  # fmt: skip


@lru_cache(maxsize=65536)
def shape(text: str) -> str:
    """Runs of character classes: `A` letters, `9` digits, everything else as it is.

    >>> shape("INV-2041/7"), shape("12 Main St")
    ('A-9/9', '9 A A')
    """
    out: list[str] = []
    for char in text:
        mark = "9" if char.isdigit() else "A" if char.isalpha() else char
        if not out or out[-1] != mark:
            out.append(mark)
    return "".join(out)
