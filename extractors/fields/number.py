"""Proposes plain numbers: quantities, rates, counts."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.amount import amounts
from extractors.normalise.money import digits_readings
from ocr.document import Document


def numbers(document: Document) -> list[Candidate]:
    """Every number printed in the document, as plain decimals; a percent sign or a short unit may follow ("19 %").

    Dates, times and codes are no numbers. `form` tells how the digits were grouped, with "%" after a percentage.
    """
    return document.memo("fields.numbers", lambda: list(_numbers(document)))


def _numbers(document: Document) -> Iterator[Candidate]:
    for page, found in amounts(document):
        for start, end, digits, negative, percent, _ in found:
            for value, form in digits_readings(digits, negative):
                yield page.candidate("number", start, end, value, f"{form}%" if percent else form)
