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
        if text[start - 1] == "." and not text[start - 2 : start - 1].isalnum():
            start -= 1  # ".50"; a leader of dots goes on further left
            if text[start - 1] == ".":
                start += 1
        amount = _amount(text, start, end)
        if amount:
            yield amount


def _amount(text: str, start: int, end: int) -> Amount | None:
    """The digits at `start` to `end` with sign and currency; None where they belong to something else."""
    base = max(0, start - 8)
    before = BEFORE.search(text[base:start])
    after = AFTER.match(text, end)
    if before is None or after is None:  # both match the empty text
        return None
    first, last = base + before.start(), after.end()
    if not _separate(text, first, bool(before["currency"])) or BROKEN.match(text, last):
        return None
    signs = (before["sign"], before["sign2"], (after["tail"] or "").strip())
    negative = "-" in signs or "CR" in signs or bool(before["open"] and after["close"])
    digits = text[start:end]
    return Amount(first, last, digits, negative, bool(after["percent"]), bool(before["currency"] or after["currency"]))


def _separate(text: str, start: int, currency: bool) -> bool:
    """Whether what begins at `start` is not the middle of a word: "3X10.49" and "TotalRM9.00" may be cut, "A4" not."""
    previous = text[start - 1 : start]
    if previous.isalpha():
        return currency or (previous in "xX" and text[start - 2 : start - 1].isdigit())
    return not previous.isdigit() and previous not in ("/", "#", "_", "\\")
