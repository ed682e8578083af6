"""Proposes identifiers: numbers of invoices, orders, customers, accounts, taxes."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import Line, page_lines
from extractors.fields.page_text import PageText, unique
from extractors.fields.traits import BANK, DATA, DIGIT, UPPER
from extractors.normalise.identifier import EDGE, shape
from ocr.document import Document

GLUED = re.compile(
    r"[^\W\d_]{1,20}[.:#°º]{1,3}(?=\w)|[^:#=]{1,30}[:#=](?=\w)|[A-Z]{1,3}-(?=\d{4,5}$)|\(?[A-Z]{2,4}#?(?=\d)"
)
"""A label or a country that is printed together with the number."""
LEAST = 1
"""A single digit is an identifier only behind a label with a colon."""
LONGEST = 60
"""Characters of a word that can be an identifier."""
FEW = 3
"""Words behind a label that may be an identifier without a digit."""
WORDS = 10
"""Words of an identifier with blanks: an IBAN of 34 characters has nine."""


def identifiers(document: Document) -> list[Candidate]:
    """Every span that could be an identifier, in reading order: a word with a digit in it, also without the label
    glued to it ("No:12345", "Nr.12345"); codes of several words ("DE12 3456 ...", "FR 05 987 654 321"); words of
    eight or eleven capitals (BIC); the one to three words that follow a label with a colon.

    Dates, times, percentages and amounts with two decimals are left out. `form` is the shape: "AA-9999/99".
    """
    return document.memo("fields.identifiers", lambda: unique(_identifiers(document)))


def _identifiers(document: Document) -> Iterator[Candidate]:
    for lines in page_lines(document):
        page = lines.page
        beside = -1
        for line in lines.segments:
            if line.traits & (DIGIT | BANK):
                yield from _codes(page, line)
            if ":" in line.text or "#" in line.text:
                yield from _labelled(page, line)
            if line.row == beside and line.end - line.start <= FEW:
                yield from _core(page, line.left, line.right)
            beside = line.row if line.text[-1] in ":#" else -1


def _codes(page: PageText, line: Line) -> Iterator[Candidate]:
    """Words with digits alone, and runs of them with the short capitals that belong to them."""
    run: list[int] = []
    for place in range(line.start, line.end):
        bits = page.traits[place]
        code = bits & DIGIT and not bits & DATA
        if code or bits & BANK:
            yield from _word(page, place)
        if code or bits & UPPER:
            run.append(place)
        elif run:
            yield from _run(page, run)
            run = []
    if len(run) > 1:
        yield from _run(page, run)


def _labelled(page: PageText, line: Line) -> Iterator[Candidate]:
    """What follows the last colon of a line, if it is at most three words."""
    for place in range(line.end - 2, max(line.start, line.end - 1 - FEW) - 1, -1):
        end = page.line(place, place + 1)[1]
        if page.text[end - 1] in ":#":
            yield from _core(page, end + 1, line.right)
            return


def _word(page: PageText, place: int) -> Iterator[Candidate]:
    start, end = page.line(place, place + 1)
    if end - start > LONGEST:
        return
    core = page.text[start:end].strip(EDGE)
    if len(core) <= LEAST:
        return
    yield from _core(page, start, end)
    glued = GLUED.match(core)
    if glued:
        left = start + page.text[start:end].find(core)
        yield from _core(page, left + glued.end(), left + len(core))


def _run(page: PageText, run: list[int]) -> Iterator[Candidate]:
    """Neighbouring words as one code: all of them, and without capitals at the ends, which may be label or unit."""
    places = [place for place in run if page.traits[place] & DIGIT]
    if not places or len(run) > WORDS:
        return
    first, last = places[0], places[-1]
    for begin in {first, max(run[0], first - 1)}:
        if last > begin:
            yield from _core(page, *page.line(begin, last + 1))


def _core(page: PageText, start: int, end: int) -> Iterator[Candidate]:
    """The characters from `start` to `end` without punctuation at the ends."""
    text = page.text[start:end]
    core = text.strip(EDGE)
    if core:
        left = start + text.find(core)
        yield _identifier(page, left, left + len(core))


def _identifier(page: PageText, start: int, end: int) -> Candidate:
    return page.candidate("identifier", start, end, form=shape(page.text[start:end]))
