"""From spans to arguments: rank the spans of every parameter, choose them together, build the call.

A parameter's spans and the answer "not given" compete in a conditional logit, as document fields do. Two parameters
do not share a word of the utterance: where their best spans overlap, the assignment with the largest product of
probabilities that has no overlap is searched by a beam.
"""

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any, NamedTuple

from extractors.utterance.check import is_of_type
from extractors.utterance.dates import dates
from extractors.utterance.features import Slot
from extractors.utterance.score import Scorer
from extractors.utterance.text import Span, Utterance
from extractors.utterance.units import unit_of

KEPT = 6
"""Spans of a parameter that are considered together with the others'."""
BEAM = 12
NEGLIGIBLE = 1e-4
"""A share of probability that changes no answer."""
NESTED = frozenset((list, dict))
"""Types whose values are compared as text; no parameter has spans that are equal and of different types."""
SHARED = frozenset(("enum", "boolean", "implied", "clock"))
COURTESIES = frozenset(("please", "thanks"))
ORDERED = ("integer", "number", "list", "text")
ROUNDING = 1e-9
DISORDER = 1.2
"""What it costs, in natural logarithms of probability, that a parameter stands before the one above it."""


class Choice(NamedTuple):
    """What was chosen for a parameter: a span, or None where the utterance does not give it."""

    span: Span | None
    probability: float


Option = tuple[float, Span | None]


def decide(scorers: Sequence[Scorer], proposed: Sequence[Sequence[Span]], utterance: Utterance) -> list[Choice]:
    """One choice a parameter; `proposed` are its spans."""
    options = [rank(scorer, spans, utterance) for scorer, spans in zip(scorers, proposed, strict=True)]
    best = [list_[0] for list_ in options]
    before = _before(tuple([scorer.slot.type for scorer in scorers]))
    if _overlap(best) or _disordered(before, best):
        best = _search(options, before)
    return [Choice(span, probability) for probability, span in best]


def rank(scorer: Scorer, spans: Sequence[Span], utterance: Utterance) -> list[Option]:
    """Probability and span, most likely first, equal values once, at most `KEPT`; None stands for "not given"."""
    spans = read_right(spans, scorer.misread, utterance)
    if scorer.is_name and spans:
        spans = names_alone(spans, utterance)
    if not spans:
        return [(1.0, None)]
    spans = distinct(spans)
    scores = scorer.scores(utterance, spans)
    none = scorer.none(utterance)
    top = max(none, *scores)
    odds = [math.exp(score - top) for score in scores]
    absent = math.exp(none - top)
    total = sum(odds) + absent
    best: dict[Any, Option] = {}
    for place in sorted(range(len(odds)), key=odds.__getitem__, reverse=True):
        span, odd = spans[place], odds[place]
        key = repr(span.value) if type(span.value) in NESTED else span.value
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


def read_right(spans: Sequence[Span], misread: frozenset[str], utterance: Utterance) -> Sequence[Span]:
    """Without bare numbers in these units: `5 lbs` is no 5 where kilograms are wanted."""
    if not misread or not spans:
        return spans
    return [
        span for span in spans
        if span.form == "converted" or unit_of(utterance, span.start, span.end) not in misread
    ]  # fmt: skip


def names_alone(spans: Sequence[Span], utterance: Utterance) -> Sequence[Span]:
    """Without names that hold a day or a courtesy, and more than that: `Lisbon tomorrow` is no place."""
    others = [(day.start, day.end) for day in dates(utterance)]
    others += [(place, place + 1) for place, low in enumerate(utterance.lowers) if low in COURTESIES]
    return [span for span in spans if not any(_mixes(span, *other) for other in others)] if others else spans


def _mixes(span: Span, start: int, end: int) -> bool:
    return span.start < end and start < span.end and (span.start, span.end) != (start, end)


def _likely(option: tuple[float, Any]) -> float:
    return option[0]


def distinct(spans: Sequence[Span]) -> list[Span]:
    """Each place once: what the schema's proposers read before what an anchor did."""
    kept: dict[tuple[int, int, Any], Span] = {}
    if len(spans) < 2:
        return list(spans)
    for span in spans:
        _, value, start, end, _ = span
        key = start, end, repr(value) if type(value) in NESTED else value
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


@lru_cache(maxsize=1024)
def _before(types: tuple[str, ...]) -> list[int]:
    """For each slot the place of the last one before it that has its type; -1 where there is none."""
    last: dict[str, int] = {}
    found = []
    for place, kind in enumerate(types):
        found.append(last.get(kind, -1))
        if kind in ORDERED:
            last[kind] = place
    return found


def _disordered(before: Sequence[int], options: Sequence[Option]) -> bool:
    return any(other >= 0 and _falls(options[other][1], options[at][1]) for at, other in enumerate(before))


def _falls(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and one.start > other.start and _takes(one) and _takes(other)


def _search(options: Sequence[Sequence[Option]], before: Sequence[int]) -> list[Option]:
    """The assignment with the largest product; parameters of one type are mostly given in the schema's order.

    Scores are what is lost against every parameter's best option, in natural logarithms. Whatever loses more than an
    assignment that is at hand is left out, and so are all but the best BEAM at every parameter.
    """
    greedy = _greedy(options, before)
    most = greedy[0] + ROUNDING
    beam: list[_State] = [(0.0, 0, ())]
    for list_, other in zip(options, before, strict=True):
        steps = _steps(list_, most)
        grown: list[_State] = []
        for lost, taken, chosen in beam:
            last = chosen[other][2] if other >= 0 else -1
            for step in steps:
                loss, mask, start, _ = step
                whole = lost + loss + (DISORDER if last > start >= 0 else 0.0)
                if whole <= most and not taken & mask:
                    grown.append((whole, taken | mask, (*chosen, step)))
        grown.sort(key=_lost)
        beam = grown[:BEAM]
    return [option for _, _, _, option in (beam[0] if beam else greedy)[2]]


def _greedy(options: Sequence[Sequence[Option]], before: Sequence[int]) -> "_State":
    """Each parameter in turn takes its best option that is free; "not given" always is."""
    lost, taken = 0.0, 0
    chosen: list[_Step] = []
    for list_, other in zip(options, before, strict=True):
        for option in list_:
            mask = _mask(option[1])
            if not taken & mask:
                break
        loss, mask, start, _ = step = _step(option, list_[0][0])
        lost += loss + (DISORDER if other >= 0 and chosen[other][2] > start >= 0 else 0.0)
        taken |= mask
        chosen.append(step)
    return lost, taken, tuple(chosen)


def _steps(list_: Sequence[Option], most: float) -> list["_Step"]:
    """The options, most likely first, that lose no more than `most`."""
    best = list_[0][0]
    least = (best + 1e-9) * math.exp(-most) - 1e-9
    return [_step(option, best) for option in list_ if option[0] >= least]


def _step(option: Option, best: float) -> "_Step":
    probability, span = option
    mask = _mask(span)
    return math.log((best + 1e-9) / (probability + 1e-9)), mask, span.start if span and mask else -1, option


_Step = tuple[float, int, int, Option]
"""What an option loses, the tokens it takes, the first of them (-1: none), and the option."""
_State = tuple[float, int, tuple[_Step, ...]]
"""What is lost, the tokens that are taken, and what was chosen so far."""


def _lost(state: _State) -> float:
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
    if not isinstance(properties, dict):
        return made
    for name, about in properties.items():
        if not isinstance(about, dict):
            continue
        if name in made:
            if isinstance(made[name], dict):
                made[name] = with_defaults(made[name], about)
        elif "default" in about and is_of_type(about["default"], about.get("type")):
            made[name] = deepcopy(about["default"]) if type(about["default"]) in NESTED else about["default"]
    return made
