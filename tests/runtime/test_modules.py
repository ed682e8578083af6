"""Calls of a workflow, by the command that users have: a real web server, real databases, and each of them away."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.store import Store
from tests.commands import answer, call
from tests.templates.modules.servers import Web, web

SPEC = """
kind: workflow
metadata: {name: "Coverage of a member"}
inputs:
  - {name: member, type: text}
  - {name: cost, type: number}
logic_requirements:
  - step: membership
    type: call
    module: http
    service: members
    operation: get
    with: {path: "/members/{member}", parameters: {cost: "{cost}"}}
    returns: {active: boolean, plan: text}
  - step: limits
    type: call
    module: db
    service: plans
    operation: select
    with: {statement: "SELECT most FROM limits WHERE plan = :plan", parameters: {plan: "{membership.plan}"}}
    returns: {most: float}
    fallback: {most: 10}
  - step: cover
    type: deterministic_rule
    logic: |
      IF NOT membership.active THEN DENY
      ELSE IF cost <= limits.most THEN APPROVE
      ELSE DENY
  - step: book
    type: call
    module: http
    service: members
    operation: post
    with: {path: /bookings, body: {member: "{member}", cost: "{cost}", said: "decided: {cover}"}}
    when: cover = APPROVE
"""
SETTINGS = """
[http.members]
base = "http://127.0.0.1:{port}"
timeout_s = 1.0
attempts = 2
[db.plans]
url = "env:PLANS"
patience_s = 0.5
"""


@pytest.fixture
def server() -> Iterator[Web]:
    with web() as state:
        yield state


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Web) -> Path:
    """The spec, its settings, and a database of limits."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLANS", f"sqlite:///{tmp_path}/plans.sqlite")
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage" / "spec.yaml").write_text(SPEC)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "modules.toml").write_text(SETTINGS.replace("{port}", str(server.port)))
    with sqlite3.connect(tmp_path / "plans.sqlite") as database:
        database.execute("CREATE TABLE limits (plan TEXT, most NUMERIC)")
        database.execute("INSERT INTO limits VALUES ('gold', 500.5)")
    (tmp_path / "case.json").write_text('{"member": "a/../b 7", "cost": 120.25}')
    return tmp_path


def decided(case: str = "case.json") -> dict[str, Any]:
    """Compile, run one case, and give its trace; a replay gives the same, with no server asked again."""
    answer("compile", "coverage")
    report = answer("run", "coverage", case, "--workers", "1")
    assert (report["recorded"], report["failed"]) == (1, 0), report
    (record,) = Store().ids()
    assert answer("replay", record)["same"] is True
    found: dict[str, Any] = answer("explain", record)["trace"]
    return found


def test_a_case_asks_a_server_and_a_database_and_tells_what_was_decided(home: Path, server: Web) -> None:
    server.script["/members/a%2F..%2Fb%207"] = [(503, {}), (200, {"active": True, "plan": "gold", "other": "x"})]
    server.script["/bookings"] = [(200, {})]
    trace = decided()
    assert (trace["decision"], trace["status"]) == ("APPROVE", "decided")
    assert trace["steps"][0]["inputs"]["membership.plan"]["value"] == "gold"
    assert trace["steps"][1]["inputs"]["limits.most"] == {
        "value": "500.5", "status": "found", "confidence": 1.0, "source": "call", "by": "db plans", "quote": "",
        "page": None, "box": None,
    }  # fmt: skip
    method, path, headers, body = server.seen[-1]
    assert (method, path, len(headers["Idempotency-Key"])) == ("POST", "/bookings", 64)
    assert json.loads(body) == {"member": "a/../b 7", "cost": 120.25, "said": "decided: APPROVE"}
    assert [path for _, path, _, _ in server.seen] == ["/members/a%2F..%2Fb%207?cost=120.25"] * 2 + ["/bookings"]


def test_a_server_that_is_away_sends_the_case_to_a_person_and_nothing_is_booked(home: Path, server: Web) -> None:
    server.script["/members/a%2F..%2Fb%207"] = [(503, {})]
    trace = decided()
    assert trace["status"] == "review"
    texts = [one["text"] for one in trace["reasons"]]
    assert texts[0] == "http: status 503 after 2 attempts"
    assert texts[1] == "not called: missing membership.plan"
    assert {method for method, _, _, _ in server.seen} == {"GET"}
    assert trace["steps"][-1]["skipped"] is True


def test_a_database_that_is_away_gives_way_to_the_fallback_and_the_trace_says_so(
    home: Path, server: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANS", "postgresql+psycopg://nobody:secret@127.0.0.1:1/plans")
    server.script["/members/a%2F..%2Fb%207"] = [(200, {"active": True, "plan": "gold"})]
    trace = decided()
    assert (trace["decision"], trace["status"]) == ("DENY", "decided")
    value = trace["steps"][1]["inputs"]["limits.most"]
    assert value["value"] == "10"
    assert value["by"] == "fallback of limits: database: OperationalError for 0.5 s"
    assert "secret" not in json.dumps(trace)


def test_an_answer_of_another_type_is_missing(home: Path, server: Web) -> None:
    server.script["/members/a%2F..%2Fb%207"] = [(200, {"active": "perhaps", "plan": "gold"})]
    trace = decided()
    assert trace["status"] == "review"
    assert "missing: membership.active" in [one["text"] for one in trace["reasons"]]


def test_a_service_that_is_not_configured_is_told_before_the_first_case(home: Path) -> None:
    (home / "home" / "modules.toml").write_text("[http.member]\nbase = 'https://a.example.org'\n")
    answer("compile", "coverage")
    result = call("run", "coverage", "case.json")
    assert result.exit_code == 2
    assert "no service [http.members] in" in result.output


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("[http.members]\nbase = 'http://a.example.org'\n", "http.members.base"),
        ("[http.members]\nbase = 'https://user@a.example.org'\n", "http.members.base"),
        ("[db.plans]\nurl = 'env:NOT_THERE'\n", "the environment has no NOT_THERE"),
        ("[db.plans\n", "not valid TOML"),
        ("[smtp.x]\n", "smtp"),
    ],
)
def test_mistakes_in_the_settings_are_told(home: Path, settings: str, message: str) -> None:
    (home / "home" / "modules.toml").write_text(settings)
    answer("compile", "coverage")
    result = call("run", "coverage", "case.json")
    assert result.exit_code == 2
    assert message in result.output
