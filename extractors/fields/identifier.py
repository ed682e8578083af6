"""Proposes identifiers: numbers of invoices, orders, customers, accounts, taxes."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.page_text import PageText, page_texts, unique
from extractors.normalise.identifier import shape
from ocr.document import Document

TOKEN = re.compile(r"[^\s]{0,40}\d[^\s]{0,60}")
RUN = re.compile(r"(?:[A-Z]{1,4} )?[A-Z]{0,4}\d[\w.\-/]{0,20}(?: [A-Z0-9][\w.\-/]{0,12}){1,9}")
AMOUNT = re.compile(r"[-+$€£(]{0,2}\d{1,3}(?:[.,']?\d{3}){0,4}[.,]\d\d[)%€-]?$")
GLUED = re.compile(r"^[^\W\d_]{1,20}[.:#°º]{1,3}(?=\w)|^.{1,30}[:#=](?=\w)")
EDGE = " .,;:-/#*()[]{}<>'\"=_|+"


def identifiers(document: Document) -> list[Candidate]:
    """Every span that could be an identifier: a word with a digit in it, without the label glued to it
    ("No:12345", "Nr.12345"), and codes of several words ("DE12 3456 ...", "FR 05 987 654 321").

    Amounts with two decimals are left out. `form` is the shape of the value: "AA-9999/99".
    """
    return document.memo("fields.identifiers", lambda: unique(_identifiers(document)))


def _identifiers(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for match in TOKEN.finditer(page.text):
            if not AMOUNT.match(match[0]):
                yield from _token(page, match.start(), match[0])
        for match in RUN.finditer(page.text):
            yield _identifier(page, match.start(), match.end())


def _token(page: PageText, start: int, text: str) -> Iterator[Candidate]:
    left = len(text) - len(text.lstrip(EDGE))
    core = text.strip(EDGE)
    if core:
        yield _identifier(page, start + left, start + left + len(core))
        glued = GLUED.match(core)
        if glued:
            yield _identifier(page, start + left + glued.end(), start + left + len(core))


def _identifier(page: PageText, start: int, end: int) -> Candidate:
    return page.candidate("identifier", start, end, form=shape(page.text[start:end]))
