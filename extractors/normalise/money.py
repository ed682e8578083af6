"""Amounts and numbers as printed: every plausible reading as a plain decimal, and the form it was read by.

A form shows how the digits were grouped: "1234", "1234.56", "1,234.56", "1.234,56", "1'234.56", "1 234,56".
`1.234` has two readings: a decimal point, and a thousands point. The decimals stay as they are printed.
"""

import re
from decimal import Decimal, InvalidOperation

from extractors.normalise.text import plain

Reading = tuple[str, str]
"""A plain decimal such as "-1234.50", and the form it was read by."""

SIGNS = "$€£¥₹₩₽฿₫₪₺₱₴₦"
CODES = (
    "USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|AUD|NZD|CAD|SGD|HKD|TWD|MYR|THB|IDR|PHP|VND|KRW|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|"
    "BGN|TRY|RUB|UAH|ILS|AED|SAR|QAR|EGP|ZAR|NGN|KES|BRL|MXN|ARS|CLP|COP|PEN"
)
"""The ISO 4217 codes that stand on most invoices; others are read as words beside the amount."""
LOCAL = "RM|Rs|kr|SFr|Fr|zł|Kč|Ft|Euros|Euro|US|NT|HK|Rp"

_CODE = f"{CODES}|{LOCAL}"
CURRENCY = rf"(?:(?:{_CODE}|[A-Z]{{1,2}}(?=\$))\.?[{SIGNS}]?|[{SIGNS}])"
"""A pattern for one currency mark: a sign, a code, or a code with a sign ("US$")."""

CORE = (
    r"(?:\d{1,3}(?:(?:,\d{3})+(?:\.\d{1,6})?|(?:\.\d{3})+(?:,\d{1,6})?|(?:'\d{3})+(?:[.,]\d{1,6})?"
    r"|(?: \d{3})+(?:[.,]\d{1,6})?)(?!\d)|\d{1,2}(?:,\d{2}){1,4},\d{3}(?:\.\d{1,6})?(?!\d)"
    r"|\d{1,15}(?:[.,]\d{1,6})?|[.,]\d{1,6})"
)
"""A pattern for the digits of an amount, with their separators."""

_WHOLE = re.compile(
    rf"^[^\w\-+(.,{SIGNS}]*(?P<open>\()?\s?(?P<sign1>[-+])?\s?(?P<currency1>{CURRENCY})?\s?(?P<sign2>[-+])?\s?"
    rf"(?P<core>{CORE})(?P<dash>[.,]-{{1,2}})?\s?(?P<tail>CR|DR|-)?(?P<percent>\s?%)?\s?(?P<currency2>{CURRENCY})?"
    rf"\s?(?P<close>\))?(?P<tail2>\s?CR|\s?DR|-)?[^\w\-]*$",
    re.IGNORECASE,
)


def money_readings(text: str) -> list[Reading]:
    """All plausible readings of a text that is one amount and nothing else but a currency, a sign, punctuation.

    Parentheses, a minus before or after, and `CR` make it negative. Empty where it is no amount. Never raises.
    """
    match = _WHOLE.match(" ".join(plain(text[:60]).split()))
    if match is None or match["percent"]:
        return []
    return _signed(match)


def number_readings(text: str) -> list[Reading]:
    """As `money_readings`, for a plain number: a percent sign may follow it, a currency may stand beside it."""
    match = _WHOLE.match(" ".join(plain(text[:60]).split()))
    return [] if match is None else _signed(match)


def digits_readings(core: str, negative: bool = False) -> list[Reading]:
    """The readings of digits with separators, as `CORE` finds them."""
    marks = [char for char in core if not char.isdigit()]
    minus = "-" if negative else ""
    if not marks:
        return [(minus + _trim(core, ""), "1234")]
    last = marks[-1]
    whole, fraction = core.rsplit(last, 1)
    groups = re.split(r"[^\d]", whole)
    grouped = minus + _trim(re.sub(r"\D", "", core), "")
    decimal = minus + _trim(re.sub(r"\D", "", whole), fraction)
    if len(marks) == 1 and last in ".,":
        readings = [(decimal, f"1234{last}56")]
        if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
            readings.append((grouped, f"1{last}234"))
            if last == ",":
                readings.reverse()
        return readings
    if last in "' " or len(set(marks)) == 1:
        return [(grouped, f"1{last}234")]
    return [(decimal, f"1{marks[0]}234{last}56")] if groups else []


def as_decimal(text: str) -> Decimal | None:
    """A plain decimal string as a number; None where it is none."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _signed(match: re.Match[str]) -> list[Reading]:
    tails = {(match["tail"] or "").strip().upper(), (match["tail2"] or "").strip().upper()}
    negative = bool(
        "-" in (match["sign1"], match["sign2"]) or (match["open"] and match["close"]) or tails & {"-", "CR"}
    )
    return digits_readings(match["core"], negative)


def _trim(whole: str, fraction: str) -> str:
    """Leading zeros dropped, at least one digit before the point."""
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole
