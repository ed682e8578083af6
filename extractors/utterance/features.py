"""What a span and its surroundings say about a parameter, as sparse indicators.

Every indicator is a number; `NAMES` tells what it stands for. None depends on a domain's words: own, other and plain
words are told apart by the parameter's own schema, so weights learned on some functions serve all others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from extractors.utterance.anchors import Anchor
from extractors.utterance.words import listed

CLASSES = ("edge", "name", "described", "other", "both", "mark", "small", "plain", "function")
CLASS = {name: number for number, name in enumerate(CLASSES)}
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
    "synonym", "alike", "cue", "implied", "single", "extended", "interval", "chosen", "converted", "frequency", "coded",
    "unit", "address", "path", "year", "other",
)  # fmt: skip
SIZES = 6
RUNS = "quoted", "name", "phrase"
BEFORE_NUMBERS = "digits", "words"
PARTS = "whole", "head", "tail", "inner"
UNITS = "own", "other", "foreign", "none"
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
    yield from (f"{part} of a {run} run for a {role}" for run in RUNS for part in PARTS for role in ROLES)
    yield from (f"{part} of a {run} run" for run in RUNS for part in PARTS)
    yield from (f"after {word!r}" for word in (*PREPOSITIONS, "other word"))
    yield from (f"number in {form} before {what}" for form in BEFORE_NUMBERS for what in CLASSES)
    yield from (f"common words: {what}" for what in ("none", "some", "all"))
    yield from (f"unit {unit} where {wanted} wanted" for wanted in ("one is", "none is") for unit in UNITS)
    yield from (f"anchor left {count}" for count in range(5))
    yield from (f"anchor right {count}" for count in range(4))
    yield from ("anchor whole", "anchor broken", "spelled as in the description")
    yield from ("form of no example", "form of an example")
    yield from ("none where examples have none", "none where examples have one")
    yield from (f"none for {need} {kind} with {count} own words"
                for need in ("required", "optional") for kind in TYPES for count in range(3))  # fmt: skip


NAMES: tuple[str, ...] = tuple(_names())
NUMBER_OF: dict[str, int] = {name: number for number, name in enumerate(NAMES)}


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
    units: tuple[str, ...] = ()
    """Units that it is wanted in."""
    other_units: tuple[str, ...] = ()
    """Units that other parameters are wanted in."""
    anchors: tuple[Anchor, ...] = ()
    forms: tuple[str, ...] = ()
    """How examples print a number: "share", "words"."""
    shown: bool | None = None
    """Whether examples have it; None where there are no examples."""

    @cached_property
    def name(self) -> str:
        """The path as it is told: `address.city`."""
        return ".".join(self.path)

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that are this parameter's name and no other's."""
        return frozenset(word for word, name in self.words.items() if name == "name")

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The words of this parameter's name, others' or not."""
        return frozenset(word for word, name in self.words.items() if name in ("name", "both"))

    @cached_property
    def known(self) -> dict[str, int]:
        """`words` and the function's words with the numbers of the classes."""
        function = dict.fromkeys(self.function_words, CLASS["function"])
        return function | {word: CLASS[name] for word, name in self.words.items()}
