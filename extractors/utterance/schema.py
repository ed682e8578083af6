"""JSON Schema as it is applied to arguments: draft 2020-12, patterns on RE2, nothing fetched."""

from collections.abc import Iterator, Mapping
from typing import Any

import re2
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from extractors.utterance.words import readable


class FunctionSchemaError(ValueError):
    """A schema that cannot be applied; the message names the place and the fault."""


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    del validator, schema
    if isinstance(instance, str) and not re2.search(pattern, readable(instance)):
        yield ValidationError("does not match the pattern")


# The library's own `pattern` runs on `re`, whose worst case is exponential.
_Validator = extend(  # type: ignore[no-untyped-call]  # the stubs leave it untyped
    Draft202012Validator, {"pattern": _pattern}
)


def validator(schema: Mapping[str, Any]) -> Validator:
    """A validator of arguments. Raises FunctionSchemaError for a schema that is none, and for references and patterns
    that cannot be followed here."""
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        place = ".".join(str(part) for part in error.absolute_path)
        raise FunctionSchemaError(f"{place or 'parameters'}: {error.message[:200]}") from None
    for part in _parts(schema):
        for key in ("$ref", "$dynamicRef", "patternProperties"):
            if key in part:
                raise FunctionSchemaError(f"`{key}` is not supported; write the schema out")
        if isinstance(part.get("pattern"), str):
            try:
                re2.compile(part["pattern"])
            except re2.error:
                raise FunctionSchemaError("`pattern`: RE2 has no look-around and no back references") from None
    made: Validator = _Validator(dict(schema), format_checker=FormatChecker())
    return made


def _parts(schema: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, Mapping):
        yield schema
        for value in schema.values():
            yield from _parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _parts(value)
