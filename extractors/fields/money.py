"""Proposes amounts of money."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.page_text import PageText, page_texts
from extractors.normalise.money import CORE, CURRENCY, digits_readings
from ocr.document import Document

AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<open>\()?(?P<sign1>[-+])? ?(?:(?P<currency>{CURRENCY}) ?)?(?P<sign2>[-+] ?)?"
    rf"(?<![\d.,])(?P<core>{CORE})(?P<dash>[.,]-{{1,2}})?(?!\w*[/:@\-.,]?\d)"
    rf"(?P<tail>-(?![\w])|(?: ?(?:CR|DR)\b))?(?: ?(?P<currency2>{CURRENCY})(?![A-Za-z]))?(?P<close>\))?"
    rf"(?P<percent> ?%)?"
)


def money(document: Document) -> list[Candidate]:
    """Every amount printed in the document, as plain decimals ("-1234.50"); two where a point may group or divide.

    An amount has decimals, grouped thousands or a currency; or it is a whole number that stands alone. Currency
    signs and codes may stand before or after, glued or apart; parentheses, a minus on either side and `CR` make it
    negative. Percentages are no money. `form` tells how the digits were grouped: "1,234.56", "1.234,56".
    """
    return document.memo("fields.money", lambda: list(_money(document)))


def _money(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for match in AMOUNT.finditer(page.text):
            if not match["percent"]:
                yield from _readings(page, match)


def _readings(page: PageText, match: "re.Match[str]") -> Iterator[Candidate]:
    negative = bool(
        "-" in ((match["sign1"] or ""), (match["sign2"] or "").strip())
        or (match["open"] and match["close"])
        or (match["tail"] or "").strip() in ("-", "CR")
    )
    for value, form in digits_readings(match["core"], negative):
        yield page.candidate("money", match.start(), match.end(), value, form)
