"""Decisions: by the rule, with their lines; and what goes to a person, with the reason."""

import json

import pytest

from runtime.given import Given
from runtime.workflow_plan import WorkflowPlan
from runtime.workflow_run import decide, pending
from tests.workflow_parts import LISTING_1, SPECS, compiled, compiled_text, doubtful, given, loaded

GLP1 = "prior_auth_glp1"


def factors(t2d: str | None, a1c: str | None, bmi: str | None, failed: str | None) -> dict[str, Given]:
    return given(has_t2d_diagnosis=t2d, current_a1c=a1c, bmi=bmi, has_step_therapy_failure=failed)


@pytest.mark.parametrize(
    ("values", "decision", "status", "reason"),
    [
        (("true", "8.1", None, "false"), "APPROVE", "decided", ""),
        (("false", None, "30", "true"), "APPROVE", "decided", ""),
        (("false", None, "29.99", "true"), "DENY", "decided", ""),
        (("false", None, None, "false"), "DENY", "decided", ""),
        (("true", "45", None, "false"), "APPROVE", "review", "not valid: current_a1c > 3 AND current_a1c < 20"),
        (("false", None, "5", "true"), "DENY", "review", "not valid: bmi > 10 AND bmi < 100 (line"),
        (("false", None, None, "true"), "REVIEW", "review", "missing: bmi"),
        ((None, None, "31", "true"), "APPROVE", "decided", ""),
        ((None, None, "20", "true"), "REVIEW", "review", "missing: has_t2d_diagnosis"),
        (("perhaps", None, "20", "true"), "REVIEW", "review", "missing: has_t2d_diagnosis"),
        (("false", None, "1e999999999", "true"), "REVIEW", "review", "missing: bmi"),
    ],
)
def test_the_listing_decides(values: tuple[str | None, ...], decision: str, status: str, reason: str) -> None:
    trace = decide(loaded(GLP1), factors(*values))
    assert (trace.decision, trace.status) == (decision, status)
    assert [reason in one.text for one in trace.reasons] == ([True] if reason else [])


def test_the_trace_names_lines_in_spec_and_artifact() -> None:
    trace = decide(loaded(GLP1), factors("false", None, "31", "true"))
    step = trace.steps[-1]
    assert (step.decision, step.branch, step.code) == ("APPROVE", 2, "EVALUATE_COVERAGE_2")
    assert "(bmi >= 30) AND has_step" in LISTING_1.splitlines()[step.spec_line - 1]
    assert 'Outcome("APPROVE", 2' in compiled(GLP1).artifact.source.splitlines()[step.artifact_line - 1]
    assert step.inputs["bmi"].value == "31"


def test_a_doubtful_value_that_matters_goes_to_a_person() -> None:
    trace = decide(loaded(GLP1), {**factors("false", None, "31", "true"), "bmi": doubtful("31")})
    assert (trace.decision, trace.status, trace.final) == ("APPROVE", "review", "REVIEW")
    assert trace.reasons[0].fields == ("bmi",)


def test_a_doubtful_value_that_does_not_matter_does_not() -> None:
    trace = decide(loaded(GLP1), {**factors("true", None, None, "false"), "bmi": doubtful("31")})
    assert (trace.decision, trace.status) == ("APPROVE", "decided")


def test_deciding_is_pure() -> None:
    values = factors("false", "7", "31", "true")
    first = decide(loaded(GLP1), values).to_dict()
    assert decide(loaded(GLP1), values).to_dict() == first == json.loads(json.dumps(first))


def test_what_is_pending_is_named_until_it_is_recorded() -> None:
    workflow = loaded(GLP1)
    step = pending(workflow, {})
    assert step is not None and step.name == "extract_clinical_factors"
    assert pending(workflow, factors("true", None, None, None)) is None


def test_the_plan_survives_json() -> None:
    plan = loaded(GLP1).plan
    assert WorkflowPlan.from_json(plan.to_json()) == plan


MORE = """
metadata: {name: "Parts"}
inputs:
  - {name: amount, type: number}
  - {name: urgent, type: boolean}
  - name: order
    type: record
    fields:
      total: float
      lines: {type: list, fields: {sku: text, price: float}}
      prices: {type: list, fields: {sku: text, price: float}}
logic_requirements:
  - step: both_sides
    type: parallel
    steps:
      - {step: size, type: deterministic_rule, logic: "IF amount > 100 THEN LARGE ELSE SMALL"}
      - {step: haste, type: deterministic_rule, missing: unmet, logic: "IF urgent THEN FAST ELSE SLOW"}
  - step: each_line
    type: foreach
    over: order.lines
    as: line
    join: {agreed: {list: order.prices, by: sku}}
    steps:
      - step: price
        type: deterministic_rule
        logic: |
          IF agreed.price IS MISSING THEN UNKNOWN
          ELSE IF line.price <= agreed.price THEN FINE
          ELSE DEAR
  - {step: ask, type: human_review, question: "Is this fine?", choices: ["YES", "NO"], when: "each_line.dear > 0"}
  - step: tell
    type: call
    module: notify
    service: buyers
    operation: send
    with: {what: "An order of size {size}"}
    when: size = LARGE
  - step: final
    type: deterministic_rule
    logic: |
      IF ask = NO THEN REFUSE
      ELSE IF each_line.fine = each_line.count AND size = SMALL THEN ACCEPT
      ELSE IF ask = YES AND haste = FAST THEN ACCEPT
      ELSE HOLD
"""


def case(amount: str | None, urgent: str | None, lines: object, prices: object) -> dict[str, Given]:
    order = json.dumps({"total": "1", "lines": lines, "prices": prices})
    return given(amount=amount, urgent=urgent, order=order)


def test_loops_joins_and_counts() -> None:
    lines = [{"sku": "a", "price": "2"}, {"sku": "b", "price": "3"}, {"sku": "c", "price": "4"}]
    prices = [{"sku": "a", "price": "2"}, {"sku": "b", "price": "1"}]
    trace = decide(compiled_text(MORE), case("5", "true", lines, prices))
    loop = trace.steps[1]
    assert {name: one.value for name, one in loop.inputs.items()} == {
        "each_line.count": "3", "each_line.unknown": "1", "each_line.fine": "1", "each_line.dear": "1",
        "each_line.review": "0",
    }  # fmt: skip
    assert [row[0].decision for row in loop.rows] == ["FINE", "DEAR", "UNKNOWN"]


def test_a_key_that_stands_twice_joins_nothing() -> None:
    prices = [{"sku": "a", "price": "9"}, {"sku": "a", "price": "1"}]
    trace = decide(compiled_text(MORE), case("5", "true", [{"sku": "a", "price": "2"}], prices))
    assert trace.steps[1].rows[0][0].decision == "UNKNOWN"


def test_a_person_is_asked_only_where_it_is_due() -> None:
    dear = case("5", "true", [{"sku": "a", "price": "2"}], [{"sku": "a", "price": "1"}])
    fine = case("5", "true", [{"sku": "a", "price": "1"}], [{"sku": "a", "price": "1"}])
    workflow = compiled_text(MORE)
    assert decide(workflow, fine).final == "REVIEW"  # `ask` is missing, and the first branch would rest on it
    asked = decide(workflow, dear)
    assert "a person is asked: Is this fine?" in [one.text for one in asked.reasons]
    assert decide(workflow, {**dear, **given(ask="NO")}).final == "REFUSE"
    assert decide(workflow, {**dear, **given(ask="YES")}).final == "ACCEPT"


def test_missing_as_unmet_where_the_spec_says_so() -> None:
    trace = decide(compiled_text(MORE), case("5", None, [], []))
    assert trace.outcomes["haste"] == "SLOW"


def test_a_call_is_pending_only_where_it_is_due() -> None:
    workflow = compiled_text(MORE)
    assert pending(workflow, case("5", "true", [], [])) is None
    due = pending(workflow, case("500", "true", [], []))
    assert due is not None and due.name == "tell"
    assert pending(workflow, {**case("500", "true", [], []), "tell.done": Given("true")}) is None


def test_every_shipped_workflow_is_proven() -> None:
    names = [path.parent.name for path in SPECS.glob("*/spec.yaml") if "logic_requirements" in path.read_text()]
    assert names
    for name in names:
        assert all(proof.holds for proof in compiled(name).proofs)
