"""Several calls out of one utterance: `the weather in Oslo and Quito` asks for two.

Clauses that each ask for a call of their own are read by themselves. Otherwise a parameter may be given several times:
its values are joined by commas and `and`, or follow the same word (`from 0 to 1 and from 2 to 3`). Parameters that are
given as often as each other go together in order; one that is given once holds for all calls.
"""

from collections.abc import Mapping, Sequence

from extractors.utterance.call import Call, ProposeSpans, call, call_of, choose
from extractors.utterance.decide import Choice
from extractors.utterance.model import CallModel
from extractors.utterance.phrases import JOINERS
from extractors.utterance.text import Span, Utterance

MOST_CALLS = 16
REACH = 8
"""Words that may stand between two values that follow the same word."""
ENDS = frozenset((".", "?", "!", ";"))
ALSO = frozenset(("also", "then", "finally", "additionally", "afterwards", "next"))


def calls(text: str, functions: Mapping[str, ProposeSpans], model: CallModel) -> list[Call]:
    """All calls that the utterance asks for, at most MOST_CALLS, in its order; none where no function fits.

    Raises UtteranceError.
    """
    whole = call(text, functions, model)
    if whole.function is None:
        return []
    parts = clauses(Utterance.of(text))
    if len(parts) > 1:
        alone = [part for part in parts if call(part, functions, model).status in ("called", "doubtful")]
        found = [one for part in alone for one in _repeated(part, functions, model)]
        if len(alone) > 1:
            return _once(found)[:MOST_CALLS]
    return _once(_repeated(text, functions, model))[:MOST_CALLS]


def clauses(utterance: Utterance) -> list[str]:
    """The sentences, parted again before words that announce another request."""
    found: list[str] = []
    start = 0
    lowers = utterance.lowers
    for place in range(1, len(lowers) + 1):
        last = place == len(lowers)
        if not last and lowers[place - 1] not in ENDS and lowers[place] not in ALSO:
            continue
        if place - start > 2:
            found.append(utterance.text_of(start, place))
            start = place
        elif last and found:
            found[-1] = f"{found[-1]} {utterance.text_of(start, place)}"
    return found


def _repeated(text: str, functions: Mapping[str, ProposeSpans], model: CallModel) -> list[Call]:
    """The calls of the function that fits best, one for each time that its parameters are given."""
    first = call(text, functions, model)
    function = next((one for one in model.functions if one.name == first.function), None)
    if function is None:
        return []
    utterance = Utterance.of(text)
    choices = choose(utterance, function, functions, model)
    given = [
        _siblings(utterance, functions[slot.function](utterance), at, choices) for at, slot in enumerate(function.slots)
    ]
    count = max((len(spans) for spans in given), default=1)
    if count < 2:
        return [first]
    made = [call_of(utterance, function, _turn(choices, given, turn, count), model) for turn in range(count)]
    return made if all(one.status != "incomplete" for one in made) else [first]


def _turn(choices: Sequence[Choice], given: Sequence[Sequence[Span]], turn: int, count: int) -> list[Choice]:
    return [
        Choice(spans[turn], choice.probability) if len(spans) == count else choice
        for choice, spans in zip(choices, given, strict=True)
    ]


def _siblings(utterance: Utterance, spans: Sequence[Span], at: int, choices: Sequence[Choice]) -> list[Span]:
    """The chosen span with those that are given like it, in the utterance's order; empty where there are none."""
    chosen = choices[at].span
    if chosen is None or chosen.kind in ("boolean", "implied"):
        return []
    taken = {
        place
        for other, choice in enumerate(choices)
        if other != at and choice.span is not None
        for place in range(choice.span.start, choice.span.end)
    }
    alike = [
        span
        for span in spans
        if (span.kind, span.form) == (chosen.kind, chosen.form)
        and span.value != chosen.value
        and taken.isdisjoint(range(span.start, span.end))
    ]
    found = _pieces(utterance, chosen, spans)
    for step in (1, -1):
        while len(found) < MOST_CALLS:
            edge = found[-1] if step > 0 else found[0]
            near = [span for span in alike if _follows(utterance, edge, span, step, taken)]
            if not near:
                break
            # The nearest one; of those that begin alike the longest.
            nearest = min(
                near, key=lambda span: (step * span.start, step * -span.end) if step > 0 else (-span.end, span.start)
            )
            found.insert(len(found) if step > 0 else 0, nearest)
    return found if len(found) > 1 else []


def _pieces(utterance: Utterance, chosen: Span, spans: Sequence[Span]) -> list[Span]:
    """A run of names that `and` joins, as its names; any other span as it is."""
    if "and" not in utterance.lowers[chosen.start : chosen.end] or chosen.form != "name":
        return [chosen]
    places = {(span.start, span.end): span for span in spans if span.form == "name"}
    found, start = [], chosen.start
    for place in range(chosen.start, chosen.end + 1):
        if place == chosen.end or utterance.lowers[place] in JOINERS:
            found.append(places.get((start, place)))
            start = place + 1
    whole = [span for span in found if span is not None]
    return whole if len(whole) == len(found) else [chosen]


def _follows(utterance: Utterance, one: Span, other: Span, step: int, taken: set[int]) -> bool:
    """Whether the two are joined, `other` after `one` (step 1) or before it (-1)."""
    left, right = (one, other) if step > 0 else (other, one)
    if right.start < left.end:
        return False
    gap = utterance.lowers[left.end : right.start]
    unit = utterance.lowers[right.end : right.end + 1]
    joints = [word for word in gap if word in JOINERS]
    if joints and all(word in JOINERS or [word] == unit for word in gap):
        return True
    before = utterance.lowers[right.start - 1]
    same = left.start > 0 and utterance.lowers[left.start - 1] == before and before not in JOINERS
    return same and bool(joints) and (len(gap) <= REACH or not taken.isdisjoint(range(left.end, right.start)))


def _once(found: Sequence[Call]) -> list[Call]:
    kept: list[Call] = []
    for one in found:
        if not any((one.function, one.arguments) == (other.function, other.arguments) for other in kept):
            kept.append(one)
    return kept
