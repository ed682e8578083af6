"""What fills the templates for values: what they cannot do is told, and glue that decides otherwise is refused."""

from pathlib import Path

import pytest

from factory.assemble import fill
from factory.select import select_template
from factory.spec_file import SpecError
from factory.validate.workflow import STAGES, WorkflowEvidence
from factory.workflow.compile import NOTHING, build
from factory.workflow.learn import unlearned
from factory.workflow.load import load_workflow_spec, parse_workflow_spec
from factory.workflow.write import fields_spec, write_functions
from tests.workflow_parts import SPECS

REFUNDS = (SPECS / "refund_batch" / "spec.yaml").read_text(encoding="utf-8")
ORDERS = (SPECS / "order_intake" / "spec.yaml").read_text(encoding="utf-8")
READS = """  - {step: read, type: bounded_invocation, schema: {total: float}}
  - step: in_time
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "place", "says"),
    [
        (REFUNDS, "template: batch", "template: bach", "5:3", "'bach' is not one of"),
        (REFUNDS, "template: batch", "tempalte: batch", "5:3", "did you mean 'template'?"),
        (REFUNDS, "name: amount, type: number", "name: amount, type: document", "8:20", "no document"),
        (REFUNDS, "  - step: in_time\n", READS, "19:18", "for bounded_invocation use `template: decision`"),
        (REFUNDS, "  template: batch\n", "  template: batch\n  compliance: [cms]\n", "6:3", "has no timers"),
        (REFUNDS, "name: amount", "name: values", "8:6", "uses the name 'values' itself"),
        (REFUNDS, "step: in_time", "step: handle", "19:5", "uses the name 'handle' itself"),
        (REFUNDS, '"amount > 0"', '"amuont > 0"', "17:19", "did you mean 'amount'?"),
        (REFUNDS, "    validation: [", "    fallback: {amount: 1}\n    validation: [", "17:5", "mends nothing"),
        (ORDERS, "delivery: standard", "delivry: standard", "25:7", "did you mean 'delivery'?"),
        (ORDERS, "delivery: standard", "delivery: slow", "25:7", "not one of standard, express"),
        (ORDERS, "newsletter: false", "newsletter: 3", "26:7", "not true or false"),
        (ORDERS, "template: input_validator", "template: decision", "18:1", "no step decides"),
    ],
)
def test_what_a_template_cannot_do_is_told(text: str, old: str, new: str, place: str, says: str) -> None:
    assert old in text
    with pytest.raises(SpecError) as caught:
        parse_workflow_spec(text.replace(old, new, 1), "spec.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"spec.yaml:{place}:"), str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "stage"),
    [
        ("refund_batch", "decision_of(_in_time)", '"YES"', "execution"),
        ("refund_batch", 'text_of(values, "tier", "free", "business")\n', 'text_of(values, "tier")\n', "execution"),
        ("refund_batch", "def handle(", "def handle_it(", "syntax"),
        ("order_intake", "-> list[str]:", "-> list[int]:", "syntax"),
        ("order_intake", "import (", "import (own_functions, ", "security"),
    ],
)
def test_glue_that_is_wrong_is_refused(name: str, old: str, new: str, stage: str) -> None:
    loaded = load_workflow_spec(SPECS / name)
    fields = fields_spec(loaded)
    plan = select_template(loaded.spec.metadata.template, fields)
    source = fill(plan.template_source, write_functions(loaded))
    assert old in source
    artifact = build(loaded, plan, source.replace(old, new), NOTHING, unlearned(fields), (), (), {})
    evidence = WorkflowEvidence(loaded, fields, (), {}, plan)
    assert not dict(STAGES)[stage](artifact, evidence).passed


def test_long_specs_make_many_short_functions() -> None:
    inputs = "".join(f"  - {{name: n{number}, type: number}}\n" for number in range(70))
    text = (
        f"metadata: {{name: Long, template: sync}}\ninputs:\n{inputs}logic_requirements:\n"
        "  - {step: ok, type: deterministic_rule, logic: IF n0 > n69 THEN YES ELSE NO}\n"
    )
    source = write_functions(parse_workflow_spec(text, folder=Path()))
    assert source.count("def _problems_") > 2
    assert max(len(part.splitlines()) for part in source.split("\n\n\n")) <= 50
