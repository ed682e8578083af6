"""A compiled check says what jsonschema says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.utterance.check import checker
from extractors.utterance.schema import FunctionSchemaError, validator

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([0.5, 2.0, -1.0, "", "ab", "b", "7", "2030-01-31"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "minimum": st.integers(-3, 3),
    "exclusiveMaximum": st.integers(-3, 3),
    "minLength": st.integers(0, 2),
    "maxLength": st.integers(0, 2),
    "pattern": st.sampled_from(["^a", "b$", "[0-9]"]),
    "format": st.sampled_from(["date", "email", "unknown"]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
    "description": st.just("told"),
}


def _parts(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    nested = {
        "items": inner,
        "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
        "additionalProperties": inner | st.booleans(),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
    }
    return st.fixed_dictionaries({}, optional={**PARTS, **nested})


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=PARTS), _parts, max_leaves=3)


@settings(max_examples=300, deadline=None)
@given(SCHEMAS, VALUES)
def test_the_same_as_jsonschema(schema: dict[str, Any], value: Any) -> None:
    assert checker(schema)(value) == validator(schema).is_valid(value)


def test_text_that_is_no_text_is_checked() -> None:
    assert not checker({"pattern": "^a"})("\ud800")


def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(FunctionSchemaError):
        checker({"type": "whole"})
