"""Adds up the weights of a parameter's indicators for its spans.

The sums are those of `indicate.describe`; nothing is named and nothing is built here, because a call has a hundred
spans and a fraction of a millisecond. Weights stand in tables by what they depend on.
"""

from collections.abc import Sequence
from itertools import accumulate

from extractors.utterance.features import (
    BEFORE_NUMBERS,
    CLASS,
    CLASSES,
    LEFT,
    NUMBER_OF,
    PARTS,
    PREPOSITIONS,
    RIGHT,
    RUNS,
    UNITS,
    YEARS,
    Slot,
)
from extractors.utterance.indicate import (
    NUMBERS,
    after,
    anchor_indicators,
    before,
    common_words,
    describe_none,
    form_indicators,
    is_worded,
    plain_classes,
    run_of,
    unit_indicator,
)
from extractors.utterance.text import Span, Utterance

MOST_FORMS = 2_000
"""Sums by form that a scorer keeps."""
_EDGE, _BEYOND = CLASS["edge"], len(CLASSES)
_BEFORE = [_BEYOND] * (LEFT - 1) + [_EDGE]
_AFTER = [_EDGE] + [_BEYOND] * (RIGHT - 1)
_OWN = frozenset((CLASS["name"], CLASS["both"]))
_GOES_ON = "left", "left upper", "right", "right upper"


class Scorer:
    """The weights of one parameter, in tables; the sums by form are kept from call to call."""

    __slots__ = (
        "_afters", "_before_numbers", "_common_words", "_ends", "_forms", "_function_words", "_left_edges",
        "_lefts", "_numeric", "_orders", "_own_words", "_rights", "_runs", "_spelled", "_units", "slot", "weights",
    )  # fmt: skip

    def __init__(self, slot: Slot, weights: Sequence[float]) -> None:
        self.slot = slot
        self.weights = weights
        self._numeric = slot.type in NUMBERS
        self._forms: dict[tuple[str, int, bool], float] = {}
        self._lefts = [self._classes(f"left {at}: ") for at in range(1, LEFT + 1)]
        self._rights = [self._classes(f"right {at}: ") for at in range(1, RIGHT + 1)]
        self._afters = [
            self._weight(f"after {word!r} for a {slot.role}") + self._weight(f"after {word!r}")
            for word in (*PREPOSITIONS, "other word")
        ]
        goes_on = [0.0, *(self._weight(f"goes on {where}") for where in _GOES_ON)]
        begins = [self._weight(f"begins {where}") for where in ("first", "second", "later")]
        self._left_edges = [[begin + goes_on[at] for at in (0, 1, 2)] for begin in begins]
        ends = [self._weight(f"ends {where}") for where in ("last", "mark", "small word", "word")]
        self._ends = [[end + goes_on[at] for at in (0, 3, 4)] for end in ends]
        self._function_words = [self._weight(f"words of the function: {what}") for what in ("none", "some", "all")]
        self._own_words = [self._weight(f"words of the parameter: {what}") for what in ("none", "some", "all")]
        self._orders = [
            [self._weight(f"order {gap} of {'as many' if same else 'other'}") for gap in range(-2, 3)]
            for same in (0, 1)
        ]
        self._runs = [
            self._weight(f"{part} of a {run} run for a {slot.role}") + self._weight(f"{part} of a {run} run")
            for run in RUNS
            for part in PARTS
        ]
        self._runs.append(0.0)  # part of none: -1
        self._before_numbers = [
            [self._weight(f"number in {form} before {what}") for what in CLASSES] for form in BEFORE_NUMBERS
        ]
        self._common_words = [self._weight(f"common words: {what}") for what in ("none", "some", "all")]
        self._units = [
            self._weight(f"unit {unit} where {wanted} wanted") for wanted in ("one is", "none is") for unit in UNITS
        ]
        self._spelled = self._weight("spelled as in the description")

    def _weight(self, name: str) -> float:
        return self.weights[NUMBER_OF[name]]

    def _classes(self, prefix: str) -> list[float]:
        return [*(self._weight(prefix + name) for name in CLASSES), 0.0]

    def scores(self, utterance: Utterance, spans: Sequence[Span]) -> list[float]:
        """The sum for each span."""
        slot, forms, numeric = self.slot, self._forms, self._numeric
        known, words = slot.known, slot.function_words
        stems = utterance.stems
        inner = [known.get(word, number) for word, number in zip(stems, plain_classes(utterance), strict=True)]
        classes = [*_BEFORE, *inner, *_AFTER]
        functions = [0, *accumulate([word in words for word in stems])]
        owns = [0, *accumulate([number in _OWN for number in inner])]
        common = common_words(utterance)
        orders = self._places(spans) if numeric else {}
        lefts: dict[int, float] = {}
        rights: dict[int, float] = {}
        found = []
        for _, value, start, end, form in spans:
            size = end - start
            key = form, size, numeric and form == "digits" and YEARS[0] <= value <= YEARS[1]
            score = forms[key] if key in forms else self._form(key)
            if end:
                if start not in lefts:
                    lefts[start] = self._left(before(utterance, start), classes) + orders.get(start, 0.0)
                if end not in rights:
                    rights[end] = self._right(after(utterance, end), classes, end + LEFT)
                shared = common[end] - common[start]
                function, own = functions[end] - functions[start], owns[end] - owns[start]
                score += (
                    lefts[start]
                    + rights[end]
                    + self._function_words[0 if not function else 1 if function < size else 2]
                    + self._own_words[0 if not own else 1 if own < size else 2]
                    + self._runs[run_of(utterance, start, end)]
                    + self._common_words[0 if not shared else 1 if shared < size else 2]
                )
                if numeric:
                    score += self._units[unit_indicator(slot, utterance, start, end)]
                    score += self._before_numbers[is_worded(utterance, start)][classes[end + LEFT]]
                if slot.spelled or slot.anchors:
                    score += self._shown(utterance, start, end)
            found.append(score)
        return found

    def none(self, utterance: Utterance) -> float:
        """The sum for the answer that the utterance does not give the parameter."""
        return sum([self.weights[at] for at in describe_none(self.slot, utterance)])

    def _left(self, told: tuple[int, int, int, int], classes: Sequence[int]) -> float:
        place, preposition, begins, goes_on = told
        first, second, third, fourth, fifth = self._lefts
        at = place + LEFT
        return (
            self._left_edges[begins][goes_on]
            + self._afters[preposition]
            + first[classes[at]]
            + second[classes[at - 1]]
            + third[classes[at - 2]]
            + fourth[classes[at - 3]]
            + fifth[classes[at - 4]]
        )

    def _right(self, told: tuple[int, int], classes: Sequence[int], at: int) -> float:
        ends, goes_on = told
        first, second, third = self._rights
        return self._ends[ends][goes_on] + first[classes[at]] + second[classes[at + 1]] + third[classes[at + 2]]

    def _shown(self, utterance: Utterance, start: int, end: int) -> float:
        slot = self.slot
        score = self._spelled if slot.spelled and utterance.shape_of(start, end) in slot.spelled else 0.0
        if slot.anchors:
            score += sum([self.weights[at] for at in anchor_indicators(slot, utterance, start, end)])
        return score

    def _form(self, key: tuple[str, int, bool]) -> float:
        form, size, year = key
        score = sum([self.weights[at] for at in form_indicators(self.slot, form, size, year)])
        if len(self._forms) < MOST_FORMS:
            self._forms[key] = score
        return score

    def _places(self, spans: Sequence[Span]) -> dict[int, float]:
        starts = sorted({span.start for span in spans})
        table = self._orders[len(starts) == self.slot.peers]
        return {start: table[max(-2, min(2, order - self.slot.rank)) + 2] for order, start in enumerate(starts)}
