"""The JSON Schema of specs: it takes every shipped spec, and refuses what the loaders refuse."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from factory.functions.load import parse_functions_spec
from factory.schema import KINDS, spec_schema
from factory.spec import parse_spec
from factory.spec_file import SpecError
from factory.workflow.load import parse_workflow_spec
from tests.workflow_parts import SPECS

SHIPPED = sorted(SPECS.rglob("spec.yaml"))
EVERY = Draft202012Validator(spec_schema())


def read(text: str) -> Any:
    """As an editor sees it: YAML's dates are texts."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def kind_of(data: Any) -> str:
    return str(data.get("kind", "workflow" if "logic_requirements" in data else "document"))


def load(text: str, folder: Path) -> None:
    """What the kind's own loader says."""
    kind = kind_of(yaml.safe_load(text))
    if kind in ("function", "toolset"):
        parse_functions_spec(text)
    elif kind == "workflow":
        parse_workflow_spec(text, folder=folder)
    else:
        parse_spec(text)


def test_the_schemas_are_schemas() -> None:
    for schema in (spec_schema(), *map(spec_schema, KINDS)):
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("spec", SHIPPED, ids=lambda path: path.parent.name)
def test_every_shipped_spec_is_accepted(spec: Path) -> None:
    data = read(spec.read_text(encoding="utf-8"))
    assert list(EVERY.iter_errors(data)) == []
    assert list(Draft202012Validator(spec_schema(kind_of(data))).iter_errors(data)) == []
    others = [kind for kind in KINDS if kind != kind_of(data)]
    assert not any(Draft202012Validator(spec_schema(kind)).is_valid(data) for kind in others)


MISTAKES = [
    ("prior_auth_glp1", "bmi: float", "bmi: flaot"),
    ("prior_auth_glp1", 'type: "deterministic_rule"', 'type: "deterministic"'),
    ("prior_auth_glp1", "validation:", "validaton:"),
    ("prior_auth_glp1", '"HIPAA"', '"HIPPA"'),
    ("prior_auth_glp1", 'type: "text"', 'type: "txt"'),
    ("prior_auth_glp1", "schema:", "shema:"),
    ("billing_reconciliation", "over: invoice.lines", "over: [invoice.lines]"),
    ("billing_reconciliation", "by: item", "of: item"),
    ("billing_reconciliation", "type: list,", "type: lists,"),
    ("billing_reconciliation", "sum: [amount]", "sum: amount"),
    ("refund_batch", "template: batch", "template: bach"),
    ("order_intake", "required: true", "required: perhaps"),
    ("invoice", "type: money", "type: monney"),
    ("invoice", "type: identifier", "typ: identifier"),
    ("invoice", "target_precision: 0.98", "target_precision: 98"),
    ("invoice", "languages: [en, de, fr]", "languages: en"),
    ("invoice", "invoice_number:", "Invoice Number:"),
    ("book_table", "utterance:", "uterance:"),
    ("book_table", "parameters:", "parameter:"),
]


@pytest.mark.parametrize(("name", "old", "new"), MISTAKES)
def test_planted_mistakes_are_refused_by_schema_and_loader(name: str, old: str, new: str) -> None:
    (spec,) = [path for path in SHIPPED if path.parent.name == name]
    text = spec.read_text(encoding="utf-8")
    assert old in text
    wrong = text.replace(old, new, 1)
    assert not EVERY.is_valid(read(wrong))
    with pytest.raises(SpecError):
        load(wrong, spec.parent)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("current_a1c: float", "current_a1c: Number"),
        ("current_a1c: float", "current_a1c: {type: FLOAT, description: in percent}"),
        ('"CMS_Decision_Timeframes"', '"cms-decision timeframes", "SOC 2", pci'),
        ('type: "text"', 'type: "String"'),
        ("logic: |", "missing: unmet\n    logic: |"),
    ],
)
def test_what_people_may_write_otherwise_is_accepted_by_both(old: str, new: str) -> None:
    text = (SPECS / "prior_auth_glp1" / "spec.yaml").read_text(encoding="utf-8").replace(old, new, 1)
    assert new in text
    load(text, SPECS)
    assert list(EVERY.iter_errors(read(text))) == []
