"""Proposes plain numbers: quantities, rates, counts."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.page_text import page_texts
from extractors.normalise.money import CORE, digits_readings
from ocr.document import Document

NUMBER = re.compile(rf"(?<![\w.,])(?P<sign>[-+] ?)?(?P<core>{CORE})(?P<percent> ?%)?(?![\w]*[/:@\-.,]?\d)")


def numbers(document: Document) -> list[Candidate]:
    """Every number printed in the document, as plain decimals; a unit or a percent sign may follow ("19 %", "5kg").

    Dates, times and codes are no numbers. `form` tells how the digits were grouped, with "%" after a percentage.
    """
    return document.memo("fields.numbers", lambda: list(_numbers(document)))


def _numbers(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for match in NUMBER.finditer(page.text):
            percent = "%" if match["percent"] else ""
            for value, form in digits_readings(match["core"], (match["sign"] or "").strip() == "-"):
                yield page.candidate("number", match.start(), match.end(), value, form + percent)
