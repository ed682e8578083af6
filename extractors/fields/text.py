"""Proposes pieces of text of any kind: lines, values behind labels, parts of addresses, paragraphs."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import Line, PageLines, page_lines
from extractors.fields.page_text import unique
from extractors.fields.parts import Part, pieces, unlabelled
from extractors.fields.traits import AMOUNT, DATA, DIGIT, LETTERS
from extractors.normalise.text import collapse
from ocr.document import Document

AFTER_POSTCODE = re.compile(r"(?:\b[A-Z]{1,3}[- ])?\b(?:\d{5}|\d{4}(?: [A-Z]{2})?),? (?=[^\W\d_]{2})")
BEFORE_POSTCODE = re.compile(r"(?:^|, )([^\W\d_][^\d,]{1,40}?),? (?:[A-Z]{2},? )?(?=\d{5}\b|[A-Z]{1,2}\d)")
CITY_END = re.compile(r"[,;|·•(/]|  | - |$")
PARAGRAPH = 24
"""A line with fewer characters does not go on in the next one."""
LONGEST = 4
"""Lines of a paragraph at most."""


def texts(document: Document) -> list[Candidate]:
    """Every line with letters and the parts of it that could be a value.

    `form` tells which: "line", "value" after a label with a colon, "piece" between commas or bullets, "city" beside
    a postcode, "paragraph" for two to four lines one below the other.
    """
    return document.memo("fields.texts", lambda: unique(_texts(document)))


def _texts(document: Document) -> Iterator[Candidate]:
    for page in page_lines(document):
        for line in page.segments:
            if line.traits & LETTERS:
                yield page.candidate("text", line)
                for start, end, form in _parts(line):
                    yield page.page.candidate("text", line.left + start, line.left + end, form=form)
                yield from _paragraphs(page, line)


def _parts(line: Line) -> Iterator[Part]:
    text = line.text
    start = unlabelled(text)
    if start:
        yield start, len(text), "value"
    if line.traits & DIGIT and not line.traits & DATA:
        yield from _cities(text)
    yield from pieces(text)


def _cities(text: str) -> Iterator[Part]:
    """What stands behind a postcode of four or five digits, or before one with letters or at the end."""
    for match in AFTER_POSTCODE.finditer(text):
        end = CITY_END.search(text, match.end())
        yield match.end(), end.start() if end else len(text), "city"
    before = BEFORE_POSTCODE.search(text)
    if before:
        yield before.start(1), before.end(1), "city"


def _paragraphs(page: PageLines, line: Line) -> Iterator[Candidate]:
    """Two to four lines, begun by a line as it stands or by what follows its label."""
    if len(line.text) < PARAGRAPH or line.end - line.start < 3 or page.tabular(line.row):
        return
    for start in sorted({0, unlabelled(line.text)}):
        text = line.text[start:]
        words = page.page.words_of(line.left + start, line.right)
        last = line
        for _ in range(LONGEST - 1):
            below = page.below(last) if len(last.text) >= PARAGRAPH else None
            if below is None or below.traits & AMOUNT:
                break
            text = f"{text} {below.text}"
            words += tuple(range(below.start, below.end))
            yield Candidate("text", collapse(text), text, page.page.index, words, "paragraph")
            last = below
