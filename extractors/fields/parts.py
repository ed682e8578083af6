"""Which parts of a line could be a value of their own: without its label, before a parenthesis, between marks.

Every function takes the text of a line and gives (start, end, form) with `start` and `end` (exclusive) in it.
"""

import re
from collections.abc import Iterator

Part = tuple[int, int, str]

LABEL = re.compile(r"[^\n\t:]{0,40}?: ?(?=[^\s/])")
LABEL_WORD = (
    r"invoice|rechnung\w*|facture|receipt|order|bestell\w*|commande|contract|vertrag\w*|estimate|page|seite|date|datum|"
    r"tel|telephone|telefon|phone|fax|e-?mail|vat|gst|tax|mwst|ust\w*|tva|siret|iban|bic|no|nr|number|nummer|"
    r"account|konto|agency|product|property|station|billing|payment|terms|flight|reg|co"
)
BEFORE_LABEL = re.compile(rf"\S[ ,;\-]+(?=(?:{LABEL_WORD})\b(?![ ]?&))", re.IGNORECASE)
NAMING = re.compile(
    r"(?:(?:bill|sold|ship|invoice|remit)(?:ed)? to|advertiser|client|customer|company|firma|kunde|käufer|verkäufer|"
    r"lieferant|seller|buyer|vendor|supplier|merchant|acheteur|vendeur|fournisseur|name|patient|provider|herrn?|an)"
    r"(?: name)?[ #*\-]{1,3}(?=\w)",
    re.IGNORECASE,
)
TRAILING_CODE = re.compile(r"[ ,;\-]{1,3}(?=[^\s\d]{0,12}\d)\S{1,24}[ )]{0,2}$")
LEADING_CODE = re.compile(r"[#\d][\w#./\-]*[ ):.\-]+(?=[^\W\d_])")
MARKS = re.compile(r" ?[·•|;] ?| - |, ?(?=\D)|, (?=\d)|  +|\t")


def unlabelled(text: str) -> int:
    """Where the value begins behind a label with a colon ("Advertiser: X"); 0 where there is no label."""
    match = LABEL.match(text)
    return match.end() if match else 0


def named(text: str) -> int:
    """Where the name begins behind a label without a colon ("Customer X"); 0 where there is no such label."""
    match = NAMING.match(text)
    return match.end() if match else 0


def bare(text: str, start: int) -> Iterator[Part]:
    """The text from `start` without what only accompanies a name: parentheses, codes at its ends, the next label."""
    end = len(text)
    opening = text.find("(", start + 2)
    if opening > 0:
        yield start, opening, "bare"
        last = text.rfind("(")
        if last > opening:
            yield start, last, "bare"
        end = last
    code = TRAILING_CODE.search(text, start + 1, end)
    if code:
        yield start, code.start(), "uncoded"
    lead = LEADING_CODE.match(text, start)
    if lead:
        yield lead.end(), len(text), "uncoded"
    label = BEFORE_LABEL.search(text, start + 1)
    if label:
        yield start, label.start() + 1, "trimmed"


def pieces(text: str, most: int = 6) -> Iterator[Part]:
    """What stands between commas, bullets, bars and dashes, at most `most` pieces."""
    start = 0
    for count, mark in enumerate(MARKS.finditer(text)):
        if count >= most:
            return
        if mark.start() > start:
            yield start, mark.start(), "piece"
        start = mark.end()
    if 0 < start < len(text):
        yield start, len(text), "piece"
