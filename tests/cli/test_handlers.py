"""Workflows of the templates for values, as a user has them: compiled, run by the real command, killed, resumed."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from factory.generate.examples import ExampleGenerator
from factory.workflow.compile import compile_workflow
from factory.workflow.load import load_workflow_spec
from runtime.audit import AuditLog
from runtime.registry import Registry
from tests.templates.hosts import ROOT, until
from tests.workflow_parts import SPECS

SHIPPED = ("refund_batch", "ticket_stream", "payment_release", "order_intake")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the four shipped specs, compiled through all stages."""
    place = tmp_path_factory.mktemp("home")
    for name in SHIPPED:
        compiled = compile_workflow(load_workflow_spec(SPECS / name), [], ExampleGenerator())
        Registry(place).publish(compiled.artifact)
    return place


@pytest.fixture(autouse=True)
def here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(home))
    return tmp_path


def call(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(app, ["run", *arguments], input=given)


def start(*arguments: str, stdin: int | None = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    """The real command, in a process that may be killed."""
    command = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def cases(name: str) -> Path:
    return SPECS / name / "cases.jsonl"


def expected(name: str) -> list[Any]:
    return lines((SPECS / name / "results.jsonl").read_text(encoding="utf-8"))


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_batch_decides_its_cases_as_expected(here: Path) -> None:
    result = call("refund_batch", str(cases("refund_batch")), "--out", "out.jsonl", "--json")
    assert json.loads(result.stdout) == {
        "name": "refund_batch", "cases": 9, "failed": 1, "review": 5, "out": "out.jsonl",
    }  # fmt: skip
    assert result.exit_code == 1, "one line is no case"
    assert lines((here / "out.jsonl").read_text(encoding="utf-8")) == expected("refund_batch")
    entry = [one for one in AuditLog().entries() if one.action == "cases.handled"][-1]
    assert (entry.action, len(entry.subjects)) == ("cases.handled", 3)


def review(*arguments: str) -> Any:
    result = CliRunner().invoke(app, ["review", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def store(here: Path) -> str:
    return f"sqlite:///{here / 'own.sqlite'}"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("refund_batch", ("--out", "out.jsonl")),
        ("ticket_stream", ("--out", "out.jsonl")),
        ("order_intake", ()),
    ],
)
def test_cases_that_need_a_person_are_in_the_review_list_once(name: str, form: tuple[str, ...], store: str) -> None:
    for _ in range(2):
        call(name, str(cases(name)), *form, "--store", store)
        listed = review("list", name, "--store", store)
        wanted = [one for one in expected(name) if (one.get("result") or one).get("status") == "review"]
        assert len({one["record"] for one in listed["items"]}) == len(wanted)


def test_a_person_decides_a_case_of_a_batch(here: Path, home: Path, store: str) -> None:
    case = {"amount": 80, "order": {"placed": "2026-01-02", "returned": "2026-01-20"}}
    (here / "in.jsonl").write_text(json.dumps(case) + "\n")
    call("refund_batch", "in.jsonl", "--out", "out.jsonl", "--store", store)
    items = {one["field"]: one for one in review("list", "refund_batch", "--store", store)["items"]}
    assert set(items) == {"refund", "tier", "order.damaged"}, "the decision, and what it misses"
    assert "PAY" in items["refund"]["choices"]
    (kept,) = [path for path in (home / "cases").rglob("*.txt") if json.loads(path.read_text()) == case]
    assert kept.stat().st_mode & 0o777 == 0o600
    settled = review("settle", items["tier"]["id"], "correct", "--value", "free", "--by", "ann", "--store", store)
    assert settled["status"] == "review"
    damaged = ("settle", items["order.damaged"]["id"], "correct", "--value", "true", "--by", "ann", "--store", store)
    last = review(*damaged)
    assert (last["decided"], last["status"]) == ("PAY", "decided")
    assert review("list", "refund_batch", "--store", store)["items"] == []
    forgotten = CliRunner().invoke(app, ["forget", items["refund"]["record"], "--store", store, "--yes"])
    assert (forgotten.exit_code, kept.exists()) == (0, False), forgotten.output


def test_a_person_mends_a_record_that_the_validator_refused(store: str) -> None:
    call("order_intake", str(cases("order_intake")), "--store", store)
    before = review("list", "order_intake", "--store", store)["items"]
    (item,) = [one for one in before if one["value"] and one["value"]["value"] == "0"]
    assert (item["field"], item["reason"]) == ("quantity", "check")
    review("settle", item["id"], "correct", "--value", "7", "--by", "ann", "--store", store)
    after = review("list", "order_intake", "--store", store)["items"]
    assert {one["id"] for one in before} - {one["id"] for one in after} == {item["id"]}


def test_a_request_that_needs_a_person_waits_for_one(store: str) -> None:
    call("payment_release", "-", "--store", store, given='{"nothing": 1}')
    listed = review("list", "payment_release", "--store", store)
    assert {one["name"] for one in listed["items"]} == {"payment_release"}


def many(path: Path, count: int) -> Path:
    """So many cases, as the shipped ones in turn."""
    shipped = cases("refund_batch").read_text(encoding="utf-8").splitlines()
    path.write_text("".join(shipped[place % len(shipped)] + "\n" for place in range(count)), encoding="utf-8")
    return path


def test_a_batch_that_is_killed_goes_on_where_it_was(here: Path) -> None:
    source, out, checkpoint = many(here / "in.jsonl", 9_000), here / "out.jsonl", here / "out.jsonl.checkpoint"
    call("refund_batch", str(source), "--out", "whole.jsonl")
    seen = [0]
    for _ in range(2):
        child = start("run", "refund_batch", str(source), "--out", str(out))
        until(lambda: checkpoint.exists() and json.loads(checkpoint.read_bytes())["lines"] > seen[-1] + 200, 120)
        child.kill()
        child.wait()
        seen.append(json.loads(checkpoint.read_bytes())["lines"])
    assert 0 < seen[1] < seen[2] < 9_000
    result = call("refund_batch", str(source), "--out", str(out), "--json")
    assert json.loads(result.stdout)["cases"] == 9_000
    assert out.read_bytes() == (here / "whole.jsonl").read_bytes()


def test_a_stream_that_is_killed_loses_nothing(here: Path) -> None:
    messages = [{"id": f"m{n}", "values": {"message": f"error 500 on page {n}"}} for n in range(400)]
    source, out = here / "in.jsonl", here / "answers.jsonl"
    source.write_text("".join(json.dumps(one) + "\n" for one in messages))
    child = start("run", "ticket_stream", "-", "--out", str(out), stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(b"".join(source.read_bytes().splitlines(keepends=True)[:100]))
    child.stdin.flush()
    until(lambda: out.exists() and out.read_bytes().count(b"\n") > 50, 120)
    child.kill()
    child.wait()
    child.stdin.close()
    kept = out.read_bytes().count(b"\n")
    assert 50 < kept <= 100
    with out.open("ab") as file:
        file.write(b'{"id": "m3')  # what a kill in the middle of a write leaves
    result = call("ticket_stream", "-", "--out", str(out), "--json", given=source.read_text())
    assert json.loads(result.stdout)["cases"] == 400 - kept, "what was acknowledged is not done again"
    answers = {one["id"]: one["result"]["decision"] for one in lines(out.read_text())}
    assert answers == {one["id"]: "P2" for one in messages}


def test_a_stream_answers_each_line(here: Path) -> None:
    result = call("ticket_stream", "-", given=cases("ticket_stream").read_text(encoding="utf-8"))
    assert result.exit_code == 1
    answers = {one["id"]: one for one in lines(result.stdout)}
    assert answers == {one["id"]: one for one in expected("ticket_stream")}
    bare = call("ticket_stream", "-", given='{"message": "urgent"}\n\n')
    (answer,) = lines(bare.stdout)
    assert (bare.exit_code, len(answer["id"]), answer["result"]["decision"]) == (0, 64, "P2")


def test_a_request_is_answered() -> None:
    answers = []
    for line in cases("payment_release").read_text(encoding="utf-8").splitlines():
        result = call("payment_release", "-", given=line)
        answers.append(json.loads(result.stdout))
        assert result.exit_code == (0 if answers[-1]["status"] == "ok" else 1)
    assert answers == expected("payment_release")


@pytest.fixture
def served() -> Iterator[str]:
    """`factory serve http` on a free port; its address."""
    child = start("serve", "http", "payment_release", "--port", "0")
    assert child.stderr is not None
    said = child.stderr.readline().decode()
    try:
        found = re.search(r"http://\S+", said)
        assert found, said + child.stderr.read().decode()
        yield found[0]
    finally:
        child.terminate()
        child.wait(30)


def test_requests_over_http_are_answered(served: str) -> None:
    first = cases("payment_release").read_text(encoding="utf-8").splitlines()[0]
    with httpx.Client(base_url=served, timeout=60) as client:
        for _ in range(200):
            try:
                assert client.get("/healthz").status_code == 200
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        answer = client.post("/", content=first)
        assert (answer.status_code, answer.json()) == (200, expected("payment_release")[0])
        assert client.post("/", content=b"[]").status_code == 400
        assert client.post("/", content=b" " * 1_100_000).status_code == 413
        assert client.post("/", content=first, headers={"host": "evil.example"}).status_code == 400


def test_records_are_valid_mended_or_for_a_person(here: Path) -> None:
    result = call("order_intake", str(cases("order_intake")), "--out", "out.jsonl")
    assert result.exit_code == 0
    assert lines((here / "out.jsonl").read_text(encoding="utf-8")) == expected("order_intake")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("refund_batch", "-", "--out", "x.jsonl"), "FILE.jsonl --out RESULTS.jsonl"),
        (("refund_batch", "none.jsonl", "--out", "x.jsonl"), "no such file"),
        (("refund_batch", str(cases("refund_batch"))), "name one with --out"),
        (("refund_batch", str(cases("refund_batch")), "--out", "none/x.jsonl"), "No such file or directory"),
        (("refund_batch", str(cases("refund_batch")), "--out", "x.jsonl", "--limit", "3"), "--limit is for documents"),
        (("ticket_stream", "-", "--out", str(cases("refund_batch"))), "other than answers of a stream"),
        (("order_intake", "a", "b"), "FILE.jsonl, or -"),
    ],
)
def test_a_mistake_in_the_call_is_told(arguments: tuple[str, ...], says: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_batch_of_other_input_or_version_is_not_gone_on_with(here: Path) -> None:
    source = many(here / "in.jsonl", 20)
    call("refund_batch", str(source), "--out", "out.jsonl")
    many(source, 21)
    result = call("refund_batch", str(source), "--out", "out.jsonl")
    assert (result.exit_code, "another input or version" in result.stderr) == (2, True)


def test_only_a_sync_workflow_is_served() -> None:
    result = CliRunner().invoke(app, ["serve", "http", "refund_batch"])
    assert (result.exit_code, "fills the template 'batch', not 'sync'" in result.stderr) == (2, True)
