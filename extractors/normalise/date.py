"""Dates as printed: numeric, with month names, glued, with times; every plausible reading of each.

A reading is an ISO date (YYYY-MM-DD) and the form it was read by, in strftime letters: "d/m/Y", "m/d/y", "Y-m-d",
"d b Y" (month as a word), "b d Y", "Ymd". `03/04/2018` has two readings, day first before month first.
Years of two digits: 69 and less is 20xx, else 19xx (POSIX strptime).
"""

import re
from collections.abc import Iterator
from datetime import date

from extractors.normalise.text import plain

Reading = tuple[str, str]
"""An ISO date and the form it was read by."""

_MONTH_NAMES = (
    "jan january januar jänner jänn janvier janv enero ene gennaio gen januari",
    "feb february februar feber février fevrier févr fevr fév fev febrero febbraio februari",
    "mar march märz maerz mär mrz mars marzo maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag mei",
    "jun june juni juin junio giugno giu",
    "jul july juli juillet juil julio luglio lug",
    "aug august août aout aoû agosto ago augustus",
    "sep sept september septembre septiembre settembre set",
    "oct october oktober okt octobre octubre ottobre ott",
    "nov november novembre noviembre",
    "dec december dezember dez décembre decembre déc diciembre dic dicembre",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
"""Month names and abbreviations in lower case, English, German, French, Spanish, Italian, Dutch, to 1-12."""

_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")(?![^\W\d_])"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|[.°º])?"
_YEAR = r"(\d{4}|'?\d{2})(?!\d)"
_GAP = r"[ .,/\-]{0,3}"
NUMERIC = re.compile(
    r"(?<![\d.,/])(\d{4}|\d{1,2}) ?([./\-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d|\2\d)"
    r"|(?<![\d.,/])(\d{1,2}) (\d{1,2}) ((?:19|20)\d\d)(?![\d.,/%])"
)
COMPACT = re.compile(r"(?<![\d.,/\-])(?:((?:19|20)\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)((?:19|20)\d\d))(?![\d.,/\-])")
WORDED = re.compile(
    rf"(?<!\d){_DAY}{_GAP}(?:of |de |di )?(?<![^\W\d_]){_MONTH}{_GAP}(?:de )?{_YEAR}"
    rf"|(?<![^\W\d_]){_MONTH}{_GAP}{_DAY}(?!\d){_GAP}{_YEAR}"
    rf"|(?<!\d)((?:19|20)\d\d){_GAP}{_MONTH}{_GAP}{_DAY}(?!\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"^[ ,;@T\-]*(?:(?:at|um|à|a las|alle)? ?\d{1,2} ?(?:[:h.] ?\d{2}){1,2}(?:[.,]\d+)? ?"
    r"(?:[ap]\.? ?m\.?|uhr|h|z|[+\-]\d\d:?\d\d)?|t?\d{4,6} ?(?:hrs?|[ap]m)?)?[\W_]*(?:[^\W\d_]{2,10}[\W_]*)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:[^\W\d_]{2,12}[.,]?[ ,]*)?$")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def date_readings(text: str) -> list[Reading]:
    """All plausible readings of a text that is a date and nothing else but a time, a weekday or punctuation.

    Empty where it is none. Never raises.
    """
    text = " ".join(plain(text[:80]).split()).strip(" ,;:()[]")
    for start, end, readings in find_dates(text):
        before, after = text[:start], text[end:]
        if _BEFORE.match(before) and _TIME.match(after):
            return readings
    return []


def find_dates(text: str) -> Iterator[tuple[int, int, list[Reading]]]:
    """Every date in a text: start, end (exclusive) and its readings. Linear in the length of the text.

    Words are expected one blank apart (`plain` first, where dashes or blanks may be special ones).
    """
    for match in NUMERIC.finditer(text):
        first, mark, second, third, day, month, year = match.groups()
        readings = _numeric(first, second, third, mark) if first else _numeric(day, month, year, " ")
        if readings:
            yield match.start(), match.end(), readings
    for match in COMPACT.finditer(text):
        year, month, day, *last = match.groups()
        readings = _reading(year, month, day, "Ymd") if year else _reading(last[2], last[1], last[0], "dmY")
        if readings:
            yield match.start(), match.end(), readings
    for match in WORDED.finditer(text):
        readings = _worded(match)
        if readings:
            yield match.start(), match.end(), readings


def _numeric(first: str, second: str, third: str, mark: str) -> list[Reading]:
    if len(first) == 4:
        return _reading(first, second, third, f"Y{mark}m{mark}d") if len(third) == 2 else []
    year = "Y" if len(third) == 4 else "y"
    readings = _reading(third, second, first, f"d{mark}m{mark}{year}")
    if first != second or not readings:
        readings += _reading(third, first, second, f"m{mark}d{mark}{year}")
    if not readings and year == "y" and len(first) == 2:
        readings = _reading(first, second, third, f"y{mark}m{mark}d")
    return readings


def _worded(match: re.Match[str]) -> list[Reading]:
    day, month, year, month_first, day_second, year_third, year_first, month_second, day_last = match.groups()
    if day:
        return _reading(year.lstrip("'"), str(MONTHS[month.lower()]), day, "d b Y")
    if month_first:
        return _reading(year_third.lstrip("'"), str(MONTHS[month_first.lower()]), day_second, "b d Y")
    return _reading(year_first, str(MONTHS[month_second.lower()]), day_last, "Y b d")


def _reading(year: str, month: str, day: str, form: str) -> list[Reading]:
    y, m, d = int(year), int(month), int(day)
    if not (1 <= m <= 12 and 1 <= d <= _DAYS[m - 1]):
        return []
    if len(year) == 2:
        y += 2000 if y <= 69 else 1900
    if not 1900 <= y <= 2199:
        return []
    try:
        return [(date(y, m, d).isoformat(), form)]
    except ValueError:  # 29 February of a common year
        return []
