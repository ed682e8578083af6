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
FORMATS = {
    "Y-m-d": "%Y-%m-%d",
    "m/d/Y": "%m/%d/%Y",
    "d/m/Y": "%d/%m/%Y",
    "Y/m/d": "%Y/%m/%d",
    "d-m-Y": "%d-%m-%Y",
    "m-d-Y": "%m-%d-%Y",
    "d.m.Y": "%d.%m.%Y",
}


def dates(utterance: Utterance, form: str = "") -> list[Span]:
    """Dates as `form` writes them ("Y-m-d", "m/d/Y"); as they were typed where `form` is empty."""
    found = _all(utterance)
    if not form:
        return [span for span, _ in found]
    pattern = FORMATS.get(form, "%Y-%m-%d")
    return [span if day is None else span._replace(value=day.strftime(pattern)) for span, day in found]


def times(utterance: Utterance) -> list[Span]:
    """Times of day as HH:MM, and as they were typed."""
    found: list[Span] = []
    for place, kind in enumerate(utterance.kinds):
        if (kind is DATE and ":" in utterance.tokens[place]) or kind is NUMBER:
            found += _time(utterance, place)
    return found


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


def _all(utterance: Utterance) -> list[tuple[Span, datetime.date | None]]:
    if "dates" not in utterance.found:
        utterance.found["dates"] = list(_read(utterance))
    found: list[tuple[Span, datetime.date | None]] = utterance.found["dates"]
    return found


def _read(utterance: Utterance) -> Iterator[tuple[Span, datetime.date | None]]:
    lowers = utterance.lowers
    place = 0
    while place < len(lowers):
        low = lowers[place]
        end = place + 1
        if utterance.kinds[place] is DATE and ":" not in low[:5]:
            yield Span("date", utterance.tokens[place], place, end, "numeric"), _numeric(low)
        elif low in MONTHS and (low != "may" or _beside_number(utterance, place)):
            start, end, day = _written(utterance, place)
            yield Span("date", utterance.text_of(start, end), start, end, "written"), day
        elif low in RELATIVE or low in WEEKDAYS:
            before = place > 0 and lowers[place - 1] in ("next", "this", "last")
            start = place - 1 if before else place
            yield Span("date", utterance.text_of(start, end), start, end, "relative"), None
        place = end


def _beside_number(utterance: Utterance, place: int) -> bool:
    near = utterance.kinds[max(0, place - 1) : place + 2]
    return NUMBER in near or utterance.tokens[place] == "May"


def _written(utterance: Utterance, place: int) -> tuple[int, int, datetime.date | None]:
    """`March 5, 2024`, `5 March 2024`, `5th of March`, `March 2024`: tokens from where to where, and the day."""
    lowers, kinds = utterance.lowers, utterance.kinds
    start, end, day, year = place, place + 1, None, None
    back = place - 1
    if back >= 0 and lowers[back] == "of":
        back -= 1
    if back >= 1 and lowers[back] in ("st", "nd", "rd", "th"):
        back -= 1
    if back >= 0 and kinds[back] is NUMBER and lowers[back].isdecimal() and 1 <= int(lowers[back]) <= 31:
        day, start = int(lowers[back]), back
    elif end < len(lowers) and kinds[end] is NUMBER and lowers[end].isdecimal() and 1 <= int(lowers[end]) <= 31:
        day, end = int(lowers[end]), end + 1
        if end < len(lowers) and lowers[end] in ("st", "nd", "rd", "th"):
            end += 1
    after = end + 1 if end < len(lowers) and lowers[end] == "," else end
    if after < len(lowers) and kinds[after] is NUMBER and lowers[after].isdecimal() and len(lowers[after]) == 4:
        year, end = int(lowers[after]), after + 1
    return start, end, _day(year, MONTHS[lowers[place]], day)


def _numeric(text: str) -> datetime.date | None:
    parts = [int(part) for part in text.partition("t")[0].replace("/", "-").replace(".", "-").split("-")]
    if len(parts) != 3:
        return None
    if parts[0] > 31:
        return _day(*parts)
    year = parts[2] + (2000 if parts[2] < 100 else 0)
    return _day(year, parts[0], parts[1]) or _day(year, parts[1], parts[0])


def _day(year: int | None, month: int, day: int | None) -> datetime.date | None:
    try:
        return datetime.date(year or 0, month, day or 0)
    except ValueError:
        return None
