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

_STARTS = tuple(sorted({name[:3] for name in MONTHS}))
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|[.°º])?"
_YEAR = r"(\d{4}|'?\d{2})(?!\d)"
_GAP = r"[ .,/\-]{0,3}"
NUMERIC = re.compile(r"(\d(?<![\d.,/]\d)\d{0,3}) ?([./\-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d|\2\d)")
SPACED = re.compile(r"(\d(?<![\d.,/]\d)\d?) (\d{1,2}) ((?:19|20)\d\d)(?![\d.,/%])")
COMPACT = re.compile(r"(\d{4}(?<![\d.,/\-]\d{4}))(\d{2})(\d{2})(?![\d.,\-])")
WORD = re.compile(r"[^\W\d_]{3,12}(?![^\W\d_])")
BEFORE_MONTH = re.compile(rf"(?<!\d){_DAY}{_GAP}(?:of |de |di )?$|(?<!\d)((?:19|20)\d\d){_GAP}$", re.IGNORECASE)
AFTER_MONTH = re.compile(rf"{_GAP}(?:de )?{_YEAR}")
DAY_YEAR = re.compile(rf"{_GAP}{_DAY}(?!\d){_GAP}{_YEAR}", re.IGNORECASE)
DAY_LAST = re.compile(rf"{_GAP}(\d{{1,2}})(?!\d)")
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
        readings = _numeric(match[1], match[3], match[4], match[2])
        if readings:
            yield match.start(), match.end(), readings
    for match in SPACED.finditer(text):
        readings = _numeric(match[1], match[2], match[3], " ")
        if readings:
            yield match.start(), match.end(), readings
    for match in COMPACT.finditer(text):
        readings = _compact(match[1], match[2], match[3])
        if readings:
            yield match.start(), match.end(), readings
    yield from _find_worded(text)


def _find_worded(text: str) -> Iterator[tuple[int, int, list[Reading]]]:
    """Dates with the month as a word: find the few places where a month may begin, then look around each."""
    lower = text.lower()
    if len(lower) != len(text):  # "İ" lowers to two characters
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    places = set()
    for start in _STARTS:
        place = lower.find(start)
        while place >= 0:
            places.add(place)
            place = lower.find(start, place + 1)
    for place in sorted(places):
        word = None if lower[place - 1 : place].isalpha() else WORD.match(lower, place)
        month = MONTHS.get(word[0]) if word else None
        if word and month:
            yield from _around(text, place, word.end(), str(month))


def _around(text: str, start: int, end: int, month: str) -> Iterator[tuple[int, int, list[Reading]]]:
    """The dates around the month name at `start` to `end`: day before, day after, year first."""
    base = max(0, start - 12)
    before = BEFORE_MONTH.search(text[base:start])
    after = AFTER_MONTH.match(text, end)
    readings: list[Reading] = []
    stop = 0
    if before and before[1] and after:
        readings, stop = _reading(after[1].lstrip("'"), month, before[1], "d b Y"), after.end()
    elif before and before[2] and (last := DAY_LAST.match(text, end)):
        readings, stop = _reading(before[2], month, last[1], "Y b d"), last.end()
    if before and readings:
        yield base + before.start(), stop, readings
        return
    both = DAY_YEAR.match(text, end)
    if both and (readings := _reading(both[2].lstrip("'"), month, both[1], "b d Y")):
        yield start, both.end(), readings


def _compact(first: str, second: str, third: str) -> list[Reading]:
    """Eight digits: year first, else year last."""
    readings = _reading(first, second, third, "Ymd") if first[:2] in ("19", "20") else []
    return readings or (_reading(second + third, first[2:], first[:2], "dmY") if second in ("19", "20") else [])


def _numeric(first: str, second: str, third: str, mark: str) -> list[Reading]:
    if len(first) >= 3:
        return _reading(first, second, third, f"Y{mark}m{mark}d") if len(first) == 4 and len(third) == 2 else []
    year = "Y" if len(third) == 4 else "y"
    readings = _reading(third, second, first, f"d{mark}m{mark}{year}")
    if first != second or not readings:
        readings += _reading(third, first, second, f"m{mark}d{mark}{year}")
    if not readings and year == "y" and len(first) == 2:
        readings = _reading(first, second, third, f"y{mark}m{mark}d")
    return readings


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
