"""Numbers as they stand in table rows: quick to find, with the marks around them.

A table cell holds a number together with what a receipt or an invoice prints on it: `RM3.79`, `4BOTOL`, `@7.20`, `19%`.
The document as a whole decides whether a lone comma or point before three digits separates thousands or decimals.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ocr.document import Document

_FIGURE = re.compile(r"([^\d.,]{0,6}?)([-+−]?)((?:\d|[.,](?=\d))[\d.,']*)([^\d]{0,8})\Z")
_COMMA_DECIMAL = re.compile(r"[^\d]{0,4}\d[\d.']*,\d\d(?:\d\d)?\D{0,2}\Z")
_POINT_DECIMAL = re.compile(r"[^\d]{0,4}\d[\d,']*\.\d\d(?:\d\d)?\D{0,2}\Z")

_CURRENCIES = "rm eur usd gbp chf myr sgd sek nok dkk pln czk inr jpy cny aud cad us s rs kr fr € $ £ ¥ euro hk nt"
CURRENCIES = frozenset(_CURRENCIES.split())
"""Currency marks as they stand before or after an amount, in lower case."""
TIMES = frozenset(("x", "*", "@", "×", "@rm", "x@"))
"""Marks between a quantity and a price."""
CODE_DIGITS = 6
"""A whole number with this many digits or more is a code rather than a count."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number read from one word. `text` is canonical ("-1234.50"); `decimals` counts the printed decimal places."""

    value: float
    text: str
    decimals: int
    prefix: str
    suffix: str

    @property
    def shape(self) -> str:
        """`M` an amount (two decimals or more), `D` one decimal, `I` a whole number, `C` a long one, `P` per cent."""
        if "%" in self.suffix:
            return "P"
        if self.decimals:
            return "M" if self.decimals >= 2 else "D"
        return "C" if len(self.text) >= CODE_DIGITS else "I"


def decimal_comma(document: Document) -> bool:
    """Whether the document writes `1,50` rather than `1.50`, by majority of its amounts. False where it has none."""
    return document.memo("decimal_comma", lambda: _decimal_comma(document))


def _decimal_comma(document: Document) -> bool:
    votes = 0
    for page in document.pages:
        for word in page.words:
            if "," in word.text:
                votes += _COMMA_DECIMAL.match(word.text) is not None
            elif "." in word.text:
                votes -= _POINT_DECIMAL.match(word.text) is not None
    return votes > 0


@lru_cache(maxsize=65536)
def figure(text: str, comma: bool = False) -> Figure | None:
    """Read a word as a number with the marks printed on it; None where it is none. `comma`: see `decimal_comma`.

    >>> figure("RM3.79").text, figure("1.234,50-", True).text, figure("1,200").text, figure("A4")
    ('3.79', '-1234.50', '1200', None)
    """
    match = _FIGURE.match(text)
    if match is None:
        return None
    prefix, sign, core, suffix = match.groups()
    mark = prefix.strip("([:=-#*@.").lower()
    if mark and mark not in CURRENCIES and mark not in TIMES and mark.isalpha():
        return None
    stripped = core.rstrip(".,'")
    suffix = core[len(stripped) :] + suffix
    parts = _parts(stripped, comma)
    if parts is None:
        return None
    whole, fraction = parts
    negative = sign in ("-", "−") or prefix.endswith("-") or suffix in ("-", "CR") or (prefix[:1] + suffix[-1:] == "()")
    number = (whole.lstrip("0") or "0") + ("." + fraction if fraction else "")
    value = float(number)
    if negative and value:
        return Figure(-value, "-" + number, len(fraction), prefix, suffix)
    return Figure(
        value, number if len(whole) < CODE_DIGITS else whole + number[len(number) :], len(fraction), prefix, suffix
    )


def _parts(core: str, comma: bool) -> tuple[str, str] | None:
    """Whole part and decimals of digits with separators; None where the grouping is no number's."""
    marks = [char for char in core if not char.isdigit()]
    if not marks:
        return core, ""
    last = marks[-1]
    whole, fraction = core.rsplit(last, 1)
    if len(marks) == 1:
        if last == "'" or (len(fraction) == 3 and _thousands(whole) and last != ("," if comma else ".")):
            return (whole + fraction, "") if len(fraction) == 3 else None
        return whole or "0", fraction
    groups = re.split(r"[.,']", whole)
    if any(len(group) != 3 for group in groups[1:]) or not groups[0]:
        return None
    if len(set(marks)) == 1 or last == "'":
        return ("".join(groups) + fraction, "") if len(fraction) == 3 else None
    return "".join(groups), fraction


def _thousands(whole: str) -> bool:
    return 1 <= len(whole) <= 3 and whole[0] != "0"
