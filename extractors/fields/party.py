"""Proposes names of people and organisations."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import Line, PageLines, outer
from extractors.fields.page_text import unique
from extractors.fields.parts import Part, bare, named, pieces, unlabelled
from extractors.fields.traits import AMOUNT, LABEL, LETTERS, NAMING, NUMERIC, TIMED, WEB
from extractors.normalise.text import collapse
from ocr.document import Document

NO_NAME = WEB | AMOUNT | TIMED | NUMERIC
"""No name begins with such a word."""
LONGEST = 90
"""Characters of a line that can hold a name."""
JOINED = 70
"""Characters of a name over several lines."""


def parties(document: Document) -> list[Candidate]:
    """Every line on the first page and the last that could be a name, and the parts of it that could.

    `form` tells which: "line" as it stands, "value" after a label ("Advertiser: X", "Customer X"), "bare" without
    what stands in parentheses, "uncoded" without a number at its end, "trimmed" before the next label, "piece"
    between commas or bullets, "column" from where a column begins, "joined" with the line or two below it.
    """
    return document.memo("fields.parties", lambda: unique(_parties(document)))


def is_name(page: PageLines, line: Line) -> bool:
    """Whether a line could hold a name: letters, no web address, amount, date or time, no sentence that goes on."""
    if len(line.text) > LONGEST or not line.traits & LETTERS or line.traits & (WEB | AMOUNT | TIMED):
        return False
    if line.text[0].islower() or line.text[-1] == ":":
        return False
    if not line.traits & NUMERIC:
        return True
    return 2 * sum(1 for bits in page.page.traits[line.start : line.end] if bits & NUMERIC) <= line.end - line.start


def _parties(document: Document) -> Iterator[Candidate]:
    for page in outer(document):
        columns = _columns(page)
        for line in page.segments:
            if is_name(page, line):
                yield page.candidate("party", line)
                for start, end, form in _parts(page, line):
                    yield page.page.candidate("party", line.left + start, line.left + end, form=form)
                yield from _joined(page, line)
            if line.traits & LETTERS and len(line.text) <= LONGEST:
                yield from _column(page, line, columns)


def _parts(page: PageLines, line: Line) -> Iterator[Part]:
    text = line.text
    start = unlabelled(text)
    if not start and page.page.traits[line.start] & NAMING:
        start = named(text)
    if start:
        yield start, len(text), "value"
        yield from bare(text, start)
    yield from bare(text, 0)
    if line.traits & LABEL:
        for place in range(line.start + 1, line.end):
            if page.page.traits[place] & LABEL and page.page.starts[place] - line.left > start:
                yield start, page.page.starts[place] - line.left - 1, "trimmed"
                break
    yield from pieces(text)


def _joined(page: PageLines, line: Line) -> Iterator[Candidate]:
    """The line with the one below it, that one also without what accompanies it, and with the two below it."""
    text, words = line.text, tuple(range(line.start, line.end))
    if ":" in text or page.tabular(line.row):
        return
    for _ in range(2):
        below = page.below(line)
        if below is None or len(text) + len(below.text) > JOINED or ":" in below.text or not is_name(page, below):
            return
        line = below
        for start, end, _ in [(0, len(line.text), "line"), *bare(line.text, 0)]:
            if start == 0:
                value = f"{text} {line.text[:end]}"
                second = page.page.words_of(line.left, line.left + end)
                yield Candidate("party", collapse(value), value, page.page.index, words + second, "joined")
        text, words = f"{text} {line.text}", words + tuple(range(line.start, line.end))


def _columns(page: PageLines) -> dict[int, set[int]]:
    """For each row, the left edges of its lines, in whole units."""
    edges: dict[int, set[int]] = {}
    for line in page.segments:
        edges.setdefault(line.row, set()).add(round(line.x0))
    return edges


def _column(page: PageLines, line: Line, columns: dict[int, set[int]]) -> Iterator[Candidate]:
    """The part of a line that begins where a line above or below it begins: two cells that stand close together."""
    edges = columns.get(line.row - 1, set()) | columns.get(line.row + 1, set())
    words = page.page.page.words
    for place in range(line.start + 1, line.end):
        if round(words[place].x0) in edges and not page.page.traits[place] & NO_NAME:
            yield page.page.candidate("party", page.page.starts[place], line.right, form="column")
