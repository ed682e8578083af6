"""What a `call` step may say."""

import pytest

from factory.spec_file import SpecError
from factory.workflow.load import parse_workflow_spec

SPEC = """
metadata: {name: "Calls"}
inputs:
  - {name: chart, type: text}
  - {name: cost, type: number}
  - {name: bill, type: record, fields: {total: float}}
logic_requirements:
  - {step: size, type: deterministic_rule, logic: "IF cost > 9 THEN LARGE ELSE SMALL"}
  - {step: ask, type: call, CALL}
"""


def parse(call: str) -> None:
    parse_workflow_spec(SPEC.replace("CALL", call))


@pytest.mark.parametrize(
    "call",
    [
        'module: http, service: s, operation: get, with: {path: "/a/{cost}", parameters: {b: "{bill.total}"}}',
        'module: http, service: s, operation: post, with: {path: /a, body: {lines: [{x: "{cost}"}], y: "{{}}"}}',
        'module: db, service: s, operation: execute, with: {statement: "DELETE FROM t WHERE c = :c"}',
        'module: notify, service: s, operation: send, with: {what: "Size {size}"}',
    ],
)
def test_what_is_meant_is_accepted(call: str) -> None:
    parse(call)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("module: http, service: s, operation: select, with: {path: /a}", "http has no 'select'; it has get, post"),
        ("module: http, service: s, operation: get, with: {pat: /a}", "no argument 'pat'; did you mean 'path'?"),
        ("module: http, service: s, operation: get", "`path` is missing"),
        ('module: http, service: s, operation: get, with: {path: "https://a.org/"}', "the host stands in modules"),
        ('module: http, service: s, operation: get, with: {path: "//a.org/"}', "the host stands in modules"),
        ('module: http, service: s, operation: get, with: {path: "/{csot}"}', "'csot'; did you mean 'cost'?"),
        ('module: http, service: s, operation: get, with: {path: "/{cost!r}"}', "a value is `{name}`"),
        ('module: http, service: s, operation: get, with: {path: "/{"}', "a value is `{name}`"),
        ('module: db, service: s, operation: select, with: {statement: "SELECT {cost}"}', "use :cost and"),
        ('module: notify, service: s, operation: send, with: {what: "Costs {cost}"}', "a notice holds no values"),
        ("module: notify, service: s, operation: send, with: {what: Hello}, returns: {a: text}", "answers nothing"),
        (
            "module: http, service: s, operation: get, with: {path: /a}, returns: {a: int, b: int}, fallback: {a: 1}",
            "says nothing of 'b'",
        ),
        (
            "module: http, service: s, operation: get, with: {path: /a}, returns: {a: float}, fallback: {a: much}",
            "not a value of type number",
        ),
        ("module: http, operation: get, with: {path: /a}", "`service` is missing"),
    ],
)
def test_what_cannot_be_meant_is_told(call: str, message: str) -> None:
    with pytest.raises(SpecError) as told:
        parse(call)
    assert message in str(told.value)


def test_a_loop_holds_rules_alone() -> None:
    text = """
metadata: {name: "Loop"}
inputs:
  - {name: bill, type: record, fields: {lines: {type: list, fields: {price: float}}}}
logic_requirements:
  - step: each
    type: foreach
    over: bill.lines
    steps:
      - {step: ask, type: human_review, question: "Fine?", choices: ["YES", "NO"]}
"""
    with pytest.raises(SpecError, match="a loop holds rules alone"):
        parse_workflow_spec(text)
