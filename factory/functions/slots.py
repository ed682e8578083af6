"""From a function's JSON Schema to slots: one a parameter, with its type, its role and the words that name it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

import extractors.utterance
from extractors.utterance.features import Slot
from extractors.utterance.phrases import STOPS
from extractors.utterance.route import Profile
from extractors.utterance.units import units_in
from extractors.utterance.words import listed, shape, stem, stems
from factory.functions.roles import role_of
from factory.functions.spec import FunctionPart

_IDENTIFIER = re2.compile(r"[^a-z0-9]+")
_EXAMPLES = re2.compile(r"(?i)(?:e\.g\.?,?|for example,?|such as|like|format:?)\s*:?\s*['\"‘“(]?([^'\"’”)]{1,40})")
_STEMMED_STOPS = frozenset(stem(word) for word in STOPS)
TAKEN = frozenset(extractors.utterance.__all__) | frozenset(
    listed(
        "contains find find_all matches list str int float bool dict tuple set min max sum len any all abs round "
        "sorted range next iter map filter zip reversed divmod ord chr enumerate utterance span"
    )
)
"""Names that generated functions call, or that mean something else to a reader."""


@dataclass(frozen=True)
class Parameter:
    """A slot with the part of the schema it stands for."""

    slot: Slot
    schema: Mapping[str, Any]


def parameters_of(part: FunctionPart, prefix: str = "") -> list[Parameter]:
    """All parameters that a value can be proposed for: those of nested objects by their own paths."""
    leaves = list(_leaves(part.function.parameters, (), True))
    types = [_type(schema) for _, schema, _ in leaves]
    about = f"{part.function.name} {part.function.description}"
    function_words = frozenset(_content(about))
    units = [units_of(path, str(schema.get("description", ""))) for path, schema, _ in leaves]
    own = [frozenset(stems(" ".join(path))) - _STEMMED_STOPS for path, _, _ in leaves]
    taken: set[str] = set()
    made = []
    for place, (path, schema, required) in enumerate(leaves):
        described = frozenset(_content(str(schema.get("description", "")))) - own[place]
        others = frozenset().union(*(words for at, words in enumerate(own) if at != place))
        peers = [at for at, kind in enumerate(types) if kind == types[place] and leaves[at][2]]
        slot = Slot(
            path=path,
            function=_function_name(path, prefix, taken),
            type=types[place],
            role=role_of(path, str(schema.get("description", "")), types[place]),
            required=required,
            rank=sum(1 for at in range(place) if types[at] == types[place]),
            peers=len(peers),
            words=_words(own[place], described, others),
            function_words=function_words,
            units=units[place],
            other_units=tuple(dict.fromkeys(unit for at, list_ in enumerate(units) if at != place for unit in list_)),
            spelled=frozenset(shape(text.strip()) for text in _EXAMPLES.findall(str(schema.get("description", "")))),
        )
        made.append(Parameter(slot, schema))
    return made


def units_of(path: tuple[str, ...], description: str) -> tuple[str, ...]:
    """The units that a parameter is wanted in: those of its description, else of its name."""
    return units_in(description) or units_in(path[-1].replace("_", " "))


def profile_of(part: FunctionPart) -> Profile:
    """What the router knows of the function."""
    properties = [(path, schema) for path, schema, _ in _leaves(part.function.parameters, (), True)]
    about = " ".join(f"{' '.join(path)} {schema.get('description', '')}" for path, schema in properties)
    values = " ".join(str(value) for _, schema in properties for value in schema.get("enum") or ())
    return Profile(
        _once(word for word in stems(part.function.name) if word not in _STEMMED_STOPS),
        _once(_content(part.function.description)),
        _once(_content(f"{about} {values}")),
        tuple(_once(_content(example.utterance)) for example in part.examples[:20]),
    )


def _leaves(
    schema: Mapping[str, Any], path: tuple[str, ...], required: bool
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any], bool]]:
    needed = schema.get("required") or ()
    for name, about in (schema.get("properties") or {}).items():
        if not isinstance(about, Mapping):
            continue
        inner = required and name in needed
        if _json_type(about) == "object" and about.get("properties"):
            yield from _leaves(about, (*path, name), inner)
        else:
            yield (*path, name), about, inner


def _type(schema: Mapping[str, Any]) -> str:
    kind = _json_type(schema)
    if schema.get("enum") and kind not in ("array", "object"):
        return "enum"
    if kind == "string" and schema.get("format") in ("date", "date-time"):
        return "date"
    return {"integer": "integer", "number": "number", "array": "list", "boolean": "boolean"}.get(kind, "text")


def _json_type(schema: Mapping[str, Any]) -> str:
    """The first type that is not null."""
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        return next((str(one) for one in kind if one != "null"), "string")
    return str(kind)


def _words(own: frozenset[str], described: frozenset[str], others: frozenset[str]) -> dict[str, str]:
    words = dict.fromkeys(sorted(others), "other")
    words |= dict.fromkeys(sorted(described - others), "described")
    words |= {word: "both" if word in others else "name" for word in sorted(own)}
    return words


def _content(text: str) -> list[str]:
    return [word for word in stems(text) if word not in _STEMMED_STOPS and len(word) > 1]


def _once(words: "Iterator[str] | Sequence[str]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _function_name(path: tuple[str, ...], prefix: str, taken: set[str]) -> str:
    """A Python name that no other parameter of the module has."""
    base = _IDENTIFIER.sub("_", "_".join((*((prefix,) if prefix else ()), *path)).lower()).strip("_") or "value"
    if base in TAKEN or base[0].isdigit() or _is_keyword(base):
        base = f"{base}_value" if not base[0].isdigit() else f"value_{base}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def _is_keyword(name: str) -> bool:
    import keyword

    return keyword.iskeyword(name) or keyword.issoftkeyword(name)
