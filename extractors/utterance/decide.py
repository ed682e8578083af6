"""From spans to arguments: rank the spans of every parameter, choose them together, build the call.

A parameter's spans and the answer "not given" compete in a conditional logit, as document fields do. Two parameters
do not share a word of the utterance: where their best spans overlap, the assignment with the largest product of
probabilities that has no overlap is searched by a beam.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.utterance.check import is_of_type
from extractors.utterance.features import Slot
from extractors.utterance.score import Scorer
from extractors.utterance.text import Span, Utterance

KEPT = 6
"""Spans of a parameter that are considered together with the others'."""
BEAM = 12
NEGLIGIBLE = 1e-4
"""A share of probability that changes no answer."""
SHARED = frozenset(("enum", "boolean", "implied", "clock"))
ORDERED = ("integer", "number", "list", "text")
DISORDER = 1.2
"""What it costs, in natural logarithms of probability, that a parameter stands before the one above it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for a parameter: a span, or None where the utterance does not give it."""

    span: Span | None
    probability: float


Option = tuple[float, Span | None]


def decide(scorers: Sequence[Scorer], proposed: Sequence[Sequence[Span]], utterance: Utterance) -> list[Choice]:
    """One choice a parameter; `proposed` are its spans."""
    options = [rank(scorer, spans, utterance) for scorer, spans in zip(scorers, proposed, strict=True)]
    best = [list_[0] for list_ in options]
    before = _before([scorer.slot for scorer in scorers])
    if _overlap(best) or _disordered(before, best):
        best = _search(options, before)
    return [Choice(span, probability) for probability, span in best]


def rank(scorer: Scorer, spans: Sequence[Span], utterance: Utterance) -> list[Option]:
    """Probability and span, most likely first, equal values once, at most `KEPT`; None stands for "not given"."""
    spans = distinct(spans)
    scores = scorer.scores(utterance, spans)
    none = scorer.none(utterance)
    top = max(none, *scores) if scores else none
    odds = [math.exp(score - top) for score in scores]
    absent = math.exp(none - top)
    total = sum(odds) + absent
    best: dict[Any, Option] = {}
    for odd, place in sorted(zip(odds, range(len(odds)), strict=True), key=_likely, reverse=True):
        span = spans[place]
        key = _key(span.value)
        if key in best:
            before, first = best[key]
            best[key] = before + odd / total, first
        elif len(best) < KEPT:
            best[key] = odd / total, span
        elif odd < NEGLIGIBLE * total:
            break
    found: list[Option] = [*best.values(), (absent / total, None)]
    found.sort(key=_likely, reverse=True)
    return found


def _likely(option: tuple[float, Any]) -> float:
    return option[0]


def _key(value: Any) -> Any:
    """Equal for equal values; no parameter has spans that are equal and of different types."""
    return repr(value) if type(value) is list or type(value) is dict else value


def distinct(spans: Sequence[Span]) -> list[Span]:
    """Each place once: what the schema's proposers read before what an anchor did."""
    kept: dict[tuple[int, int, Any], Span] = {}
    if len(spans) < 2:
        return list(spans)
    for span in spans:
        key = span.start, span.end, _key(span.value)
        if key not in kept or kept[key].form == "anchored":
            kept[key] = span
    return list(kept.values())


def _takes(span: Span | None) -> bool:
    """Whether the span's words are then no other parameter's: a cue of a boolean or an enum may serve twice."""
    return span is not None and span.kind not in SHARED


def _mask(span: Span | None) -> int:
    """The tokens that the span takes, a bit each."""
    return (1 << span.end) - (1 << span.start) if span is not None and span.kind not in SHARED else 0


def _overlap(options: Sequence[Option]) -> bool:
    taken = 0
    for _, span in options:
        mask = _mask(span)
        if taken & mask:
            return True
        taken |= mask
    return False


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
    return one is not None and other is not None and one.start > other.start and _takes(one) and _takes(other)


def _search(options: Sequence[Sequence[Option]], before: Sequence[int]) -> list[Option]:
    """The assignment with the largest product; parameters of one type are mostly given in the schema's order."""
    beam: list[_State] = [(0.0, 0, ())]
    for place, list_ in enumerate(options):
        other = before[place]
        costs = [(math.log(option[0] + 1e-9), _mask(option[1]), option) for option in list_]
        if all(span is not None for _, span in list_):
            costs.append((math.log(1e-9), 0, (0.0, None)))
        grown: list[_State] = []
        for score, taken, chosen in beam:
            last = chosen[other][1] if other >= 0 else None
            for cost, mask, option in costs:
                if not taken & mask:
                    falls = last is not None and _falls(last, option[1])
                    grown.append((score + cost - falls * DISORDER, taken | mask, (*chosen, option)))
        grown.sort(key=_score, reverse=True)
        beam = grown[:BEAM]
    return list(beam[0][2])


_State = tuple[float, int, tuple[Option, ...]]
"""Logarithm of the product, the tokens that are taken, and the options chosen so far."""


def _score(state: _State) -> float:
    return state[0]


def taken_by(choices: Sequence[Choice]) -> int:
    """The tokens that arguments were read from, a bit each."""
    taken = 0
    for choice in choices:
        if choice.span is not None:
            taken |= (1 << choice.span.end) - (1 << choice.span.start)
    return taken


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
    """The arguments with the schema's defaults where a property is missing, nested objects likewise; a default that is
    not of the type that the schema wants is none."""
    made = dict(arguments)
    properties = schema.get("properties")
    for name, about in (properties if isinstance(properties, Mapping) else {}).items():
        if not isinstance(about, Mapping):
            continue
        value = made.get(name)
        if isinstance(value, Mapping):
            made[name] = with_defaults(value, about)
        elif name not in made and "default" in about and is_of_type(about["default"], about.get("type")):
            made[name] = about["default"]
    return made
