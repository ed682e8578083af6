"""Which indicators hold for the spans of a parameter: what weights are learned from, and what explains an answer.

`score` adds up the weights of the same indicators without naming them; a test holds the two together.
"""

from collections.abc import Sequence

from extractors.utterance.anchors import masked, matched_left, matched_right
from extractors.utterance.around import CONTINUES, NO_RUN, amount, around, is_worded, run_of, runs_of, sums
from extractors.utterance.features import (
    CLASS,
    CLASSES,
    FORMS,
    LEFT,
    NUMBER_OF,
    PREPOSITIONS,
    RIGHT,
    ROLES,
    SIZES,
    TYPES,
    UNITS,
    YEARS,
    Slot,
)
from extractors.utterance.text import Span, Utterance
from extractors.utterance.units import unit_of

_ROLE = {role: number for number, role in enumerate(ROLES)}
_FORM = {form: number for number, form in enumerate(FORMS)}
_TYPE = {kind: number for number, kind in enumerate(TYPES)}
_LEFT = NUMBER_OF["left 1: edge"]
_RIGHT = NUMBER_OF["right 1: edge"]
_AFTER = NUMBER_OF[f"after {PREPOSITIONS[0]!r} for a place"]
_FORM_ROLE = NUMBER_OF["form digits for a place"]
_FORM_TYPE = NUMBER_OF["form digits for type text"]
_SIZE = NUMBER_OF["digits of 0 tokens"]
_FUNCTION_WORDS = NUMBER_OF["words of the function: none"]
_OWN_WORDS = NUMBER_OF["words of the parameter: none"]
_ORDER = NUMBER_OF["order -2 of other"]
_BEGINS = NUMBER_OF["begins first"]
_ENDS = NUMBER_OF["ends last"]
_GOES_ON = NUMBER_OF["goes on left"]
_RUN = NUMBER_OF["whole of a quoted run for a place"]
_ANY_RUN = NUMBER_OF["whole of a quoted run"]
_AFTER_ANY = NUMBER_OF[f"after {PREPOSITIONS[0]!r}"]
_BEFORE_NUMBER = NUMBER_OF["number in digits before edge"]
_COMMON = NUMBER_OF["common words: none"]
_UNIT = NUMBER_OF["unit own where one is wanted"]
_ANCHOR_LEFT = NUMBER_OF["anchor left 0"]
_ANCHOR_RIGHT = NUMBER_OF["anchor right 0"]
_ANCHOR_WHOLE = NUMBER_OF["anchor whole"]
_ANCHOR_BROKEN = NUMBER_OF["anchor broken"]
_SPELLED = NUMBER_OF["spelled as in the description"]
_FORM_SHOWN = NUMBER_OF["form of no example"]
_NONE_SHOWN = NUMBER_OF["none where examples have none"]
_NONE = NUMBER_OF["none for required text with 0 own words"]


_WIDTH = len(CLASSES)
NUMBERS = ("integer", "number")


class Reading:
    """One parameter against one utterance: the numbers of its indicators, by what they depend on."""

    __slots__ = ("classes", "function_words", "own_words", "role", "slot", "utterance")

    def __init__(self, slot: Slot, utterance: Utterance) -> None:
        self.slot = slot
        self.utterance = utterance
        self.role = _ROLE[slot.role]
        self.classes = _classes(slot, utterance)
        self.function_words = sums(utterance, slot.function_words)
        self.own_words = sums(utterance, slot.own_words)

    def form(self, span: Span) -> list[int]:
        """By the way that the span was read."""
        slot = self.slot
        year = span.form == "digits" and slot.type in NUMBERS and YEARS[0] <= span.value <= YEARS[1]
        return form_indicators(slot, span.form, span.end - span.start, year)

    def left(self, start: int) -> list[int]:
        """By what stands before a span that begins there."""
        place, preposition, edge = around(self.utterance).before[start]
        begins, goes_on = divmod(edge, CONTINUES)
        found = [_BEGINS + begins, _AFTER + preposition * len(ROLES) + self.role, _AFTER_ANY + preposition]
        if goes_on:
            found.append(_GOES_ON + 2 * (goes_on - 1))
        classes, base = self.classes, _LEFT
        for at in range(place, max(-1, place - LEFT), -1):
            found.append(base + classes[at])
            base += _WIDTH
        if place + 1 < LEFT:
            found.append(_LEFT + (place + 1) * _WIDTH)
        return found

    def right(self, end: int) -> list[int]:
        """By what stands after a span that ends there."""
        ends, goes_on = divmod(around(self.utterance).after[end], CONTINUES)
        found = [_ENDS + ends]
        if goes_on:
            found.append(_GOES_ON + 2 * (goes_on - 1) + 1)
        classes, base = self.classes, _RIGHT
        count = len(classes)
        for at in range(end, end + RIGHT):
            if at >= count:
                found.append(base)
                break
            found.append(base + classes[at])
            base += _WIDTH
        return found

    def inside(self, start: int, end: int) -> list[int]:
        """By the words of the span."""
        found = [
            _FUNCTION_WORDS + amount(self.function_words, start, end),
            _OWN_WORDS + amount(self.own_words, start, end),
        ]
        run = run_of(runs_of(self.utterance), start, end)
        if run != NO_RUN:
            found += [_RUN + run * len(ROLES) + self.role, _ANY_RUN + run]
        if self.slot.type in NUMBERS:
            following = self.classes[end] if end < len(self.classes) else CLASS["edge"]
            worded = is_worded(self.utterance, start)
            found += [
                _UNIT + unit_indicator(self.slot, self.utterance, start, end),
                _BEFORE_NUMBER + worded * _WIDTH + following,
            ]
        found.append(_COMMON + amount(around(self.utterance).common, start, end))
        if self.slot.spelled and self.utterance.shape_of(start, end) in self.slot.spelled:
            found.append(_SPELLED)
        if self.slot.anchors:
            found += anchor_indicators(self.slot, self.utterance, start, end)
        return found

    def orders(self, spans: Sequence[Span]) -> dict[int, int]:
        """For each token where a span begins the indicator of its place among the others."""
        slot = self.slot
        if slot.type not in NUMBERS:
            return {}
        starts = sorted({span.start for span in spans})
        base = _ORDER + 5 * (len(starts) == slot.peers) + 2
        return {start: base + max(-2, min(2, order - slot.rank)) for order, start in enumerate(starts)}


def form_indicators(slot: Slot, form: str, size: int, year: bool) -> list[int]:
    """By the way that a span of `size` tokens was read; `year`: a number that may be one."""
    number = _FORM["year"] if year else _FORM.get(form.partition(" ")[0], len(FORMS) - 1)
    found = [
        _FORM_ROLE + number * len(ROLES) + _ROLE[slot.role],
        _FORM_TYPE + number * len(TYPES) + _TYPE[slot.type],
        _SIZE + number * SIZES + min(size, SIZES - 1),
    ]
    if slot.forms and slot.type in NUMBERS and size:
        found.append(_FORM_SHOWN + (form in slot.forms))
    return found


def describe(slot: Slot, utterance: Utterance, spans: Sequence[Span]) -> list[list[int]]:
    """For each span the numbers of its indicators."""
    reading = Reading(slot, utterance)
    orders = reading.orders(spans)
    found = []
    for span in spans:
        numbers = reading.form(span)
        if span.end:
            numbers += reading.left(span.start) + reading.right(span.end) + reading.inside(span.start, span.end)
            if span.start in orders:
                numbers.append(orders[span.start])
        found.append(numbers)
    return found


def describe_none(slot: Slot, utterance: Utterance) -> list[int]:
    """The indicators of the answer that the utterance does not give the parameter."""
    return none_indicators(slot, len(slot.names & utterance.stem_set))


def none_indicators(slot: Slot, own: int) -> list[int]:
    """The same where the utterance has `own` words of the parameter's name."""
    found = [_NONE + (len(TYPES) * (not slot.required) + _TYPE[slot.type]) * 3 + min(own, 2)]
    if slot.shown is not None:
        found.append(_NONE_SHOWN + slot.shown)
    return found


def _classes(slot: Slot, utterance: Utterance) -> list[int]:
    """For each token its class, as a number."""
    known = slot.known
    plain = around(utterance).plain
    return [known.get(word, number) for word, number in zip(utterance.stems, plain, strict=True)]


def unit_indicator(slot: Slot, utterance: Utterance, start: int, end: int) -> int:
    """How the unit after a number suits the parameter, as UNITS says; the same again where it wants none."""
    unit = unit_of(utterance, start, end)
    place = 3 if not unit else 0 if unit in slot.units else 1 if unit in slot.other_units else 2
    return place if slot.units else len(UNITS) + place


def anchor_indicators(slot: Slot, utterance: Utterance, start: int, end: int) -> list[int]:
    """How far what stood around the value in an example stands around the span."""
    lowers = masked(utterance)
    best, whole = (0, 0), False
    for left, right in slot.anchors:
        counts = matched_left(lowers, left, start), matched_right(lowers, right, end)
        full = counts == (len(left), len(right))
        if (full, sum(counts)) > (whole, sum(best)):
            best, whole = counts, full
    return [
        _ANCHOR_LEFT + min(best[0], 4),
        _ANCHOR_RIGHT + min(best[1], 3),
        _ANCHOR_WHOLE if whole else _ANCHOR_BROKEN,
    ]
