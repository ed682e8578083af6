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
from extractors.utterance.text import Span, Utterance
from extractors.utterance.words import listed
from factory.functions.literals import literal_spans
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
_DATE_FORMS = {
    "yyyy-mm-dd": "Y-m-d", "mm/dd/yyyy": "m/d/Y", "dd/mm/yyyy": "d/m/Y", "yyyy/mm/dd": "Y/m/d", "dd-mm-yyyy": "d-m-Y",
    "mm-dd-yyyy": "m-d-Y", "dd.mm.yyyy": "d.m.Y",
}  # fmt: skip
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

    def named(utterance: Utterance, value: Any) -> bool:
        """Whether the schema's own proposers find the value, by a cue or a synonym."""
        found = (span for one in _by_schema(parameter, part.synonyms, ()) for span in one.bind()(utterance))
        return slot.type in ("enum", "boolean") and any(span.value == value for span in found)

    for example in part.examples:
        value = value_at(example.arguments, slot.path)
        if value is None:
            continue
        utterance = Utterance.of(example.utterance)
        spans = literal_spans(utterance, value)
        if not spans:
            if value not in implied and value != parameter.schema.get("default") and not named(utterance, value):
                implied.append(value)
            continue
        start, end, form = spans[0]
        forms.append(form)
        anchors.append(_anchor(utterance, start, end, _taken(example, slot.path, utterance)))
    proposals = list(_by_schema(parameter, part.synonyms, forms))
    unique = tuple(dict.fromkeys(anchors))
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


def _by_schema(parameter: Parameter, synonyms: Mapping[str, Sequence[str]], forms: Sequence[str]) -> list[Proposal]:
    slot, schema = parameter.slot, parameter.schema
    description = str(schema.get("description", ""))
    if slot.type == "enum":
        values = tuple(value for value in schema["enum"] if value is not None)
        named = {str(value): tuple(synonyms[str(value)]) for value in values if str(value) in synonyms}
        return [Proposal("enums", (values, named) if named else (values,))]
    if slot.type == "integer":
        return [Proposal("integers")]
    if slot.type == "number":
        return [Proposal("floats")]
    if slot.type == "boolean":
        return [Proposal("booleans", (cues(slot.path[-1]),))]
    if slot.type == "list":
        return _list_proposals(schema, description)
    return _text_proposals(slot, schema, description, forms)


def _list_proposals(schema: Mapping[str, Any], description: str) -> list[Proposal]:
    items = schema.get("items")
    items = items if isinstance(items, Mapping) else {}
    kind = items.get("type", "string")
    if kind in ("array", "object"):
        return []
    return [Proposal("lists", ({"integer": "integer", "number": "float"}.get(str(kind), "text"),))]


def _text_proposals(slot: Slot, schema: Mapping[str, Any], description: str, forms: Sequence[str]) -> list[Proposal]:
    proposals: list[Proposal] = []
    choices = tuple(dict.fromkeys((*_QUOTED.findall(description), *listed_values(description))))
    if isinstance(schema.get("default"), str):
        choices = tuple(dict.fromkeys((*choices, schema["default"])))
    if choices:
        proposals.append(Proposal("enums", (choices,)))
    if slot.role in ("date", "time", "start", "end") or slot.type == "date":
        form = next((form for text, form in _DATE_FORMS.items() if text in description.lower()), "")
        form = next((one.removeprefix("date ") for one in forms if one.startswith("date ")), form)
        if slot.type == "date":
            form = form or "Y-m-d"
        proposals.append(Proposal("dates", (form,) if form else ()))
        proposals.append(Proposal("times"))
    if slot.type != "date":
        proposals.append(Proposal("texts"))
    return proposals


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
    words = [word for word in name.replace("-", "_").lower().split("_") if word]
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
