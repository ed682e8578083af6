"""Writes parameter functions from a JSON Schema and example utterances: no model, no key.

The schema decides which proposers suit a parameter. Each example adds what stands around its value; a value that the
example's utterance does not name is proposed as implied. Which span is right is left to the ranker.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import re2

import extractors.utterance
from extractors.utterance.anchors import Anchor
from extractors.utterance.features import Slot
from extractors.utterance.gazetteer import currency_names
from extractors.utterance.indicate import NUMBERS
from extractors.utterance.text import Span, Utterance
from extractors.utterance.units import DIMENSIONS
from extractors.utterance.words import listed
from factory.functions.literals import Place, literal_spans
from factory.functions.slots import Parameter, parameters_of
from factory.functions.spec import FunctionPart, UtteranceExample

_QUOTED = re2.compile(r"['\"‘“]([^'\"‘’“”]{1,40})['\"’”]")
_LISTED = re2.compile(
    r"(?i)(?:\be\.g\.?|\beg\.|\bsuch as|\bfor example|\blike|\binclud(?:e|es|ing)|\beither|\bone of|\bcan be|\boptions?"
    r"(?: are)?:?|\bvalues?(?: are)?:)[\s:,]*([^.;()\[\]]{2,160})"
)
_PARTED = re2.compile(r"(?i)\s*(?:,|/|\bor\b|\band\b)\s*")
_NO_VALUES = frozenset(listed("etc others other more the a an any all none"))
MOST_LISTED = 24
_PART = "(yyyy|mm|dd|year|month|day|%Y|%m|%d)"
_DATE_FORM = re2.compile(rf"(?i)\b{_PART}([-/. ]){_PART}([-/. ]){_PART}\b")
_DATE_PARTS = {
    "yyyy": "Y",
    "year": "Y",
    "%y": "Y",
    "mm": "m",
    "month": "m",
    "%m": "m",
    "dd": "d",
    "day": "d",
    "%d": "d",
}
_CLOSED = re2.compile(
    r"(?i)\b(?:can be|must be|may be|either|one of|choose (?:from|between)|options(?: are)?|allowed|possible values|"
    r"valid values|accepts?|values? (?:are|include))\b"
)
"""What a description says that lists all values."""
_OFTEN = "per year", "periods", "frequency", "compound", "a year"
"""Words that tell of a number of times a year."""
_CLOCK = frozenset(("hour", "minute"))
_NAME_PART = re2.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_CUE_STOPS = frozenset(listed("include is show get return has use allow enable with should display add"))
LEFT, RIGHT = 4, 2


@dataclass(frozen=True)
class Proposal:
    """A call of a proposer: its name and its arguments after the utterance."""

    name: str
    arguments: tuple[Any, ...] = ()

    @property
    def source(self) -> str:
        """As text."""
        return f"{self.name}({', '.join(('utterance', *(repr(argument) for argument in self.arguments)))})"

    def bind(self) -> Callable[[Utterance], list[Span]]:
        """As a function."""
        function = getattr(extractors.utterance, self.name)
        return lambda utterance: list(function(utterance, *self.arguments))


@dataclass(frozen=True)
class Planned:
    """A slot, with the anchors that examples gave it, and the proposers that suit it."""

    slot: Slot
    proposals: tuple[Proposal, ...]
    description: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)
    """The parameter's part of the function's schema."""

    def bind(self) -> Callable[[Utterance], list[Span]]:
        """All proposers as one function."""
        functions = [proposal.bind() for proposal in self.proposals]
        return lambda utterance: [span for function in functions for span in function(utterance)]


def plan_parameters(part: FunctionPart, prefix: str = "") -> list[Planned]:
    """A plan for every parameter of a function, from its schema and its examples."""
    return [_plan(parameter, part) for parameter in parameters_of(part, prefix)]


def write_parameter(planned: Planned, description: str) -> str:
    """The function's source text."""
    calls = [proposal.source for proposal in planned.proposals]
    name = planned.slot.function
    text = description or planned.slot.path[-1].replace("_", " ").capitalize()
    lines = [f"def {name}(utterance: Utterance) -> list[Span]:", f'    """{plain_text(text)}."""']
    if len(calls) == 1:
        lines.append(f"    return {calls[0]}")
    elif not calls:
        lines += ["    del utterance", "    return []"]
    else:
        lines += ["    return [", *(f"        *{call}," for call in calls), "    ]"]
    return "\n".join(lines) + "\n"


def _plan(parameter: Parameter, part: FunctionPart) -> Planned:
    slot = parameter.slot
    anchors: list[Anchor] = []
    implied: list[Any] = []
    forms: list[str] = []

    for example in part.examples:
        value = value_at(example.arguments, slot.path)
        if value is None:
            continue
        utterance = Utterance.of(example.utterance)
        place = _place(parameter, part, utterance, value)
        if place is not None:
            start, end, form = place
            forms.append(form)
            anchors.append(_anchor(utterance, start, end, _taken(example, slot.path, utterance)))
        elif value not in implied and _is_implied(parameter, part, utterance, value):
            implied.append(value)
    proposals = list(_by_schema(parameter, part.synonyms, forms))
    unique = tuple(dict.fromkeys(anchors))
    if implied and not unique and slot.type == "text":
        # No words of an example led to its value: other words are no better, a value that the schema names is.
        proposals = [one for one in proposals if one.name == "enums"]
    if unique and slot.type in ("text", "date"):
        proposals.insert(0, Proposal("anchored", (unique,)))
    proposals += [Proposal("implied", (value,)) for value in implied]
    given = [value_at(example.arguments, slot.path) is not None for example in part.examples]
    shown = any(given) if given else None
    return Planned(
        replace(slot, anchors=unique, shown=shown, forms=tuple(dict.fromkeys(forms))),
        tuple(proposals),
        str(parameter.schema.get("description", "")),
        parameter.schema,
    )


def _place(parameter: Parameter, part: FunctionPart, utterance: Utterance, value: Any) -> Place | None:
    """Where the utterance prints the value, a number in another unit, too; None where it does not."""
    places = literal_spans(utterance, value)
    if not places and parameter.slot.type in NUMBERS:
        places = _told(parameter, part, utterance, value)
    return places[0] if places else None


def _told(parameter: Parameter, part: FunctionPart, utterance: Utterance, value: Any) -> list[Place]:
    """Where the schema's own proposers find the value: by a cue or a synonym, or in another unit."""
    found = (span for one in _by_schema(parameter, part.synonyms, ()) for span in one.bind()(utterance))
    return [(one.start, one.end, one.form) for one in found if one.value == value]


def _is_implied(parameter: Parameter, part: FunctionPart, utterance: Utterance, value: Any) -> bool:
    """Whether a value that is not printed is what every utterance means, as far as one can tell.

    No example's date or time of day is meant by another utterance.
    """
    kind, schema = parameter.slot.type, parameter.schema
    if kind == "date" or schema.get("format") == "time" or value == schema.get("default"):
        return False
    return kind not in ("enum", "boolean") or not _told(parameter, part, utterance, value)


def _by_schema(parameter: Parameter, synonyms: Mapping[str, Sequence[str]], forms: Sequence[str]) -> list[Proposal]:
    slot, schema = parameter.slot, parameter.schema
    description = str(schema.get("description", ""))
    if slot.type == "enum":
        values = tuple(value for value in schema["enum"] if value is not None)
        money = currency_names(values)
        named = money | _synonyms_of(values, synonyms)
        proposals = [Proposal("enums", (values, named) if named else (values,))]
        return [*proposals, Proposal("currencies", (True,))] if money else proposals
    if slot.type in ("integer", "number"):
        return _number_proposals(slot, description)
    if slot.type == "boolean":
        return [Proposal("booleans", (cues(slot.path[-1]),))]
    if slot.type == "list":
        return _list_proposals(schema, description, synonyms)
    return _text_proposals(slot, schema, description, forms)


def _synonyms_of(values: Sequence[Any], synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The spec's synonyms for these values, which may be numbers."""
    return {str(value): tuple(synonyms[str(value)]) for value in values if str(value) in synonyms}


def _number_proposals(slot: Slot, description: str) -> list[Proposal]:
    whole = slot.type == "integer"
    proposals = [Proposal("integers" if whole else "floats")]
    proposals += [Proposal("measures", (unit, whole)) for unit in slot.units if unit in DIMENSIONS]
    told = f"{' '.join(slot.path)} {description}".lower().replace("_", " ")
    if whole and any(word in told for word in _OFTEN):
        proposals.append(Proposal("frequencies"))
    if whole and slot.path[-1].lower().rstrip("s") in _CLOCK:
        proposals.append(Proposal("clocks", (slot.path[-1].lower().rstrip("s"),)))
    return proposals


def _list_proposals(
    schema: Mapping[str, Any], description: str, synonyms: Mapping[str, Sequence[str]]
) -> list[Proposal]:
    items = schema.get("items")
    items = items if isinstance(items, Mapping) else {}
    kind = items.get("type", "string")
    if items.get("enum"):
        values = tuple(value for value in items["enum"] if value is not None)
        named = _synonyms_of(values, synonyms)
        return [Proposal("chosen", (values, named) if named else (values,))]
    if kind in ("array", "object"):
        return [Proposal("literals")]
    proposals = [Proposal("lists", ({"integer": "integer", "number": "float"}.get(str(kind), "text"),))]
    choices = _choices(schema, description)
    if kind == "string" and len(choices) > 1:
        proposals.insert(0, Proposal("chosen", (choices,)))
    return proposals


def _choices(schema: Mapping[str, Any], description: str) -> tuple[str, ...]:
    """Values that the description names, and the default."""
    default = schema.get("default")
    defaults = [default] if isinstance(default, str) else default if isinstance(default, list) else []
    found = (*_QUOTED.findall(description), *listed_values(description), *defaults)
    return tuple(dict.fromkeys(value for value in found if isinstance(value, str) and value))


def _text_proposals(slot: Slot, schema: Mapping[str, Any], description: str, forms: Sequence[str]) -> list[Proposal]:
    proposals: list[Proposal] = []
    choices = _choices(schema, description)
    low = description.lower()
    if choices:
        proposals.append(Proposal("enums", (choices,)))
    if slot.role in ("date", "time", "start", "end") or slot.type == "date":
        form = next((one.removeprefix("date ") for one in forms if one.startswith("date ")), date_form(description))
        if slot.type == "date":
            form = form or "Y-m-d"
        proposals.append(Proposal("dates", (form,) if form else ()))
        proposals.append(_clock(schema, forms))
    elif schema.get("format") == "time":
        proposals.append(_clock(schema, forms))
    if "currenc" in f"{slot.path[-1].lower()} {low}":
        proposals.append(Proposal("currencies"))
    if "city" in low and "state" in low:
        proposals.append(Proposal("cities"))
    if slot.role == "unit" or "unit" in low:
        proposals.append(Proposal("units"))
    if slot.type != "date" and not (len(choices) > 1 and _CLOSED.search(description)):
        told = f"{slot.path[-1]} {description}".lower()
        form = "address" if "email" in told or "e-mail" in told else "path" if "path" in low or "url" in low else ""
        body = any(word in told for word in ("body", "subject", "content", "message"))
        proposals.append(Proposal("addresses", (form,)) if form and not body else Proposal("texts"))
    return proposals


def _clock(schema: Mapping[str, Any], forms: Sequence[str]) -> Proposal:
    """Times of day as the examples write them, else as the schema does (RFC 3339 where its format is `time`)."""
    shown = next((one.removeprefix("time ") for one in forms if one.startswith("time ")), "")
    form = shown or ("H:M:SZ" if schema.get("format") == "time" else "")
    return Proposal("times", (form,) if form not in ("", "H:M") else ())


def date_form(description: str) -> str:
    """The form of dates that a description asks for: `MM/DD/YYYY` and `month/day/year` are `m/d/Y`; "" for none."""
    match = _DATE_FORM.search(description)
    if match is None:
        return ""
    parts = [_DATE_PARTS[match[at].lower()] for at in (1, 3, 5)]
    return f"{parts[0]}{match[2]}{parts[1]}{match[4]}{parts[2]}" if sorted(parts) == ["Y", "d", "m"] else ""


def listed_values(description: str) -> tuple[str, ...]:
    """Values that a description lists as examples or as options: `e.g. oil, acrylic` gives both."""
    found: list[str] = []
    for text in _LISTED.findall(description):
        for part in _PARTED.split(text):
            value = part.strip(" '\"‘’“”`.:-").removesuffix(" etc")
            if value and len(value.split()) <= 3 and value.lower() not in _NO_VALUES and not value.isdecimal():
                found.append(value)
    return tuple(dict.fromkeys(found))[:MOST_LISTED]


def cues(name: str) -> tuple[str, ...]:
    """What announces a boolean of this name: its words together, then those that say something by themselves."""
    words = [word.lower() for word in _NAME_PART.findall(name)]
    told = [word for word in words if word not in _CUE_STOPS] or words
    return tuple(dict.fromkeys((" ".join(told), *(word for word in told if len(word) > 3))))


def value_at(arguments: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value that a path leads to; None where there is none."""
    inner: Any = arguments
    for key in path:
        if not isinstance(inner, Mapping) or key not in inner:
            return None
        inner = inner[key]
    return inner


def _taken(example: UtteranceExample, path: Sequence[str], utterance: Utterance) -> set[int]:
    """Tokens that stand for other parameters' values: they will differ next time, so no anchor holds them."""
    taken: set[int] = set()
    for other, value in flat(example.arguments):
        if other != tuple(path):
            for start, end, _ in literal_spans(utterance, value)[:1]:
                taken |= set(range(start, end))
    return taken


def flat(arguments: Mapping[str, Any], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Paths and values, those of nested objects by their own paths."""
    found: list[tuple[tuple[str, ...], Any]] = []
    for key, value in arguments.items():
        found += flat(value, (*path, key)) if isinstance(value, Mapping) and value else [((*path, key), value)]
    return found


def _anchor(utterance: Utterance, start: int, end: int, taken: set[int]) -> Anchor:
    lowers, kinds = utterance.lowers, utterance.kinds
    left: list[str] = []
    for place in range(start - 1, start - 1 - LEFT, -1):
        if place in taken:
            break
        left.insert(0, "^" if place < 0 else "#" if kinds[place] == "number" else lowers[place])
        if place < 0:
            break
    right: list[str] = []
    for place in range(end, end + RIGHT):
        if place in taken:
            break
        right.append("$" if place >= len(lowers) else "#" if kinds[place] == "number" else lowers[place])
        if place >= len(lowers):
            break
    return tuple(left), tuple(right)


def plain_text(text: str) -> str:
    """Text that cannot end a docstring or start an escape."""
    safe = "".join(char if char.isprintable() and char.isascii() else " " for char in text)
    return " ".join(safe.replace("\\", "/").replace('"', "'").split())[:90].rstrip(". ") or "A parameter"
