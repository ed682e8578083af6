"""Compiling: Listing 1 becomes an artifact whose rules are proven; what is unsound is refused with an input."""

import pytest

from factory.compile import CompileError
from factory.generate.examples import ExampleGenerator
from factory.select import select_template
from factory.validate.workflow import STAGES, WorkflowEvidence
from factory.workflow.compile import compile_workflow, validate
from factory.workflow.load import load_workflow_spec, parse_workflow_spec
from factory.workflow.write import fields_spec
from runtime.artifact import ACTIVITY, Artifact
from tests.workflow_parts import LISTING_1, SPECS, compiled


def test_the_listing_compiles_through_the_four_stages() -> None:
    found = compiled("prior_auth_glp1")
    assert [verdict.stage for verdict in found.verdicts] == ["security", "syntax", "execution", "accuracy"]
    assert all(verdict.passed for verdict in found.verdicts)
    assert found.artifact.manifest["rules"]["evaluate_coverage"]["shown"] == [
        "the code never raises",
        "the code equals the rule for all inputs",
        "every branch decides some input",
        "every input reaches a decision",
        "no decision rests on a missing value",
    ]


def test_compiling_again_gives_the_same_bytes() -> None:
    again = compile_workflow(load_workflow_spec(SPECS / "prior_auth_glp1"), [], ExampleGenerator())
    assert again.artifact.address == compiled("prior_auth_glp1").artifact.address


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ELSE DENY", "ELSE IF bmi >= 30 AND NOT has_t2d_diagnosis THEN DENY", "no branch decides; add ELSE; for"),
        ("(bmi >= 30) AND has_step_therapy_failure", "bmi >= 100", "no input meets it"),
        ("(bmi >= 30) AND", "has_t2d_diagnosis AND", "earlier branches do, here APPROVE (branch 1); for"),
    ],
)
def test_an_unsound_rule_is_refused_with_an_input(old: str, new: str, says: str) -> None:
    with pytest.raises(CompileError, match="evaluate_coverage") as caught:
        compile_workflow(parse_workflow_spec(LISTING_1.replace(old, new)), [], ExampleGenerator())
    assert says in str(caught.value)
    assert [verdict.passed for verdict in caught.value.verdicts] == [True, True, True, False]


@pytest.mark.parametrize(
    ("stage", "old", "new"),
    [
        ("security", "    branch_1 = has_t2d_diagnosis", "    branch_1 = has_t2d_diagnosis or open('/etc/passwd')"),
        ("security", "FUNCTIONS = own_functions(globals())", "FUNCTIONS = {}"),
        ("syntax", "at_least(bmi, 30)", 'at_least(bmi, "30")'),
        ("syntax", "def evaluate_coverage(", "def evaluate_it("),
        ("execution", 'Outcome("APPROVE", 1,', 'Outcome("DENY", 1,'),
        ("accuracy", "at_least(bmi, 30)", "above(bmi, 30)"),
        ("accuracy", ", branch_1, branch_2)", ", branch_2)"),
    ],
)
def test_each_stage_refuses_what_is_its_own(stage: str, old: str, new: str) -> None:
    artifact = compiled("prior_auth_glp1").artifact
    assert old in artifact.source
    broken = Artifact({**artifact.files, ACTIVITY: artifact.source.replace(old, new).encode()})
    loaded = load_workflow_spec(SPECS / "prior_auth_glp1")
    fields = fields_spec(loaded)
    evidence = WorkflowEvidence(loaded, fields, [], {}, select_template("decision", fields))
    verdicts = validate(broken, evidence)
    assert verdicts[-1].stage == stage
    assert not verdicts[-1].passed
    assert len(verdicts) == [name for name, _ in STAGES].index(stage) + 1
