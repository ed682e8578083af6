"""Every place where digits stand as an amount or a number; `money` and `numbers` share the work."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from extractors.fields.page_text import PageText, page_texts
from extractors.normalise.money import CURRENCY
from ocr.document import Document

DIGITS = re.compile(
    r"\d(?<!\d\d)(?<!\d[.,]\d)(?:"
    r"\d?(?:,\d\d){1,4},\d{3}(?:\.\d{1,6})?(?![\d,])"
    r"|\d{0,2}(?:(?:,\d{3})+(?:\.\d{1,6})?|(?:\.\d{3})+(?:,\d{1,6})?|(?:'\d{3})+(?:[.,]\d{1,6})?"
    r"|(?: \d{3})+(?:[.,]\d{1,6}|(?= ?[€%]))|(?: \d{3}){2,})(?![\d'])"
    r"|\d{0,14}(?:[.,]\d{1,6})?)"
)
"""Begins with one plain digit class, so that the engine skips everything else at full speed."""
BEFORE = re.compile(
    rf"(?P<open>\()?(?:(?P<sign>[-+]) ?)?(?:(?P<currency>{CURRENCY}) ?)?(?:(?P<sign2>[-+]) ?)?$",
)
AFTER = re.compile(
    rf"(?:[.,]-{{1,2}})?(?P<tail>-(?![\w-])| ?(?:CR|DR)\b)?(?P<currency> ?{CURRENCY}(?![A-Za-z]))?(?P<close>\))?"
    r"(?P<percent> ?%)?"
)
BROKEN = re.compile(r"\w{3}|\w{0,2}(?:[:@#_]\w|[.,/\-]\d|\d)")
"""What follows digits that are part of a code, a date, a time, a longer number."""
PARTED = frozenset("/:")
"""Between digits, these part a date or a time."""
UNMARKED = frozenset("abcdefghijlmnquvwxy0123456789,;:!?")
"""A word that ends or begins like this, one blank from an amount, is no currency, sign or parenthesis."""


class Amount(NamedTuple):
    """An amount with what belongs to it (`start` to `end`) and its digits (`digits`)."""

    start: int
    end: int
    digits: str
    negative: bool
    percent: bool
    currency: bool


def amounts(document: Document) -> tuple[tuple[PageText, list[Amount]], ...]:
    """For every page, its amounts in reading order."""
    return document.memo("amounts", lambda: tuple((page, list(_amounts(page.text))) for page in page_texts(document)))


def _amounts(text: str) -> Iterator[Amount]:
    for match in DIGITS.finditer(text):
        start, end = match.span()
        if text[end : end + 1] in PARTED and text[end + 1 : end + 2].isdigit():
            continue
        if text[start - 1] == "." and text[start - 2] in " \t\n":
            start -= 1  # ".50"
        amount = _amount(text, start, end)
        if amount:
            yield amount


def _amount(text: str, start: int, end: int) -> Amount | None:
    """The digits at `start` to `end` with sign and currency; None where they belong to something else."""
    first, last = start, end
    negative = percent = currency = opened = False
    previous = text[start - 1 : start]
    if previous not in "\n\t" and not (previous == " " and text[start - 2 : start - 1] in UNMARKED):
        before = BEFORE.search(text, max(0, start - 8), start)
        if before:  # it matches the empty text
            first, currency, opened = before.start(), bool(before["currency"]), bool(before["open"])
            negative = "-" in (before["sign"], before["sign2"])
        if not _separate(text, first, currency):
            return None
    following = text[end : end + 1]
    if following not in "\n\t" and not (following == " " and text[end + 1 : end + 2] in UNMARKED):
        after = AFTER.match(text, end)
        if after:  # it matches the empty text
            last, currency, percent = after.end(), currency or bool(after["currency"]), bool(after["percent"])
            negative = negative or (after["tail"] or "").strip() in ("-", "CR") or (opened and bool(after["close"]))
        if BROKEN.match(text, last):
            return None
    return Amount(first, last, text[start:end], negative, percent, currency)


def _separate(text: str, start: int, currency: bool) -> bool:
    """Whether what begins at `start` is not the middle of a word: "3X10.49" and "TotalRM9.00" may be cut, "A4" not."""
    previous = text[start - 1 : start]
    if previous.isalpha():
        return currency or (previous in "xX" and text[start - 2 : start - 1].isdigit())
    if previous == ":" and text[start - 2 : start - 1].isdigit():
        return False
    return not previous.isdigit() and previous not in ("/", "#", "_", "\\")
