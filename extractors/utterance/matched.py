"""Spans found by a pattern, for functions that a model or a person writes."""

from collections.abc import Iterator
from typing import Any, Literal

from extractors.pattern import spans
from extractors.utterance.numbers import floats, integers
from extractors.utterance.phrases import JOINERS
from extractors.utterance.text import Span, Utterance
from extractors.utterance.words import readable

Values = Literal["text", "integer", "number", "texts", "integers", "numbers"]
MOST = 120
_LEADING, _TRAILING = " '\"‘’“”`", " '\"‘’“”`.,;:!?"


def matched(utterance: Utterance, pattern: str, values: Values = "text") -> list[Span]:
    """What the pattern's last group stands for, or all of it; plural `values` give lists of all that stands in it.

    RE2: no look-around, no back references. Case counts only where the pattern matches with it. Quotes and sentence
    marks at the edges are no part of a text. Raises PatternError.
    """
    text = readable(utterance.text)
    found: list[Span] = []
    for place in (spans(pattern, text, last=True) or spans(f"(?i){pattern}", text, last=True))[:MOST]:
        first, last = _inside(text, *place)
        tokens = [at for at, end in enumerate(utterance.ends) if end > first and utterance.starts[at] < last]
        if first < last and tokens:
            found += _values(utterance, utterance.text[first:last], tokens[0], tokens[-1] + 1, values)
    return found[:MOST]


def _inside(text: str, first: int, last: int) -> tuple[int, int]:
    """The place without what does not belong to a value at its edges."""
    part = text[first:last]
    return first + len(part) - len(part.lstrip(_LEADING)), last - len(part) + len(part.rstrip(_TRAILING))


def _values(utterance: Utterance, text: str, start: int, end: int, values: Values) -> Iterator[Span]:
    if values == "text":
        yield Span("text", text, start, end, "anchored")
        return
    if values == "texts":
        items: list[Any] = list(_items(utterance, start, end))
        form = "anchored"
    else:
        readings = integers(utterance) if values.startswith("integer") else floats(utterance)
        inside = [span for span in readings if start <= span.start < end]
        if not values.endswith("s"):
            yield from inside
            return
        items = [span.value for span in {span.start: span for span in reversed(inside)}.values()][::-1]
        form = inside[0].form if inside else ""
        end = max([end, *(span.end for span in inside)])
    if items:
        yield Span("list", items, start, end, "joined" if len(items) > 1 else f"single {form}")


def _items(utterance: Utterance, start: int, end: int) -> Iterator[str]:
    """The texts between commas and `and`."""
    begin = start
    for place in range(start, end + 1):
        if place == end or utterance.lowers[place] in JOINERS:
            item = utterance.text_of(begin, place).strip(_TRAILING)
            if item:
                yield item
            begin = place + 1
