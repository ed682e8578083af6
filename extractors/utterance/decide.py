"""From spans to arguments: rank the spans of every parameter, choose them together, build the call.

A parameter's spans and the answer "not given" compete in a conditional logit, as document fields do. Two parameters
do not share a word of the utterance: where their best spans overlap, the assignment with the largest product of
probabilities that has no overlap is searched by a beam.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.utterance.features import Slot, describe, describe_none
from extractors.utterance.text import Span, Utterance

KEPT = 6
"""Spans of a parameter that are considered together with the others'."""
BEAM = 12
ORDERED = ("integer", "number", "list", "text")
DISORDER = 1.2
"""What it costs, in natural logarithms of probability, that a parameter stands before the one above it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for a parameter: a span, or None where the utterance does not give it."""

    span: Span | None
    probability: float


Option = tuple[float, Span | None]


def decide(
    slots: Sequence[Slot], proposed: Sequence[Sequence[Span]], utterance: Utterance, weights: Sequence[float]
) -> list[Choice]:
    """One choice a slot."""
    options = [rank(slot, spans, utterance, weights) for slot, spans in zip(slots, proposed, strict=True)]
    best = [list_[0] for list_ in options]
    before = _before(slots)
    if _overlap([span for _, span in best]) or _disordered(before, best):
        best = _search(options, before)
    return [Choice(span, probability) for probability, span in best]


def rank(slot: Slot, spans: Sequence[Span], utterance: Utterance, weights: Sequence[float]) -> list[Option]:
    """Probability and span, most likely first, equal values once, at most `KEPT`; None stands for "not given"."""
    spans = distinct(spans)
    scores = [sum([weights[number] for number in numbers]) for numbers in describe(slot, utterance, spans)]
    none = sum([weights[number] for number in describe_none(slot, utterance)])
    top = max(scores, default=none)
    top = max(top, none)
    odds = [math.exp(score - top) for score in scores]
    total = sum(odds) + math.exp(none - top)
    order = sorted(range(len(spans)), key=odds.__getitem__, reverse=True)
    best: dict[Any, tuple[float, Span]] = {}
    for place in order:
        span, odd = spans[place], odds[place] / total
        key = repr(span.value)
        if key in best:
            best[key] = best[key][0] + odd, best[key][1]
        elif len(best) < KEPT:
            best[key] = odd, span
    found: list[Option] = [*best.values(), (math.exp(none - top) / total, None)]
    found.sort(key=lambda option: -option[0])
    return found


def distinct(spans: Sequence[Span]) -> list[Span]:
    """Each place once: what the schema's proposers read before what an anchor did."""
    kept: dict[tuple[int, int, str], Span] = {}
    for span in spans:
        key = span.start, span.end, repr(span.value)
        if key not in kept or kept[key].form == "anchored":
            kept[key] = span
    return list(kept.values())


def _overlap(spans: Sequence[Span | None]) -> bool:
    taken = sorted((span.start, span.end) for span in spans if _takes(span) and span is not None)
    return any(taken[at][1] > taken[at + 1][0] for at in range(len(taken) - 1))


def _takes(span: Span | None) -> bool:
    """Whether the span's words are then no other parameter's: a cue of a boolean or an enum may serve twice."""
    return span is not None and span.kind not in ("enum", "boolean", "implied")


def _before(slots: Sequence[Slot]) -> list[int]:
    """For each slot the place of the last one before it that has its type; -1 where there is none."""
    last: dict[str, int] = {}
    found = []
    for place, slot in enumerate(slots):
        found.append(last.get(slot.type, -1))
        if slot.type in ORDERED:
            last[slot.type] = place
    return found


def _disordered(before: Sequence[int], options: Sequence[Option]) -> bool:
    return any(other >= 0 and _falls(options[other][1], options[at][1]) for at, other in enumerate(before))


def _falls(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and _takes(one) and _takes(other) and one.start > other.start


def _search(options: Sequence[Sequence[Option]], before: Sequence[int]) -> list[Option]:
    """The assignment with the largest product; parameters of one type are mostly given in the schema's order."""
    beam: list[tuple[float, list[Option]]] = [(0.0, [])]
    for place, list_ in enumerate(options):
        grown = []
        for score, chosen in beam:
            for option in list_:
                if not _takes(option[1]) or not any(_crosses(option[1], other) for _, other in chosen):
                    falls = before[place] >= 0 and _falls(chosen[before[place]][1], option[1])
                    grown.append((score + math.log(option[0] + 1e-9) - falls * DISORDER, [*chosen, option]))
            if all(span is not None for _, span in list_):
                grown.append((score + math.log(1e-9), [*chosen, (0.0, None)]))
        grown.sort(key=lambda item: -item[0])
        beam = grown[:BEAM]
    return beam[0][1]


def _crosses(one: Span | None, other: Span | None) -> bool:
    if one is None or other is None or not _takes(other):
        return False
    return one.start < other.end and other.start < one.end


def arguments_of(slots: Sequence[Slot], choices: Sequence[Choice]) -> dict[str, Any]:
    """The chosen values, nested as the paths say."""
    made: dict[str, Any] = {}
    for slot, choice in zip(slots, choices, strict=True):
        if choice.span is None:
            continue
        inner = made
        for key in slot.path[:-1]:
            inner = inner.setdefault(key, {})
        inner[slot.path[-1]] = choice.span.value
    return made


def with_defaults(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the schema's defaults where a property is missing, nested objects likewise."""
    made = dict(arguments)
    properties = schema.get("properties")
    for name, about in (properties if isinstance(properties, Mapping) else {}).items():
        if not isinstance(about, Mapping):
            continue
        value = made.get(name)
        if isinstance(value, Mapping):
            made[name] = with_defaults(value, about)
        elif name not in made and "default" in about:
            made[name] = about["default"]
    return made
