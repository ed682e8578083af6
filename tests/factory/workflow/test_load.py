"""Workflow specs: Listing 1 as the paper prints it, and what each mistake is told."""

from pathlib import Path

import pytest

from factory.spec_file import SpecError
from factory.workflow.load import is_workflow, parse_workflow_spec
from tests.workflow_parts import LISTING_1, SPECS

AS_PRINTED = """
metadata:
  name: "GLP-1 Agonist Medical Necessity Review"
  compliance: ["HIPAA", "CMS_Decision_Timeframes"]
inputs:
  - name: "patient_chart_summary"
    type: "text"
logic_requirements:
  - step: "extract_clinical_factors"
    type: "bounded_invocation"
    schema:
      has_t2d_diagnosis: boolean
      current_a1c: float
      bmi: float
      has_step_therapy_failure: boolean
    validation:
      - "bmi > 10 AND bmi < 100"
  - step: "evaluate_coverage"
    type: "deterministic_rule"
    logic: |
      IF has_t2d_diagnosis THEN APPROVE
      ELSE IF (bmi >= 30) AND has_step_therapy_failure THEN APPROVE
      ELSE DENY
"""


def test_the_shipped_spec_is_the_listing() -> None:
    plain = [line.rstrip() for line in LISTING_1.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert plain == AS_PRINTED.strip().splitlines()


def test_the_listing_is_read_without_change() -> None:
    spec = parse_workflow_spec(AS_PRINTED)
    assert spec.spec.metadata.compliance == ("hipaa", "cms_timeframes")
    assert list(spec.checked.fields) == ["has_t2d_diagnosis", "current_a1c", "bmi", "has_step_therapy_failure"]
    assert [one.line for one in spec.checked.checks["extract_clinical_factors"]] == [17, 0]
    assert spec.checked.rules["evaluate_coverage"].lines == (21, 22, 23)
    assert spec.checked.decision == "evaluate_coverage"


def test_a_workflow_is_known_by_its_kind_or_its_keys(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    for text, expected in ((AS_PRINTED, True), ("kind: workflow\n", True), ("kind: document\nfields: {}\n", False)):
        spec.write_text(text)
        assert is_workflow(tmp_path) is expected
    assert not is_workflow(tmp_path / "absent")
    assert not is_workflow(SPECS / "invoice")


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("bmi >= 30", "bmy >= 30", "22:16", "did you mean 'bmi'?"),
        ("deterministic_rule", "deterministic_rul", "19:5", "did you mean 'deterministic_rule'?"),
        ("validation:", "validaton:", "16:5", "did you mean 'validation'?"),
        ("current_a1c: float", "current_a1c: flaot", "13:7", "did you mean 'float'?"),
        ("bmi < 100", "bmi << 100", "17:28", "'<' stands where"),
        ("HIPAA", "HIPPA", "4:16", "'HIPPA' is not one of 'hipaa'"),
        ('type: "text"', 'type: "txt"', "7:5", "did you mean 'text'?"),
        ("ELSE DENY", "ELSE IF", "23:14", "the text ends"),
        ("ELSE DENY", "ELSE IF bmi THEN DENY", "23:15", "a condition is wanted here, not a number"),
        ('"evaluate_coverage"', '"bmi"', "18:5", "is taken"),
        ('"evaluate_coverage"', '"settled"', "18:5", "uses the name"),
        ('"evaluate_coverage"', '"Evaluate"', "18:5", "no name"),
        ("    logic: |", "    missing: perhaps\n    logic: |", "20:5", "'perhaps' is not one of"),
        ("IF has_t2d_diagnosis", "Approve those with diabetes", "20:5", "this is prose"),
        ("    logic: |", "   logic: |", "20:4", "indented otherwise"),
        ("    logic: |", "\tlogic: |", "20:1", "not with tabs"),
        ("metadata:", "metadata", "3:7", "lacks its `:`"),
        ("  name: ", "  name: other\n  name: ", "4:3", "the key 'name' stands twice"),
        ("THEN APPROVE", "APPROVE", "21:28", "THEN is wanted"),
        ("THEN APPROVE", "THNE APPROVE", "21:28", "did you mean 'THEN'?"),
        ("ELSE IF", "ELSEIF", "22:7", "did you mean 'ELSE IF'?"),
        (">= 30", "=> 30", "22:21", "did you mean '>='?"),
        (") AND", ") &&", "22:27", "write AND"),
        ("IF has_t2d_diagnosis", "IF evaluate_coverage = APPROVE", "21:10", "what stands before it"),
        ('- "bmi > 10 AND bmi < 100"', '- "evaluate_coverage = DENY"', "17:10", "what stands before it"),
        ("has_t2d_diagnosis: boolean", "has_t2d_diagnosis:", "12:7", "a mapping is wanted"),
        ("    validation:\n      - ", "    validation: ", "16:5", "a list is wanted"),
        ("    validation:", "    escalation: {threshold: high}\n    validation:", "16:18", "a number is wanted"),
        (
            '  - step: "evaluate',
            '  - step: "x"\n    type: "call"\n    module: "htp"\n  - step: "evaluate',
            "20:5",
            "htp",
        ),
    ],
)
def test_mistakes_say_where_and_how_to_mend_them(old: str, new: str, place: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_workflow_spec(AS_PRINTED.replace(old, new, 1), "glp1.yaml")
    assert says in str(caught.value)
    assert str(caught.value).splitlines()[0].startswith(f"glp1.yaml:{place}:")


def test_a_workflow_must_decide() -> None:
    with pytest.raises(SpecError, match="no step decides"):
        parse_workflow_spec(AS_PRINTED[: AS_PRINTED.index('  - step: "evaluate')])


PROSE = """    logic: Approve those with diabetes; deny all others.
    restated: |
      IF has_t2d_diagnosis THEN APPROVE
      ELSE DENY
"""


def test_prose_counts_only_as_a_person_restated_it() -> None:
    text = AS_PRINTED[: AS_PRINTED.index("    logic: |")] + PROSE
    with pytest.raises(SpecError, match="nobody confirmed this"):
        parse_workflow_spec(text)
    spec = parse_workflow_spec(text + "    confirmed_by: the coverage desk\n")
    assert spec.checked.rules["evaluate_coverage"].rule.decisions == ("APPROVE", "DENY")
    assert spec.checked.rules["evaluate_coverage"].lines == (22, 23)
