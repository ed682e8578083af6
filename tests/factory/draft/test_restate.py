"""Prose in a rule goes to a model, comes back as a rule that loads, and is then compiled like any other."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from cli.main import app
from factory.draft.restate import prose_steps, restate
from factory.spec_file import SpecError
from factory.workflow.load import load_workflow_spec
from inference.errors import AnswerInvalid
from tests.factory.generate.orders import client
from tests.inference.model_server import PROTOCOLS, Protocol, Reply, model_server

SPEC = """\
metadata: {name: Refunds}
inputs:
  - {name: amount, type: number}
  - {name: damaged, type: boolean}
logic_requirements:
  - step: decide
    type: deterministic_rule
    logic: Damaged goods up to fifty are refunded. Everything else is refused.
  - step: route
    type: deterministic_rule
    logic: Whatever was refused goes to the desk, the rest to the till.
"""
FIRST = "IF damaged AND amount <= 50 THEN REFUND\nELSE REFUSE"
SECOND = "IF decide = REFUSE THEN DESK\nELSE TILL"


def reply(rule: str) -> Reply:
    return Reply(json.dumps({"logic": rule}))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_step_is_restated_and_the_errors_go_back(protocol: Protocol) -> None:
    wrong = reply("IF damged AND amount <= 50 THEN REFUND ELSE REFUSE")
    with model_server(protocol, wrong, reply(FIRST), reply(SECOND)) as server:
        made = restate(SPEC, "refunds", Path(), client(server))
    assert [(one.step, one.rule, one.attempts) for one in made] == [("decide", FIRST, 2), ("route", SECOND, 1)]
    assert made[0].prose.startswith("Damaged goods")
    assert "damaged" in json.dumps(server.bodies[1]) and "damged" in json.dumps(server.bodies[1])


def test_what_a_person_confirms_compiles(tmp_path: Path) -> None:
    data = yaml.safe_load(SPEC)
    for step, rule in zip(list(prose_steps(data)), (FIRST, SECOND), strict=True):
        step |= {"restated": rule, "confirmed_by": "A. Reader"}
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    assert set(load_workflow_spec(tmp_path).checked.rules) == {"decide", "route"}


def test_a_model_that_finds_no_rule_is_told_in_the_end() -> None:
    with (
        model_server("openai", reply("IF nothing_known THEN REFUND ELSE REFUSE")) as server,
        pytest.raises(AnswerInvalid),
    ):
        restate(SPEC, "refunds", Path(), client(server))


def test_the_command_prints_lines_to_confirm_and_leaves_the_spec_alone(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC)
    with model_server("openai", reply(FIRST), reply(SECOND)) as server:
        model = f"openai-compatible:tester@{server.model.url}"
        result = CliRunner().invoke(app, ["restate", str(tmp_path), "--model", model])
    assert result.exit_code == 0, result.output
    assert "restated: |" in result.stdout and "confirmed_by: YOUR NAME" in result.stdout
    assert (tmp_path / "spec.yaml").read_text() == SPEC
    with pytest.raises(SpecError, match="this is prose"):
        load_workflow_spec(tmp_path)
