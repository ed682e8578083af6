"""Proposes names of people and organisations."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import Line, PageLines, outer
from extractors.fields.page_text import unique
from extractors.fields.parts import Part, bare, named, pieces, unlabelled
from extractors.normalise.text import collapse
from ocr.document import Document

NAME = re.compile(r"[^\W\d_]{2}")
NO_NAME = re.compile(r"\d[.,]\d\d(?:[ )A-Z]{0,3})$|@|https?:|www\.|:$")
SENTENCE = re.compile(r"^[a-zà-ÿ]")
LONGEST = 90


def parties(document: Document) -> list[Candidate]:
    """Every line on the first two pages and the last that could be a name, and the parts of it that could.

    `form` tells which: "line" as it stands, "value" after a label ("Advertiser: X", "Customer X"), "bare" without
    what stands in parentheses, "uncoded" without a number at its end, "trimmed" before the next label, "piece"
    between commas or bullets, "column" from where a column begins, "joined" with the line below it.
    """
    return document.memo("fields.parties", lambda: unique(_parties(document)))


def is_name(text: str) -> bool:
    """Whether a line could be, or hold, a name: letters, not too long, no address of the web, no amount at its end."""
    return len(text) <= LONGEST and bool(NAME.search(text)) and not SENTENCE.match(text) and not NO_NAME.search(text)


def _parties(document: Document) -> Iterator[Candidate]:
    for page in outer(document):
        columns = _columns(page)
        for line in page.segments:
            if is_name(line.text):
                for start, end, form in _parts(line.text):
                    yield page.page.candidate("party", line.left + start, line.left + end, form=form)
                yield from _joined(page, line)
                yield from _column(page, line, columns)


def _parts(text: str) -> Iterator[Part]:
    yield 0, len(text), "line"
    starts = [0]
    start = unlabelled(text) or named(text)
    if start:
        yield start, len(text), "value"
        starts.append(start)
    for start in starts:
        yield from bare(text, start)
    yield from pieces(text)


def _joined(page: PageLines, line: Line) -> Iterator[Candidate]:
    """The line and the one below it, and that one without what accompanies it."""
    following = page.below(line)
    if following is None or not is_name(following.text) or ":" in following.text or ":" in line.text:
        return
    words = tuple(range(line.start, line.end))
    whole = [(0, len(following.text), "joined"), *bare(following.text, 0)]
    for start, end, _ in whole:
        second = page.page.words_of(following.left + start, following.left + end)
        text = f"{line.text} {following.text[start:end]}"
        yield Candidate("party", collapse(text), text, page.page.index, words + second, "joined")


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
        edge = round(words[place].x0)
        if edge in edges:
            yield page.page.candidate("party", page.page.starts[place], line.right, form="column")
