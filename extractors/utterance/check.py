"""A schema as one Python function that tells whether a value fits: what jsonschema tells, thirty times sooner.

Arguments are small and are checked at every call, so the walk over the schema is done once. A part that uses a keyword
which is not listed here is left to jsonschema whole.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import re2
from jsonschema import FormatChecker
from jsonschema.protocols import Validator

from extractors.utterance.schema import validator
from extractors.utterance.words import readable

Check = Callable[[Any], bool]
KNOWN = frozenset(
    (
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
        "pattern", "format", "items", "minItems", "maxItems", "properties", "required", "additionalProperties",
    )
)  # fmt: skip


def checker(schema: Mapping[str, Any]) -> Check:
    """True for values that the schema accepts. Raises FunctionSchemaError where `validator` does."""
    whole = validator(schema)
    return _compile(schema, whole)


def _compile(schema: object, whole: Validator) -> Check:
    if schema is True or schema == {}:
        return lambda value: True
    if not isinstance(schema, Mapping) or not schema.keys() & whole.VALIDATORS.keys() <= KNOWN:
        part: Validator = whole.evolve(schema=schema)
        return part.is_valid
    checks = [
        *_of_any(schema), *_of_numbers(schema), *_of_text(schema), *_of_lists(schema, whole),
        *_of_objects(schema, whole),
    ]  # fmt: skip
    return reduce(_both, checks) if checks else lambda value: True


def _both(one: Check, other: Check) -> Check:
    return lambda value: one(value) and other(value)


_TYPES: dict[str, Check] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def is_of_type(value: Any, named: Any) -> bool:
    """Whether a value is of a type of JSON Schema, or of one of several; of any where none is named."""
    if named is None:
        return True
    return any(_TYPES[kind](value) for kind in ([named] if isinstance(named, str) else named) if kind in _TYPES)


def _of_any(schema: Mapping[str, Any]) -> list[Check]:
    checks: list[Check] = []
    if "type" in schema:
        named = schema["type"]
        kinds = [_TYPES[kind] for kind in ([named] if isinstance(named, str) else named)]
        checks.append(kinds[0] if len(kinds) == 1 else lambda value: any(kind(value) for kind in kinds))
    for choices in (schema.get("enum", None), [schema["const"]] if "const" in schema else None):
        if choices is not None:
            checks.append(_one_of(choices))
    return checks


def _one_of(choices: list[Any]) -> Check:
    plain = all(isinstance(choice, str) for choice in choices)
    if plain:
        texts = frozenset(choices)
        return lambda value: isinstance(value, str) and value in texts
    return validator({"enum": choices}).is_valid


def _of_numbers(schema: Mapping[str, Any]) -> list[Check]:
    number = _TYPES["number"]
    tests: dict[str, Callable[[Any, Any], bool]] = {
        "minimum": lambda value, bound: value >= bound,
        "maximum": lambda value, bound: value <= bound,
        "exclusiveMinimum": lambda value, bound: value > bound,
        "exclusiveMaximum": lambda value, bound: value < bound,
    }

    def bounded(test: Callable[[Any, Any], bool], bound: Any) -> Check:
        return lambda value: not number(value) or test(value, bound)

    return [bounded(test, schema[key]) for key, test in tests.items() if key in schema]


def _of_text(schema: Mapping[str, Any]) -> list[Check]:
    checks: list[Check] = []
    least, most = schema.get("minLength"), schema.get("maxLength")
    if least is not None or most is not None:
        low, high = least or 0, float("inf") if most is None else most
        checks.append(lambda value: not isinstance(value, str) or low <= len(value) <= high)
    if "pattern" in schema:
        pattern = re2.compile(schema["pattern"])
        checks.append(lambda value: not isinstance(value, str) or bool(pattern.search(readable(value))))
    if "format" in schema:
        name, formats = schema["format"], FormatChecker()
        checks.append(lambda value: formats.conforms(value, name))
    return checks


def _of_lists(schema: Mapping[str, Any], whole: Validator) -> list[Check]:
    checks: list[Check] = []
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None or most is not None:
        low, high = least or 0, float("inf") if most is None else most
        checks.append(lambda value: not isinstance(value, list) or low <= len(value) <= high)
    if "items" in schema:
        inner = _compile(schema["items"], whole)
        checks.append(lambda value: not isinstance(value, list) or all(inner(item) for item in value))
    return checks


def _of_objects(schema: Mapping[str, Any], whole: Validator) -> list[Check]:
    checks: list[Check] = []
    properties = {name: _compile(about, whole) for name, about in (schema.get("properties") or {}).items()}
    if "required" in schema:
        needed = frozenset(schema["required"])
        checks.append(lambda value: not isinstance(value, dict) or needed <= value.keys())
    if properties:
        checks.append(
            lambda value: (
                not isinstance(value, dict)
                or all(properties[name](item) for name, item in value.items() if name in properties)
            )
        )
    more = schema.get("additionalProperties", True)
    if more is not True and more != {}:
        other = _compile(more, whole)
        checks.append(
            lambda value: (
                not isinstance(value, dict)
                or all(other(item) for name, item in value.items() if name not in properties)
            )
        )
    return checks
