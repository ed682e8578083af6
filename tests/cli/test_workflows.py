"""Workflows as a user has them: compile, run over charts, explain, replay; and what was tampered with shows."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import update

from runtime.audit import AuditLog
from runtime.store import Store
from runtime.tables import decisions
from tests.commands import answer, call
from tests.workflow_parts import SPECS

CHART = "Visit note\nhas t2d diagnosis: yes\ncurrent a1c: 45\nbmi: 31\nhas step therapy failure: no\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own, with the shipped spec (without examples) and a folder of charts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "prior_auth_glp1").mkdir()
    shutil.copy(SPECS / "prior_auth_glp1" / "spec.yaml", tmp_path / "prior_auth_glp1")
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "one.txt").write_text(CHART)
    return tmp_path


def decided() -> str:
    """Compile and run; the record's id."""
    answer("compile", "prior_auth_glp1")
    report = answer("run", "prior_auth_glp1", "charts", "--workers", "1")
    assert report["recorded"] == 1
    (record,) = Store().ids()
    return record


def test_from_listing_to_decision_and_replay() -> None:
    record = decided()
    shown = answer("explain", record)
    trace = shown["trace"]
    assert shown["audited"] is True
    assert trace["status"] == "review"
    assert [step["step"] for step in trace["steps"]] == ["extract_clinical_factors", "evaluate_coverage"]
    value = trace["steps"][0]["inputs"]["bmi"]
    assert value["quote"] and value["box"] and value["by"].startswith("prior_auth_glp1@")
    again = answer("replay", record)
    assert (again["same"], again["audited"], again["decision"]) == (True, True, trace["decision"])
    assert AuditLog().verify_chain().whole
    assert "decision.replayed" in [entry.action for entry in AuditLog().entries()]
    assert call("explain", record).exit_code == 0


def test_the_record_waits_for_a_person() -> None:
    record = decided()
    fields = {item["field"]: item["reason"] for item in answer("review", "list")["items"] if item["record"] == record}
    assert "evaluate_coverage" in fields


def test_running_again_decides_nothing_twice() -> None:
    decided()
    assert answer("run", "prior_auth_glp1", "charts", "--workers", "1")["known"] == 1


def test_no_value_stands_in_the_audit_log(home: Path) -> None:
    decided()
    log = (home / "home" / "audit.jsonl").read_text()
    assert "decision.made" in log
    assert "Visit note" not in log and "APPROVE" not in log


def test_a_changed_value_shows() -> None:
    record = decided()
    store = Store()
    found = store.decision(record)
    assert found is not None
    found["recorded"]["has_t2d_diagnosis"] |= {"value": "false"}
    found["recorded"]["bmi"] |= {"value": "50", "status": "found"}
    with store.engine.begin() as connection:
        connection.execute(update(decisions).values(recorded=json.dumps(found["recorded"])))
    result = call("replay", record)
    assert result.exit_code == 1
    assert "another trace" in result.output


def test_a_changed_trace_is_not_the_audited_one() -> None:
    record = decided()
    store = Store()
    found = store.decision(record)
    assert found is not None
    with store.engine.begin() as connection:
        connection.execute(update(decisions).values(trace=json.dumps({**found["trace"], "decision": "DENY"})))
    assert answer("explain", record)["audited"] is False


def test_a_mistake_in_a_rule_is_refused_with_an_input(home: Path) -> None:
    spec = home / "prior_auth_glp1" / "spec.yaml"
    spec.write_text(spec.read_text().replace("ELSE DENY", ""))
    result = call("compile", "prior_auth_glp1")
    assert result.exit_code == 1
    assert "add ELSE; for" in result.output
    spec.write_text(spec.read_text().replace("bmi >= 30", "bmy >= 30"))
    result = call("compile", "prior_auth_glp1")
    assert result.exit_code == 2
    assert "did you mean 'bmi'?" in result.output


def test_a_document_record_has_no_decision() -> None:
    decided()
    assert call("replay", "ffff").exit_code == 2
