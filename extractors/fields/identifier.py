"""Proposes identifiers: numbers of invoices, orders, customers, accounts, taxes."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.page_text import PageText, page_texts, unique
from extractors.normalise.identifier import EDGE, shape
from ocr.document import Document, Segment

DIGIT = re.compile(r"\d")
OTHER = re.compile(
    r"[-+$€£(]{0,2}\d{1,3}(?:[.,']?\d{3}){0,4}[.,]\d\d[A-Z)%€-]?"  # an amount
    r"|\d{1,2}([./])\d{1,2}\1\d{2,4}|\d{1,2}:\d\d(?::\d\d)?(?:[ap]m?)?|\d+[.,]?\d*%",  # a date, a time, a percentage
    re.IGNORECASE,
)
GLUED = re.compile(
    r"[^\W\d_]{1,20}[.:#°º]{1,3}(?=\w)|[^:#=]{1,30}[:#=](?=\w)|[A-Z]{1,3}-(?=\d{4,5}$)|\(?[A-Z]{2,4}#?(?=\d)"
)
UPPER = re.compile(r"[A-Z]{1,4}$")
BANK = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$|[A-Z]{2,}[_-][A-Z_-]+$")
LONGEST = 60
"""Characters of a word that can be an identifier."""
WORDS = 10
"""Words of an identifier with blanks: an IBAN of 34 characters has nine."""


def identifiers(document: Document) -> list[Candidate]:
    """Every span that could be an identifier, in reading order: a word with a digit in it, also without the label
    glued to it ("No:12345", "Nr.12345"); codes of several words ("DE12 3456 ...", "FR 05 987 654 321"); words of
    eight or eleven capitals (BIC); the one to three words that follow a colon.

    Dates, times, percentages and amounts with two decimals are left out. `form` is the shape: "AA-9999/99".
    """
    return document.memo("fields.identifiers", lambda: unique(_identifiers(document)))


def _identifiers(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for segment in page.page.segments:
            yield from _segment(page, segment)


def _segment(page: PageText, segment: Segment) -> Iterator[Candidate]:
    """Words with digits alone, and runs of them with the short capitals that belong to them."""
    run: list[int] = []
    digits = False
    for place in range(segment.start, segment.end):
        start = page.starts[place]
        text = page.text[start : start + len(page.page.words[place].text)]
        has_digit = not text.isalpha() and bool(DIGIT.search(text))
        code = has_digit and len(text) <= LONGEST and not OTHER.fullmatch(text.strip(EDGE))
        if code:
            yield from _word(page, start, text)
        elif BANK.match(text):
            yield _identifier(page, start, start + len(text))
        if code or UPPER.match(text):
            run.append(place)
            digits = digits or code
        else:
            yield from _run(page, run, digits)
            run, digits = [], False
        if text.endswith((":", "#")) and place + 1 < segment.end <= place + 4:
            yield from _core(page, start + len(text) + 1, page.line(place + 1, segment.end)[1])
    yield from _run(page, run, digits)


def _word(page: PageText, start: int, text: str) -> Iterator[Candidate]:
    yield from _core(page, start, start + len(text))
    core = text.strip(EDGE)
    glued = GLUED.match(core)
    if glued:
        left = start + text.find(core)
        yield from _core(page, left + glued.end(), left + len(core))


def _run(page: PageText, run: list[int], digits: bool) -> Iterator[Candidate]:
    """Neighbouring words as one code: all of them, and without capitals at the ends, which may be label or unit."""
    if not digits or not 2 <= len(run) <= WORDS:
        return
    places = [place for place in run if not UPPER.match(page.page.words[place].text)]
    first, last = places[0], places[-1]
    lead = first - 1 if first > run[0] else first
    for begin in {first, lead}:
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
