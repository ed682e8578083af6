"""Where a value stands in an utterance, found by its printed forms alone.

It does not ask the proposers that compiled code calls: what they cannot find is found here, so that a perturbed
example tests them.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from extractors.utterance.dates import CLOCKS, FORMATS, dates, times
from extractors.utterance.numbers import ORDINALS, readings
from extractors.utterance.text import Utterance

Place = tuple[int, int, str]
"""First token, the token after the last, and the form it is printed in."""


def literal_spans(utterance: Utterance, value: Any) -> list[Place]:
    """All places where the value is printed, in order; none where the utterance does not name it."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [(span.start, span.end, span.form) for span in readings(utterance) if _equal(span.value, value)]
    if isinstance(value, str):
        return list(_texts(utterance, value)) or list(_dates(utterance, value)) or list(_times(utterance, value))
    if isinstance(value, list) and value:
        return _lists(utterance, value)
    return []


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(1.0, abs(one))


def _texts(utterance: Utterance, value: str) -> Iterator[Place]:
    text, wanted = utterance.text.lower(), value.lower().strip()
    if not wanted or len(text) != len(utterance.text):
        return
    starts = {start: place for place, start in enumerate(utterance.starts)}
    ends = {end: place + 1 for place, end in enumerate(utterance.ends)}
    place = text.find(wanted)
    while place >= 0:
        if place in starts and place + len(wanted) in ends:
            yield starts[place], ends[place + len(wanted)], "typed"
        place = text.find(wanted, place + 1)


def _dates(utterance: Utterance, value: str) -> Iterator[Place]:
    for form, pattern in FORMATS.items():
        try:
            datetime.datetime.strptime(value, pattern)  # noqa: DTZ007  # a day, no moment
        except ValueError:
            continue
        for span in dates(utterance, form):
            if span.value == value:
                yield span.start, span.end, f"date {form}"
        return


def _times(utterance: Utterance, value: str) -> Iterator[Place]:
    for form in CLOCKS:
        for span in times(utterance, form):
            if span.form == "clock" and span.value == value:
                yield span.start, span.end, f"time {form}"


def _lists(utterance: Utterance, value: list[Any]) -> list[Place]:
    """A list whose items are printed one after the other with nothing but marks and small words between them."""
    places: list[Place] = []
    after = 0
    for item in value:
        found = next((place for place in literal_spans(utterance, item) if place[0] >= after), None)
        if found is None or (places and found[0] - after > 2):
            return []
        places.append(found)
        after = found[1]
    return [(places[0][0], places[-1][1], "list")]


def ordinal(value: int) -> str | None:
    """`third` for 3."""
    return next((word for word, number in ORDINALS.items() if number == value), None)
