"""Proposes amounts of money."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.amount import amounts
from extractors.normalise.money import digits_readings
from ocr.document import Document

LONGEST = 9
"""A longer run of digits without a separator or a currency is a code, not an amount."""
CELL_ENDS = ("", "\t", "\n")
"""A whole number without a currency is an amount only at the end of its cell."""


def money(document: Document) -> list[Candidate]:
    """Every amount printed in the document, as plain decimals ("-1234.50"); two where a point may group or divide.

    Currency signs and codes may stand before or after, glued or apart; parentheses, a minus on either side and `CR`
    make it negative, and then its size is proposed as well: a discount labelled as such may be meant positive.
    Percentages are no money, nor is a whole number without a currency that does not end its cell.

    `form` tells how the digits were grouped ("1,234.56", "1.234,56"), with "-" before a negative reading and "|"
    before the size of a negative amount.
    """
    return document.memo("fields.money", lambda: list(_money(document)))


def _money(document: Document) -> Iterator[Candidate]:
    for page, found in amounts(document):
        for start, end, digits, negative, percent, currency in found:
            if percent or (not currency and digits.isdigit() and not _alone(page.text, start, end, digits)):
                continue
            for value, form in digits_readings(digits):
                if negative:
                    yield page.candidate("money", start, end, f"-{value}", f"-{form}")
                yield page.candidate("money", start, end, value, f"|{form}" if negative else form)


def _alone(text: str, start: int, end: int, digits: str) -> bool:
    """Whether digits without decimals and without a currency may be an amount: "30 days", "7" and "0042" are none."""
    if not 1 < len(digits) <= LONGEST or digits[0] == "0":
        return digits == "0"
    return text[end : end + 1] in CELL_ENDS and text[start - 1] != "-"
