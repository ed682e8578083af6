"""Lists in an utterance: between brackets, joined by commas and `and`, ends of an interval, and chosen values."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from extractors.utterance import numbers as number_readings
from extractors.utterance.choices import enums
from extractors.utterance.numbers import ENDINGS
from extractors.utterance.phrases import BREAKS, JOINERS, MOST, QUOTES, texts
from extractors.utterance.text import Span, Utterance

LONGEST_CHAIN = 40
LONGEST_LITERAL = 2_000
"""Characters of a nested list at most."""
_QUOTED = frozenset(QUOTES) | frozenset(QUOTES.values())
_ENDS = frozenset(("to", "through", "until", "till", "and", "-", "–"))
_BETWEEN = _ENDS | ENDINGS | frozenset(("=", ",", "x", "y", "t", "%", "$", "the"))
"""Words and marks that may stand between the two ends of an interval."""
_JOINTS = JOINERS | _QUOTED | ENDINGS
_ARTICLES = frozenset(("the", "a", "an"))
_CLOSING = {"[": "]", "(": ")", "{": "}"}


def lists(utterance: Utterance, items: str = "text") -> list[Span]:
    """Lists: between brackets, or items joined by commas and `and`. `items` is integer, number, float or text."""
    key = f"lists {items}"
    if key not in utterance.found:
        inner = _ITEMS.get(items, texts)(utterance)
        found = [*_bracketed(utterance, inner, items), *_joined(utterance, inner)]
        if items != "text":
            found += _intervals(utterance, inner)
        utterance.found[key] = found
    spans: list[Span] = utterance.found[key]
    return spans


_ITEMS: dict[str, Callable[[Utterance], list[Span]]] = {
    "integer": number_readings.integers,
    "number": number_readings.numbers,
    "float": number_readings.floats,
    "text": texts,
}


def chosen(
    utterance: Utterance, values: Sequence[Any], synonyms: Mapping[str, Sequence[str]] | None = None
) -> list[Span]:
    """The allowed values that the utterance names, as one list in their order; none where it names none."""
    named = sorted(enums(utterance, values, synonyms), key=lambda span: span.start)
    if not named:
        return []
    picked = [span.value for span in named]
    return [Span("enum", picked, named[0].start, named[0].end, "chosen")]


def literals(utterance: Utterance) -> list[Span]:
    """Lists of lists and objects as they are written in JSON: `[[1, 2], [3, 4]]`."""
    text, found = utterance.text, []
    for place, token in enumerate(utterance.tokens):
        if token not in ("[", "{") or (place and utterance.tokens[place - 1] in ("[", "{")):
            continue
        start = utterance.starts[place]
        try:
            value, length = _DECODER.raw_decode(text[start : start + LONGEST_LITERAL])
        except (ValueError, RecursionError):
            continue
        end = next((at for at in range(place, len(utterance.ends)) if utterance.ends[at] >= start + length), place)
        found.append(Span("list", value, place, end + 1, "bracketed"))
    return found


_DECODER = json.JSONDecoder()


def _bracketed(utterance: Utterance, inner: list[Span], items: str) -> Iterator[Span]:
    tokens = utterance.tokens
    if "[" not in tokens and "(" not in tokens and "{" not in tokens:
        return
    for start, token in enumerate(tokens):
        if token not in _CLOSING:
            continue
        end = next((at for at in range(start + 1, len(tokens)) if tokens[at] in ("]", ")", "}")), None)
        if end is None:
            return
        values = _inside(utterance, inner, start + 1, end, items)
        if values:
            yield Span("list", values, start, end + 1, "bracketed")


def _inside(utterance: Utterance, inner: list[Span], start: int, end: int, items: str) -> list[Any]:
    if items != "text":
        return [span.value for span in inner if start <= span.start and span.end <= end]
    text = utterance.text[utterance.ends[start - 1] : utterance.starts[end]]
    return [part.strip(" '\"“”‘’") for part in text.split(",") if part.strip(" '\"“”‘’")]


def _intervals(utterance: Utterance, inner: Sequence[Span]) -> Iterator[Span]:
    """Two numbers with `to`, `and` or a dash between them: `from x = -1 to x = 2`."""
    lowers = utterance.lowers
    for one, other in pairwise(inner):
        between = lowers[one.end : other.start]
        if between and len(between) < 5 and _BETWEEN.issuperset(between) and not _ENDS.isdisjoint(between):
            yield Span("list", [one.value, other.value], one.start, other.end, "interval")


def _joined(utterance: Utterance, inner: list[Span]) -> list[Span]:
    """Runs `item , item and item`, the longest from each first item; and single items that stand in no run."""
    best: dict[int, list[Span]] = {}
    for span in inner:
        best.setdefault(span.start, []).append(span)
    found: list[Span] = []
    inside: set[int] = set()
    for start in sorted(best):
        if start in inside:
            continue
        for first in best[start]:
            chain = _chain(utterance, first, best)
            inside.update(span.start for span in chain[1:])
            found.append(Span("list", [span.value for span in chain], start, chain[-1].end, _form(chain)))
            if len(found) >= MOST:
                return found
    return found


def _chain(utterance: Utterance, first: Span, best: Mapping[int, list[Span]]) -> list[Span]:
    lowers = utterance.lowers
    chain = [first]
    while len(chain) <= LONGEST_CHAIN:
        end = chain[-1].end
        if end >= len(lowers) or lowers[end] not in _JOINTS:
            break
        after = _skip(lowers, end)
        if after == end or after not in best or JOINERS.isdisjoint(lowers[end:after]):
            break
        chain.append(min(best[after], key=lambda span: (not _closes(lowers, span.end), span.end - span.start)))
    return chain


def _skip(lowers: Sequence[str], place: int) -> int:
    """The token after joining words and marks, and after quotation marks, endings and articles around them."""
    start = place
    while place < len(lowers) and lowers[place] in _JOINTS:
        place += 1
    return place + 1 if place > start and place < len(lowers) and lowers[place] in _ARTICLES else place


def _form(chain: list[Span]) -> str:
    return "joined" if len(chain) > 1 else "single " + chain[0].form


def _closes(lowers: list[str], end: int) -> bool:
    """Whether an item that ends here is followed by the next item's joint or by the end of the list."""
    return end >= len(lowers) or lowers[end] in JOINERS or lowers[end] in BREAKS or not lowers[end][0].isalnum()
