"""Proposes dates."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.page_text import page_texts
from extractors.normalise.date import find_dates
from ocr.document import Document


def dates(document: Document) -> list[Candidate]:
    """Every date printed in the document, as ISO dates; two candidates where day and month could be swapped.

    Finds dates alone, inside longer words ("Date:25/12/2018"), over several words ("18 MAR 2018") and in ranges.
    `form` tells how it was read: "d/m/Y", "m/d/y", "Y-m-d", "d b Y" (month as a word), "b d Y", "Ymd"; with " later"
    for the second of two that stand in one word ("01/27/20-02/02/20"), which nothing around them tells apart.
    """
    return document.memo("fields.dates", lambda: list(_dates(document)))


def _dates(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        before = 0
        for start, end, readings in find_dates(page.text):
            glued = 0 < before <= start and not any(map(str.isspace, page.text[before:start]))
            later = " later" if glued else ""
            before = end
            for value, form in readings:
                yield page.candidate("date", start, end, value, form + later)
