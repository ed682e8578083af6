"""Specs: what is accepted, and errors that name file, line, column and the fix."""

from pathlib import Path

import pytest

from factory.schema import spec_schema
from factory.spec import load_spec, parse_spec
from factory.spec_file import SpecError

GOOD = """\
kind: document
name: bill
fields:
  number: {type: identifier, labels: ["No"], required: true}
  seller: {type: party}
  total: {type: money}
vendor_field: seller
checks:
  - {name: positive, expression: "total >= 0"}
"""

MISTAKES = [
    ("fields:\n  number: {type: identifer}\n", ":2:12: fields.number.type: Input should be"),
    ("fields:\n  number: {type: identifier, lables: [x]}\n", "unknown key 'lables'; did you mean 'labels'?"),
    ("fields:\n  Number: {type: identifier}\n", "'Number' is no name: use lower-case letters"),
    ("name: a\n", ":1:1: fields: `fields` is missing; add it"),
    ("feilds: {}\nfields:\n  a: {type: date}\n", ":1:1: feilds: unknown key 'feilds'; did you mean 'fields'?"),
    ("fields:\n  a: {type: date}\nvendor_field: b\n", "`vendor_field` names 'b', which is not a field"),
    ("fields:\n  total: {type: money}\nvendor_field: totl\n", "did you mean 'total'?"),
    ("fields:\n  a: {type: enum}\n", "`values` lists the allowed values of an `enum` field"),
    ("fields:\n  a: {type: date, labels: [No]}\n", ":2:28: fields.a.labels.0: text is wanted here; put it in quotes"),
    ("kind: novel\n", ":1:1: unknown kind 'novel'; known: document"),
    ("- a\n- b\n", ":1:1: a spec is a mapping"),
    ("fields: [\n", "not valid YAML"),
]


def test_good_spec() -> None:
    spec = parse_spec(GOOD)
    assert spec.name == "bill"
    assert list(spec.fields) == ["number", "seller", "total"]
    assert spec.fields["number"].required
    assert spec.accuracy.target_precision == 0.98


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_name_place_and_fix(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "my.yaml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("my.yaml")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec("fields:\n  a: {type: nope}\n  b: {type: nope}\nunknown: 1\n", "my.yaml")
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "3", "4"]


def test_name_is_the_folders(tmp_path: Path) -> None:
    folder = tmp_path / "My-Spec"
    folder.mkdir()
    (folder / "spec.yaml").write_text("fields:\n  a: {type: date}\n", encoding="utf-8")
    assert load_spec(folder).name == "my_spec"


def test_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="factory new"):
        load_spec(tmp_path / "nothing")


def test_schema_knows_the_keys() -> None:
    schema = spec_schema("document")
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert {"fields", "line_items", "checks", "fallback", "accuracy"} <= properties.keys()
