"""Each rule on the smallest code that breaks it; findings carry the file's lines."""

import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from factory.assemble import fill
from factory.spec import parse_spec
from factory.validate import syntax as stage
from factory.validate.verdict import Verdict
from tests.factory.validate.parts import EVIDENCE, PLAN, SPEC, artifact, line_of, source

BRANCHES = "".join(f"    if document.text == '{number}':\n        return []\n" for number in range(11))
LONG = "    text = document.text\n" * 50 + "    return [found for found in money(document) if text]\n"
TOTAL = "total(document: Document) -> list[Candidate]"


def judge(text: str) -> Verdict:
    return stage(artifact(text), SPEC, EVIDENCE)


def test_good_code_passes() -> None:
    assert judge(source()).findings == ()


@pytest.mark.parametrize(
    ("body", "rule", "at"),
    [
        ("    return dates(document)[0]\n", "return-value", "return dates(document)[0]"),
        ("    return [found.valeu for found in money(document)]\n", "attr-defined", "return [found.valeu"),
        ("    unused = 1\n    return money(document)\n", "F841", "unused = 1"),
        ("    return undefined(document)\n", "F821", "undefined(document)"),
        ("    def inner(word):\n        return word\n    return inner(document)\n", "no-untyped-def", "def inner"),
        (BRANCHES + "    return []\n", "C901", "def total"),
        (LONG, "function-too-long", "def total"),
    ],
)
def test_rules(body: str, rule: str, at: str) -> None:
    text = source(total=body)
    found = [finding for finding in judge(text).findings if finding.id == rule]
    assert found, judge(text).findings
    assert found[0].line == line_of(text, at)
    assert found[0].gate == "syntax"


@pytest.mark.parametrize(
    ("heads", "rule"),
    [
        ((TOTAL,), "function-missing"),
        ((TOTAL, "day(document: Document) -> list[str]"), "wrong-signature"),
        ((TOTAL, "day(page: Document) -> list[Candidate]"), "wrong-signature"),
        ((TOTAL, "day(document: Document, more: int = 1) -> list[Candidate]"), "wrong-signature"),
        ((TOTAL, TOTAL.replace("total", "day"), TOTAL.replace("total", "helper")), "function-unexpected"),
    ],
)
def test_the_spec_says_which_functions_there_are(heads: tuple[str, ...], rule: str) -> None:
    text = fill(PLAN.template_source, "\n\n".join(f"def {head}:\n    return []\n" for head in heads))
    assert [finding.id for finding in judge(text).findings] == [rule]


def test_a_field_may_have_the_name_of_an_import() -> None:
    spec = parse_spec("kind: document\nname: note\nfields:\n  date: {type: date}\n  find: {type: money}\n")
    heads = ("date(document: Document) -> list[Candidate]", "find(document: Document) -> list[Candidate]")
    text = fill(PLAN.template_source, "\n\n".join(f"def {head}:\n    return []\n" for head in heads))
    assert stage(artifact(text), spec, EVIDENCE).findings == ()
    twice = fill(PLAN.template_source, "\n\n".join(f"def {head}:\n    return []\n" for head in heads * 2))
    assert {finding.id for finding in stage(artifact(twice), spec, EVIDENCE).findings} >= {"F811"}


def test_unparsed_code_is_refused() -> None:
    (finding,) = judge(source(total="    return [\n")).findings
    assert finding.id == "not-parsed" and finding.line is not None


def test_own_rules_hold_whatever_comments_say() -> None:
    verdict = judge(source(total="    unused = 1  # noqa\n    return money(document)\n"))
    assert "F841" in {finding.id for finding in verdict.findings}


@pytest.fixture
def broken_tool(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """One tool ends with an exit code that means it did not do its work; the other does it."""
    module = import_module("factory.validate.syntax")
    run = module._run

    def broken(tool: str, arguments: list[str], folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
        if tool == request.param:
            return subprocess.CompletedProcess([], 2, "", "")
        return run(tool, arguments, folder, **variables)

    monkeypatch.setattr(module, "_run", broken)
    yield request.param


@pytest.mark.parametrize("broken_tool", ["ruff", "mypy"], indirect=True)
def test_a_tool_that_fails_blocks(broken_tool: str) -> None:
    assert f"{broken_tool}-failed" in {finding.id for finding in judge(source()).findings}
