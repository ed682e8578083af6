"""Dates and times in an utterance, as text in the form that a parameter wants."""

import datetime
from collections.abc import Iterator

from extractors.utterance.text import DATE, NUMBER, Span, Utterance
from extractors.utterance.words import listed

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = frozenset(listed("monday tuesday wednesday thursday friday saturday sunday"))
RELATIVE = frozenset(("today", "tomorrow", "yesterday", "tonight", "now"))
SPANS = frozenset(("week", "weekend", "month", "year"))
NEAR = frozenset(("next", "this", "last", "upcoming", "coming"))
FORMATS = {
    "Y-m-d": "%Y-%m-%d",
    "m/d/Y": "%m/%d/%Y",
    "d/m/Y": "%d/%m/%Y",
    "Y/m/d": "%Y/%m/%d",
    "d-m-Y": "%d-%m-%Y",
    "m-d-Y": "%m-%d-%Y",
    "d.m.Y": "%d.%m.%Y",
}
CLOCKS = {"H:M": "", "H:M:S": "", "H:M:SZ": "Z"}
"""Forms of times of day, and what stands at their end."""


def dates(utterance: Utterance, form: str = "") -> list[Span]:
    """Dates as `form` writes them ("Y-m-d", "m/d/Y"); as they were typed where `form` is empty."""
    found = _all(utterance)
    if not form:
        return [span for span, _ in found]
    pattern = FORMATS.get(form) or _pattern(form)
    return [span if day is None else span._replace(value=day.strftime(pattern)) for span, day in found]


def _pattern(form: str) -> str:
    """`m.d.Y` as strftime writes it."""
    return "".join(f"%{char}" if char in "Ymdy" else char for char in form) or "%Y-%m-%d"


def clocks(utterance: Utterance, part: str) -> list[Span]:
    """The hour (`part` is "hour", 0 to 23) or the minute of the times of day."""
    found: list[Span] = []
    for span in times(utterance):
        hour, _, minute = str(span.value).partition(":")
        if span.form == "clock":
            found.append(span._replace(kind="clock", value=int(hour if part == "hour" else minute[:2])))
            # `6:30 PM` may be meant as what the clock shows.
            if part == "hour" and int(hour) > 12:
                found.append(span._replace(kind="clock", value=int(hour) - 12, form="typed"))
    return found


def times(utterance: Utterance, form: str = "H:M") -> list[Span]:
    """Times of day as `form` writes them (one of CLOCKS); for `H:M` also as they were typed."""
    found: list[Span] = []
    for place, kind in enumerate(utterance.kinds):
        if (kind is DATE and ":" in utterance.tokens[place]) or kind is NUMBER:
            found += _time(utterance, place)
    if form == "H:M":
        return found
    return [
        span._replace(value=f"{span.value}{':00' * (span.value.count(':') == 1)}{CLOCKS[form]}")
        for span in found
        if span.form == "clock"
    ]


def _time(utterance: Utterance, place: int) -> list[Span]:
    token, lowers = utterance.tokens[place], utterance.lowers
    after = lowers[place + 1].replace(".", "") if place + 1 < len(lowers) else ""
    half = after in ("am", "pm")
    if not half and ":" not in token:
        return []
    hour, _, minute = token.partition(":")
    if not hour.isdecimal() or int(hour) > 23:
        return []
    end = place + 1 + half
    if half and end < len(lowers) and lowers[end] == "." and lowers[end - 1] in ("a.m", "p.m"):
        end += 1
    shift = 12 * (after == "pm" and int(hour) < 12) - 12 * (after == "am" and int(hour) == 12)
    clock = f"{int(hour) + shift:02}:{minute or '00'}"
    return [
        Span("time", clock, place, end, "clock"),
        Span("time", utterance.text_of(place, end), place, end, "typed"),
    ]


_Parts = tuple[Span, int | None, int, int | None]
"""A date as typed, its year, its month and its day."""


def _all(utterance: Utterance) -> list[tuple[Span, datetime.date | None]]:
    if "dates" not in utterance.found:
        utterance.found["dates"] = list(_read(utterance))
    found: list[tuple[Span, datetime.date | None]] = utterance.found["dates"]
    return found


def _read(utterance: Utterance) -> Iterator[tuple[Span, datetime.date | None]]:
    """A day without a year has that of another day in the utterance: `from May 3 to May 5, 2024`."""
    found = list(_parts(utterance))
    years = [year for _, year, _, day in found if year and day]
    for span, year, month, day in found:
        yield span, _day(year or (years[0] if years else None), month, day)


def _parts(utterance: Utterance) -> Iterator[_Parts]:
    lowers = utterance.lowers
    place = 0
    while place < len(lowers):
        low = lowers[place]
        end = place + 1
        if utterance.kinds[place] is DATE and ":" not in low[:5]:
            made = _numeric(low)
            parts = (made.year, made.month, made.day) if made else (None, 0, None)
            yield Span("date", utterance.tokens[place], place, end, "numeric"), *parts
        elif low in MONTHS and (low != "may" or _beside_number(utterance, place)):
            start, end, *parts_ = _written(utterance, place)
            yield Span("date", utterance.text_of(start, end), start, end, "written"), parts_[0], MONTHS[low], parts_[1]
        elif low in RELATIVE or low.removesuffix("s") in WEEKDAYS or (low in SPANS and lowers[place - 1] in NEAR):
            start = place - 1 if place > 0 and lowers[place - 1] in NEAR else place
            yield Span("date", utterance.text_of(start, end), start, end, "relative"), None, 0, None
        place = end


def _beside_number(utterance: Utterance, place: int) -> bool:
    near = utterance.kinds[max(0, place - 1) : place + 2]
    return NUMBER in near or utterance.tokens[place] == "May"


def _written(utterance: Utterance, place: int) -> tuple[int, int, int | None, int | None]:
    """`March 5, 2024`, `2024 March 5`, `5th of March`, `March 2024`: tokens from where to where, year and day."""
    lowers, kinds = utterance.lowers, utterance.kinds
    start, end, day, year = place, place + 1, None, None
    back = place - 1
    if back >= 0 and lowers[back] == "of":
        back -= 1
    if back >= 1 and lowers[back] in ("st", "nd", "rd", "th"):
        back -= 1
    if back >= 0 and kinds[back] is NUMBER and lowers[back].isdecimal() and 1 <= int(lowers[back]) <= 31:
        day, start = int(lowers[back]), back
    elif _is_day(utterance, end + (end < len(lowers) and lowers[end] == ".")):
        end += lowers[end] == "."
        day, end = int(lowers[end]), end + 1
        if end < len(lowers) and lowers[end] in ("st", "nd", "rd", "th"):
            end += 1
    elif end < len(lowers) and kinds[end] is NUMBER and lowers[end][0] == "." and lowers[end][1:].isdecimal():
        day, end = int(lowers[end][1:]), end + 1  # `Jun.20`
    after = end + 1 if end < len(lowers) and lowers[end] == "," else end
    if after < len(lowers) and kinds[after] is NUMBER and lowers[after].isdecimal() and len(lowers[after]) == 4:
        year, end = int(lowers[after]), after + 1
    elif start and kinds[start - 1] is NUMBER and lowers[start - 1].isdecimal() and len(lowers[start - 1]) == 4:
        year, start = int(lowers[start - 1]), start - 1
    return start, end, year, day


def _is_day(utterance: Utterance, place: int) -> bool:
    low = utterance.lowers[place] if place < len(utterance.lowers) else ""
    return low.isdecimal() and utterance.kinds[place] is NUMBER and 1 <= int(low) <= 31


def _numeric(text: str) -> datetime.date | None:
    parts = [int(part) for part in text.partition("t")[0].replace("/", "-").replace(".", "-").split("-")]
    if len(parts) != 3:
        return None
    if parts[0] > 31:
        return _day(*parts)
    year = parts[2] + (2000 if parts[2] < 100 else 0)
    first, second = (1, 0) if "." in text else (0, 1)  # full stops part a day from its month, in that order
    return _day(year, parts[first], parts[second]) or _day(year, parts[second], parts[first])


def _day(year: int | None, month: int, day: int | None) -> datetime.date | None:
    try:
        return datetime.date(year or 0, month, day or 0)
    except ValueError:
        return None
