"""What people settle in the queue feeds the recorded values, and the rules decide again."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.audit import AuditLog
from runtime.store import Store
from tests.commands import answer
from tests.templates.modules.servers import web

SPEC = """
kind: workflow
metadata: {name: "Claim"}
inputs:
  - {name: claim, type: text}
  - {name: limit, type: number}
logic_requirements:
  - step: read
    type: bounded_invocation
    schema: {amount: {type: float, labels: [amount]}}
    validation: ["amount < 1000"]
  - {step: second_look, type: human_review, question: "Is it covered?", choices: ["YES", "NO"], when: "amount > 100"}
  - step: pay
    type: deterministic_rule
    logic: |
      IF amount > limit THEN DENY
      ELSE IF amount <= 100 THEN PAY
      ELSE IF second_look = YES THEN PAY
      ELSE DENY
  - step: book
    type: call
    module: http
    service: ledger
    operation: post
    with: {path: /payments, body: {amount: "{amount}"}}
    when: pay = PAY
"""


def opened() -> dict[str, str]:
    """Open items by field."""
    return {item["field"]: item["id"] for item in answer("review", "list")["items"]}


def shown() -> dict[str, Any]:
    (record,) = Store().ids()
    assert answer("replay", record)["same"] is True
    found: dict[str, Any] = answer("explain", record)
    assert found["audited"] is True
    trace: dict[str, Any] = found["trace"]
    return trace


def prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, amount: str, port: int = 1) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    (tmp_path / "claim").mkdir()
    (tmp_path / "claim" / "spec.yaml").write_text(SPEC)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "modules.toml").write_text(f'[http.ledger]\nbase = "http://127.0.0.1:{port}"\n')
    (tmp_path / "case.json").write_text(json.dumps({"claim": f"Claim\namount: {amount}\n", "limit": 500}))
    answer("compile", "claim")
    assert answer("run", "claim", "case.json", "--workers", "1", "--ladder", "off")["recorded"] == 1


def test_a_corrected_value_and_an_answer_lead_to_a_decision_and_its_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web() as server:
        server.script["/payments"] = [(200, {})]
        prepare(tmp_path, monkeypatch, "120", server.port)
        first = shown()
        assert first["status"] == "review" and not server.seen
        assert set(opened()) == {"second_look", "pay"}
        settled = answer("review", "settle", opened()["second_look"], "correct", "--value", "YES")
        assert (settled["decided"], settled["status"]) == ("PAY", "review")
        assert [one["text"] for one in shown()["reasons"]] == ["rests on doubtful values: amount"]
        assert set(opened()) == {"amount", "pay"} and not server.seen
        settled = answer("review", "settle", opened()["amount"], "correct", "--value", "150", "--by", "ann")
        assert (settled["decided"], settled["status"]) == ("PAY", "decided")
        value = shown()["steps"][0]["inputs"]["amount"]
        assert (value["value"], value["status"], value["source"], value["by"]) == ("150", "corrected", "person", "ann")
        trace = shown()
        assert (trace["decision"], trace["status"], trace["reasons"]) == ("PAY", "decided", [])
        assert [json.loads(body) for _, _, _, body in server.seen] == [{"amount": 150}]
    assert opened() == {}
    (record,) = Store().ids()
    assert Store().record(record).record.fields["pay"].value == "PAY"
    made = [one for one in AuditLog().entries() if one.action == "decision.made"]
    assert len(made) == 3 and AuditLog().verify_chain().whole


def test_a_persons_word_on_the_decision_is_the_decision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tmp_path, monkeypatch, "5000")
    assert shown()["status"] == "review"
    settled = answer("review", "settle", opened()["pay"], "correct", "--value", "deny", "--by", "bob")
    assert (settled["decided"], settled["status"]) == ("DENY", "decided")
    step = next(one for one in shown()["steps"] if one["step"] == "pay")
    assert step["reason"].startswith("a person decided; the rule says") and step["inputs"]["pay"]["by"] == "bob"


def test_an_accepted_value_that_is_not_valid_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tmp_path, monkeypatch, "5000")
    settled = answer("review", "settle", opened()["amount"], "accept")
    assert (settled["decided"], settled["status"]) == ("DENY", "review")  # the question about it is still open
    assert "second_look" in opened()
