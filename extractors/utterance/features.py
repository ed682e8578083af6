"""What a span and its surroundings say about a parameter, as sparse indicators.

Every indicator is a number; `NAMES` tells what it stands for. None depends on a domain's words: own, other and plain
words are told apart by the parameter's own schema, so weights learned on some functions serve all others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.utterance.anchors import Anchor, masked, matched_left, matched_right
from extractors.utterance.phrases import BREAKS, EDGES
from extractors.utterance.text import MARK, WORD, Span, Utterance
from extractors.utterance.words import listed, stem

CLASSES = ("edge", "name", "described", "other", "both", "mark", "small", "plain")
LEFT, RIGHT = 5, 3
PASSED = frozenset("\"'“‘$€£`")
"""Marks that belong to the value, not to what stands before it."""
PREPOSITIONS = listed(
    "in on at from to for by with of between and as is are was = : than per about over under near named "
    "called titled starting until since during into within via using against like through around after "
    "before or have has , ( # ^ the a an equals having"
)
ROLES = (
    "place", "date", "time", "person", "start", "end", "amount", "unit", "kind", "title", "query", "format", "language",
    "count", "rate", "percent", "number", "other",
)  # fmt: skip
FORMS = (
    "digits", "grouped", "scaled", "ordinal", "money", "share", "percent", "words", "measured", "numeric", "written",
    "relative", "clock", "typed", "quoted", "code", "name", "phrase", "anchored", "bracketed", "joined", "named",
    "synonym", "alike", "cue", "implied", "single", "year", "other",
)  # fmt: skip
SIZES = 6
YEARS = 1800, 2100
"""Numbers that are read as years where they are printed in digits alone."""
TYPES = ("text", "integer", "number", "list", "enum", "boolean", "date")


def _names() -> Iterator[str]:
    yield from (f"{side} {at}: {what}" for side, most in (("left", LEFT), ("right", RIGHT))
                for at in range(1, most + 1) for what in CLASSES)  # fmt: skip
    yield from (f"after {word!r} for a {role}" for word in (*PREPOSITIONS, "other word") for role in ROLES)
    yield from (f"form {form} for a {role}" for form in FORMS for role in ROLES)
    yield from (f"form {form} for type {kind}" for form in FORMS for kind in TYPES)
    yield from (f"{form} of {size} tokens" for form in FORMS for size in range(SIZES))
    yield from (f"words of the function: {what}" for what in ("none", "some", "all"))
    yield from (f"words of the parameter: {what}" for what in ("none", "some", "all"))
    yield from (f"order {gap} of {'as many' if same else 'other'}" for same in (0, 1) for gap in range(-2, 3))
    yield from (f"begins {where}" for where in ("first", "second", "later"))
    yield from (f"ends {where}" for where in ("last", "mark", "small word", "word"))
    yield from (f"goes on {where}" for where in ("left", "right", "left upper", "right upper"))
    yield from (f"anchor left {count}" for count in range(5))
    yield from (f"anchor right {count}" for count in range(4))
    yield from ("anchor whole", "anchor broken", "spelled as in the description")
    yield from ("form of no example", "form of an example")
    yield from ("none where examples have none", "none where examples have one")
    yield from (f"none for {need} {kind} with {count} own words"
                for need in ("required", "optional") for kind in TYPES for count in range(3))  # fmt: skip


NAMES: tuple[str, ...] = tuple(_names())
NUMBER_OF: dict[str, int] = {name: number for number, name in enumerate(NAMES)}
_CLASS = {name: number for number, name in enumerate(CLASSES)}
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
_ANCHOR_LEFT = NUMBER_OF["anchor left 0"]
_ANCHOR_RIGHT = NUMBER_OF["anchor right 0"]
_ANCHOR_WHOLE = NUMBER_OF["anchor whole"]
_ANCHOR_BROKEN = NUMBER_OF["anchor broken"]
_SPELLED = NUMBER_OF["spelled as in the description"]
_FORM_SHOWN = NUMBER_OF["form of no example"]
_NONE_SHOWN = NUMBER_OF["none where examples have none"]
_NONE = NUMBER_OF["none for required text with 0 own words"]


@dataclass(frozen=True)
class Slot:
    """What is known of one parameter when it is compiled."""

    path: tuple[str, ...]
    """Keys from the arguments down to it."""
    function: str
    """Name of the generated function that proposes for it."""
    type: str
    """One of TYPES."""
    role: str
    required: bool
    rank: int
    """Place among the parameters of its type."""
    peers: int
    """Number of required parameters of its type."""
    words: dict[str, str]
    """Stem to class: `name`, `described`, `other` (a name of another parameter), `both`."""
    function_words: frozenset[str]
    spelled: frozenset[str] = frozenset()
    """Shapes of the examples that its description gives."""
    anchors: tuple[Anchor, ...] = ()
    forms: tuple[str, ...] = ()
    """How examples print a number: "share", "words"."""
    shown: bool | None = None
    """Whether examples have it; None where there are no examples."""


def describe(slot: Slot, utterance: Utterance, spans: Sequence[Span]) -> list[list[int]]:
    """For each span the numbers of its indicators."""
    classes = _classes(slot, utterance)
    places = {place: order for order, place in enumerate(sorted({span.start for span in spans}))}
    same = len(places) == slot.peers
    return [_describe(slot, utterance, span, classes, places[span.start] - slot.rank, same) for span in spans]


def describe_none(slot: Slot, utterance: Utterance) -> list[int]:
    """The indicators of the answer that the utterance does not give the parameter."""
    words = slot.words
    own = sum(1 for word in set(_stems(utterance)) if words.get(word) == "name")
    found = [_NONE + (len(TYPES) * (not slot.required) + _TYPE[slot.type]) * 3 + min(own, 2)]
    if slot.shown is not None:
        found.append(_NONE_SHOWN + slot.shown)
    return found


def _stems(utterance: Utterance) -> list[str]:
    found = utterance.found.get("stems")
    if found is None:
        found = utterance.found["stems"] = [stem(low) for low in utterance.lowers]
    stems_: list[str] = found
    return stems_


def _classes(slot: Slot, utterance: Utterance) -> list[int]:
    """For each token its class, as a number."""
    words, kinds = slot.words, utterance.kinds
    plain, small, mark = _CLASS["plain"], _CLASS["small"], _CLASS["mark"]
    found = []
    for place, word in enumerate(_stems(utterance)):
        known = words.get(word)
        if known is not None:
            found.append(_CLASS[known])
        elif kinds[place] is MARK:
            found.append(mark)
        else:
            found.append(small if utterance.lowers[place] in BREAKS else plain)
    return found


def _describe(slot: Slot, utterance: Utterance, span: Span, classes: Sequence[int], gap: int, same: bool) -> list[int]:
    _, _, start, end, form = span
    role = _ROLE[slot.role]
    form_number = _FORM.get(form.partition(" ")[0], len(FORMS) - 1)
    if form == "digits" and slot.type in ("integer", "number") and YEARS[0] <= span.value <= YEARS[1]:
        form_number = _FORM["year"]
    found = [
        _FORM_ROLE + form_number * len(ROLES) + role,
        _FORM_TYPE + form_number * len(TYPES) + _TYPE[slot.type],
        _SIZE + form_number * SIZES + min(end - start, SIZES - 1),
    ]
    if end == 0:
        return found
    found += _surroundings(utterance, start, end, classes, role)
    found += _inside(slot, utterance, start, end, classes)
    if slot.type in ("integer", "number"):
        if slot.forms:
            found.append(_FORM_SHOWN + (form in slot.forms))
        found.append(_ORDER + 5 * same + max(-2, min(2, gap)) + 2)
    if slot.anchors:
        found += _anchors(slot, utterance, start, end)
    return found


def _surroundings(utterance: Utterance, start: int, end: int, classes: Sequence[int], role: int) -> list[int]:
    shared = utterance.found.setdefault("around", {})
    if (start, end) not in shared:
        shared[start, end] = _around(utterance, start, end)
    place, preposition, same = shared[start, end]
    found = [*same, _AFTER + preposition * len(ROLES) + role]
    width, base = len(CLASSES), _LEFT
    for at in range(place, max(-1, place - LEFT), -1):
        found.append(base + classes[at])
        base += width
    if place + 1 < LEFT:
        found.append(_LEFT + (place + 1) * width)
    count, base = len(classes), _RIGHT
    for at in range(end, end + RIGHT):
        if at >= count:
            found.append(base)
            break
        found.append(base + classes[at])
        base += width
    return found


def _around(utterance: Utterance, start: int, end: int) -> tuple[int, int, list[int]]:
    """What is the same for all parameters: the token before article and mark, its number, and the edges."""
    lowers, kinds, tokens = utterance.lowers, utterance.kinds, utterance.tokens
    place = start - 1
    while place >= 0 and (lowers[place] in EDGES or lowers[place] in PASSED):
        place -= 1
    preposition = _PREPOSITION.get(lowers[place] if place >= 0 else "^", len(PREPOSITIONS))
    found = [_BEGINS + min(start, 2)]
    if end >= len(lowers):
        found.append(_ENDS)
    else:
        found.append(_ENDS + (1 if kinds[end] is MARK else 2 if lowers[end] in BREAKS else 3))
        if kinds[end] is WORD and lowers[end] not in BREAKS:
            found.append(_GOES_ON + 1 + 2 * tokens[end][0].isupper())
    if start > 0 and kinds[start - 1] is WORD and lowers[start - 1] not in BREAKS:
        found.append(_GOES_ON + 2 * tokens[start - 1][0].isupper())
    return place, preposition, found


def _inside(slot: Slot, utterance: Utterance, start: int, end: int, classes: Sequence[int]) -> list[int]:
    stems_ = _stems(utterance)
    size = end - start
    function = sum(1 for place in range(start, end) if stems_[place] in slot.function_words)
    own = sum(1 for place in range(start, end) if classes[place] in (1, 4))
    found = [
        _FUNCTION_WORDS + (0 if not function else 1 if function < size else 2),
        _OWN_WORDS + (0 if not own else 1 if own < size else 2),
    ]
    if slot.spelled and shape(utterance.text_of(start, end)) in slot.spelled:
        found.append(_SPELLED)
    return found


def _anchors(slot: Slot, utterance: Utterance, start: int, end: int) -> list[int]:
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


def shape(text: str) -> str:
    """Runs of capitals, small letters and digits, each as one sign: `San Jose` is `Aa Aa`, `C4` is `A0`."""
    found = ""
    for char in text[:40]:
        sign = "A" if char.isupper() else "a" if char.isalpha() else "0" if char.isdecimal() else char
        if not found.endswith(sign):
            found += sign
    return found
