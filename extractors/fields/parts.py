"""Which parts of a line could be a value of their own: without its label, before a parenthesis, between marks.

Every function takes the text of a line and gives (start, end, form) with `start` and `end` (exclusive) in it.
"""

import re
from collections.abc import Iterator

Part = tuple[int, int, str]

LABEL = re.compile(r"[^\n\t:]{0,40}?: ?(?=[^\s/])")
NAMING = re.compile(
    r"(?:(?:bill|sold|ship|invoice|remit)(?:ed)? to|advertiser|client|customer|company|firma|kunde|käufer|verkäufer|"
    r"lieferant|seller|buyer|vendor|supplier|merchant|acheteur|vendeur|fournisseur|name|patient|provider|herrn?|an)"
    r"(?: name)?[ #*\-]{1,3}(?=\w)",
    re.IGNORECASE,
)
LEADING_CODE = re.compile(r"[#\d][\w#./\-]*[ ):.\-]+(?=[^\W\d_])")
MARKS = re.compile(r" ?[·•|;] ?| - |, ?(?=\D)|, (?=\d)|  +|\t")
SOME_MARK = re.compile(r"[·•|;\t]|  | -")


def unlabelled(text: str) -> int:
    """Where the value begins behind a label with a colon ("Advertiser: X"); 0 where there is no label."""
    if ":" not in text:
        return 0
    match = LABEL.match(text)
    return match.end() if match else 0


def named(text: str) -> int:
    """Where the name begins behind a label without a colon ("Customer X"); 0 where there is no such label."""
    match = NAMING.match(text)
    return match.end() if match else 0


def bare(text: str, start: int) -> Iterator[Part]:
    """The text from `start` without what only accompanies a name: parentheses, codes at its ends."""
    end = len(text)
    opening = text.find("(", start + 2)
    if opening > 0:
        yield start, opening, "bare"
        last = text.rfind("(")
        if last > opening:
            yield start, last, "bare"
        end = last
    blank = text.rfind(" ", start + 1, end - 1 if text[end - 1 : end] == " " else end)
    if blank > 0 and any(map(str.isdigit, text[blank:end])):
        yield start, len(text[:blank].rstrip(" ,;-")), "uncoded"
    lead = LEADING_CODE.match(text, start)
    if lead:
        yield lead.end(), len(text), "uncoded"


def pieces(text: str, most: int = 6) -> Iterator[Part]:
    """What stands between commas, bullets, bars and dashes, at most `most` pieces."""
    start = 0
    if "," not in text and not SOME_MARK.search(text):
        return
    for count, mark in enumerate(MARKS.finditer(text)):
        if count >= most:
            return
        if text[start : mark.start()].isdigit():
            continue  # "1, rue de la Mer"
        if mark.start() > start:
            yield start, mark.start(), "piece"
        start = mark.end()
    if 0 < start < len(text):
        yield start, len(text), "piece"
