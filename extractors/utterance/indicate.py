"""Which indicators hold for the spans of a parameter: what weights are learned from, and what explains an answer.

`score` adds up the weights of the same indicators without naming them; a test holds the two together.
"""

from collections.abc import Sequence
from itertools import accumulate

from extractors.utterance.anchors import masked, matched_left, matched_right
from extractors.utterance.features import (
    CLASS,
    CLASSES,
    FORMS,
    LEFT,
    NUMBER_OF,
    PARTS,
    PASSED,
    PREPOSITIONS,
    RIGHT,
    ROLES,
    SIZES,
    TYPES,
    UNITS,
    YEARS,
    Slot,
)
from extractors.utterance.phrases import BREAKS, EDGES, blocks, name_runs, quotations
from extractors.utterance.text import MARK, WORD, Span, Utterance
from extractors.utterance.units import unit_of
from extractors.utterance.words import COMMON

_PREPOSITION = {word: number for number, word in enumerate(PREPOSITIONS)}
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
_OWN = frozenset((CLASS["name"], CLASS["both"]))
NUMBERS = ("integer", "number")


class Reading:
    """One parameter against one utterance: the numbers of its indicators, by what they depend on."""

    __slots__ = ("classes", "function_words", "own_words", "role", "slot", "utterance")

    def __init__(self, slot: Slot, utterance: Utterance) -> None:
        self.slot = slot
        self.utterance = utterance
        self.role = _ROLE[slot.role]
        self.classes = _classes(slot, utterance)
        words, own = slot.function_words, _OWN
        self.function_words = [0, *accumulate([word in words for word in utterance.stems])]
        self.own_words = [0, *accumulate([number in own for number in self.classes])]

    def form(self, span: Span) -> list[int]:
        """By the way that the span was read."""
        slot = self.slot
        year = span.form == "digits" and slot.type in NUMBERS and YEARS[0] <= span.value <= YEARS[1]
        return form_indicators(slot, span.form, span.end - span.start, year)

    def left(self, start: int) -> list[int]:
        """By what stands before a span that begins there."""
        place, preposition, begins, goes_on = before(self.utterance, start)
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
        ends, goes_on = after(self.utterance, end)
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
        size = end - start
        function = self.function_words[end] - self.function_words[start]
        own = self.own_words[end] - self.own_words[start]
        found = [
            _FUNCTION_WORDS + (0 if not function else 1 if function < size else 2),
            _OWN_WORDS + (0 if not own else 1 if own < size else 2),
        ]
        run = run_of(self.utterance, start, end)
        if run >= 0:
            found += [_RUN + run * len(ROLES) + self.role, _ANY_RUN + run]
        if self.slot.type in NUMBERS:
            following = self.classes[end] if end < len(self.classes) else CLASS["edge"]
            worded = is_worded(self.utterance, start)
            found += [
                _UNIT + unit_indicator(self.slot, self.utterance, start, end),
                _BEFORE_NUMBER + worded * _WIDTH + following,
            ]
        common = common_words(self.utterance)
        shared = common[end] - common[start]
        found.append(_COMMON + (0 if not shared else 1 if shared < size else 2))
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
    own = len(slot.names & utterance.stem_set)
    found = [_NONE + (len(TYPES) * (not slot.required) + _TYPE[slot.type]) * 3 + min(own, 2)]
    if slot.shown is not None:
        found.append(_NONE_SHOWN + slot.shown)
    return found


def _classes(slot: Slot, utterance: Utterance) -> list[int]:
    """For each token its class, as a number."""
    known = slot.known
    plain = plain_classes(utterance)
    return [known.get(word, number) for word, number in zip(utterance.stems, plain, strict=True)]


def plain_classes(utterance: Utterance) -> list[int]:
    """The classes that tokens have whatever the parameter is."""
    if "plain classes" not in utterance.found:
        plain, small, mark = CLASS["plain"], CLASS["small"], CLASS["mark"]
        utterance.found["plain classes"] = [
            mark if kind is MARK else small if low in BREAKS else plain
            for low, kind in zip(utterance.lowers, utterance.kinds, strict=True)
        ]
    found: list[int] = utterance.found["plain classes"]
    return found


def run_of(utterance: Utterance, start: int, end: int) -> int:
    """Which part of a run of words the span is: 0 to 3 as PARTS says for a quotation, 4 to 7 for a run of capitalised
    words, 8 to 11 for any other; -1 where it is part of none."""
    known: dict[tuple[int, int], int] = utterance.found.setdefault("runs", {})
    found = known.get((start, end))
    if found is None:
        found = -1
        for kind, runs in enumerate((quotations(utterance), name_runs(utterance), blocks(utterance)[0])):
            run = runs[start]
            if run is not None and end <= run[1]:
                part = 0 if run == (start, end) else 1 if end == run[1] else 2 if start == run[0] else 3
                found = len(PARTS) * kind + part
                break
        known[start, end] = found
    return found


def is_worded(utterance: Utterance, start: int) -> bool:
    """Whether a number is printed in words."""
    return utterance.kinds[start] is WORD


def common_words(utterance: Utterance) -> list[int]:
    """For each token how many before it are words that any request may hold."""
    if "common" not in utterance.found:
        utterance.found["common"] = [0, *accumulate([word in COMMON for word in utterance.stems])]
    found: list[int] = utterance.found["common"]
    return found


def unit_indicator(slot: Slot, utterance: Utterance, start: int, end: int) -> int:
    """How the unit after a number suits the parameter, as UNITS says; the same again where it wants none."""
    unit = unit_of(utterance, start, end)
    place = 3 if not unit else 0 if unit in slot.units else 1 if unit in slot.other_units else 2
    return place if slot.units else len(UNITS) + place


def before(utterance: Utterance, start: int) -> tuple[int, int, int, int]:
    """What stands before a span, the same for all parameters: the token before articles and quotation marks (-1: none),
    its number among PREPOSITIONS, whether the span begins first (0), second or later, and whether the word right before
    it is no word (0), a small or a capitalised one."""
    shared: dict[int, tuple[int, int, int, int]] = utterance.found.setdefault("before", {})
    found = shared.get(start)
    if found is None:
        lowers = utterance.lowers
        place = start - 1
        goes_on = 0
        if place >= 0 and utterance.kinds[place] is WORD and lowers[place] not in BREAKS:
            goes_on = 1 + utterance.tokens[place][0].isupper()
        while place >= 0 and (lowers[place] in EDGES or lowers[place] in PASSED):
            place -= 1
        preposition = _PREPOSITION.get(lowers[place] if place >= 0 else "^", len(PREPOSITIONS))
        found = shared[start] = place, preposition, min(start, 2), goes_on
    return found


def after(utterance: Utterance, end: int) -> tuple[int, int]:
    """What stands after a span, the same for all parameters: nothing (0), a mark, a small word or a word; and whether
    that is no word (0), a small or a capitalised one."""
    shared: dict[int, tuple[int, int]] = utterance.found.setdefault("after", {})
    found = shared.get(end)
    if found is None:
        lowers, kinds = utterance.lowers, utterance.kinds
        if end >= len(lowers):
            found = 0, 0
        elif kinds[end] is MARK:
            found = 1, 0
        elif lowers[end] in BREAKS:
            found = 2, 0
        else:
            found = 3, 1 + utterance.tokens[end][0].isupper() if kinds[end] is WORD else 0
        shared[end] = found
    return found


def anchor_indicators(slot: Slot, utterance: Utterance, start: int, end: int) -> list[int]:
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
