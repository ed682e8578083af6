"""Adds up the weights of a parameter's indicators for its spans.

The sums are those of `indicate.describe`; nothing is named and nothing is built here, because a call has a hundred
spans and a fraction of a millisecond. Weights stand in tables by what they depend on.
"""

from collections.abc import Sequence

from extractors.utterance.around import CONTINUES, around, inside, is_worded, sums
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
    anchor_indicators,
    form_indicators,
    none_indicators,
)
from extractors.utterance.text import Span, Utterance
from extractors.utterance.units import convertible, unit_of

MOST_FORMS = 2_000
"""Sums by form that a scorer keeps."""
_EDGE, _BEYOND = CLASS["edge"], len(CLASSES)
_BEFORE = [_BEYOND] * (LEFT - 1) + [_EDGE]
_AFTER = [_EDGE] + [_BEYOND] * (RIGHT - 1)
_GOES_ON = "left", "left upper", "right", "right upper"


_NAMING = ("place", "person", "start", "end")
"""Roles of names, in which no day is a part."""


def misread(slot: Slot) -> frozenset[str]:
    """The units in which a bare number is no answer for the parameter."""
    return convertible(slot.units) if slot.type in NUMBERS else frozenset()


class Scorer:
    """The weights of one parameter, in tables; the sums by form are kept from call to call."""

    __slots__ = (
        "_afters", "_before_numbers", "_ends", "_foreign", "_forms", "_insides", "_left_edges", "_lefts", "_none",
        "_numeric", "_orders", "_own_words", "_rights", "_shows", "_spelled", "_units", "is_name", "misread", "slot",
        "weights",
    )  # fmt: skip

    def __init__(self, slot: Slot, weights: Sequence[float]) -> None:
        self.slot = slot
        self.weights = weights
        self._numeric = slot.type in NUMBERS
        self.misread = misread(slot)
        self.is_name = slot.type == "text" and slot.role in _NAMING
        self._shows = bool(slot.spelled or slot.anchors)
        self._forms: dict[tuple[str, int, bool], float] = {}
        self._lefts = [self._classes(f"left {at}: ") for at in range(1, LEFT + 1)]
        self._rights = [self._classes(f"right {at}: ") for at in range(1, RIGHT + 1)]
        self._afters = [
            self._weight(f"after {word!r} for a {slot.role}") + self._weight(f"after {word!r}")
            for word in (*PREPOSITIONS, "other word")
        ]
        goes_on = [0.0, *(self._weight(f"goes on {where}") for where in _GOES_ON)]
        begins = [self._weight(f"begins {where}") for where in ("first", "second", "later")]
        self._left_edges = [begin + goes_on[at] for begin in begins for at in range(CONTINUES)]
        ends = [self._weight(f"ends {where}") for where in ("last", "mark", "small word", "word")]
        self._ends = [end + goes_on[at] for end in ends for at in (0, 3, 4)]
        self._own_words = [self._weight(f"words of the parameter: {what}") for what in ("none", "some", "all")]
        self._orders = [
            [self._weight(f"order {gap} of {'as many' if same else 'other'}") for gap in range(-2, 3)]
            for same in (0, 1)
        ]
        runs = [
            self._weight(f"{part} of a {run} run for a {slot.role}") + self._weight(f"{part} of a {run} run")
            for run in RUNS
            for part in PARTS
        ]
        functions, commons = (
            [self._weight(f"{words}: {what}") for what in ("none", "some", "all")]
            for words in ("words of the function", "common words")
        )
        self._insides = [
            run + function + common for run in (*runs, 0.0) for function in functions for common in commons
        ]
        self._before_numbers = [
            [self._weight(f"number in {form} before {what}") for what in CLASSES] for form in BEFORE_NUMBERS
        ]
        own, other, self._foreign, none = (
            self._weight(f"unit {unit} where {'one is' if slot.units else 'none is'} wanted") for unit in UNITS
        )
        self._units = {**dict.fromkeys(slot.other_units, other), **dict.fromkeys(slot.units, own), "": none}
        self._none = [sum([weights[at] for at in none_indicators(slot, count)]) for count in range(3)]
        self._spelled = self._weight("spelled as in the description")

    def _weight(self, name: str) -> float:
        return self.weights[NUMBER_OF[name]]

    def _classes(self, prefix: str) -> list[float]:
        return [*(self._weight(prefix + name) for name in CLASSES), 0.0]

    def scores(self, utterance: Utterance, spans: Sequence[Span]) -> list[float]:
        """The sum for each span."""
        forms, numeric, shows = self._forms, self._numeric, self._shows
        before, after = around(utterance).before, around(utterance).after
        classes = self._classes_of(utterance)
        owns, own_words = sums(utterance, self.slot.own_words), self._own_words
        parts, insides = inside(utterance, self.slot.function_words), self._insides
        orders = self._places(spans) if numeric else {}
        lefts: list[float | None] = [None] * len(before)
        rights: list[float | None] = [None] * len(before)
        found = []
        for _, value, start, end, form in spans:
            key = form, end - start, numeric and form == "digits" and YEARS[0] <= value <= YEARS[1]
            score = forms[key] if key in forms else self._form(key)
            if end:
                left, right = lefts[start], rights[end]
                if left is None:
                    left = lefts[start] = self._left(before[start], classes) + orders.get(start, 0.0)
                if right is None:
                    right = rights[end] = self._right(after[end], classes, end + LEFT)
                own = owns[end] - owns[start]
                score += left + right + insides[parts[start, end]] + own_words[own and 1 + (own >= end - start)]
                if numeric:
                    score += self._number(utterance, start, end, classes)
                if shows:
                    score += self._shown(utterance, start, end)
            found.append(score)
        return found

    def none(self, utterance: Utterance) -> float:
        """The sum for the answer that the utterance does not give the parameter."""
        return self._none[min(2, len(self.slot.names & utterance.stem_set))]

    def _number(self, utterance: Utterance, start: int, end: int, classes: Sequence[int]) -> float:
        unit = self._units.get(unit_of(utterance, start, end), self._foreign)
        return unit + self._before_numbers[is_worded(utterance, start)][classes[end + LEFT]]

    def _classes_of(self, utterance: Utterance) -> list[int]:
        """The classes of the tokens, and of what lies before the first and after the last."""
        known = self.slot.known
        plain = around(utterance).plain
        inner = [known.get(word, number) for word, number in zip(utterance.stems, plain, strict=True)]
        return [*_BEFORE, *inner, *_AFTER]

    def _left(self, told: tuple[int, int, int], classes: Sequence[int]) -> float:
        place, preposition, edge = told
        first, second, third, fourth, fifth = self._lefts
        at = place + LEFT
        return (
            self._left_edges[edge]
            + self._afters[preposition]
            + first[classes[at]]
            + second[classes[at - 1]]
            + third[classes[at - 2]]
            + fourth[classes[at - 3]]
            + fifth[classes[at - 4]]
        )

    def _right(self, edge: int, classes: Sequence[int], at: int) -> float:
        first, second, third = self._rights
        return self._ends[edge] + first[classes[at]] + second[classes[at + 1]] + third[classes[at + 2]]

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
