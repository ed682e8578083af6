"""Every bad fixture is refused with its weakness named, every benign one passes. A new case is a new entry there."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from bandit.core import manager

from benchmarks.security_code import CODE, cases
from security.code.policy import GENERATED_CODE
from security.code.source import Code
from security.code_gate import RULES, Rule, check_code, provided_names, reserved_names
from security.finding import Finding

FIXTURES = CODE
TEMPLATE = (CODE / "template.py").read_text()
RELATIVES = {400: {400, 674, 835, 1333}}
"""Weaknesses that count as named where a family holds several."""


def judge(source: str) -> tuple[Finding, ...]:
    return check_code(source, provided_names(TEMPLATE), reserved_names(TEMPLATE))


def bad_cases() -> list[ParameterSet]:
    found = []
    for file in sorted((FIXTURES / "bad").glob("*.py")):
        for title, source in cases(file):
            text, _, number = title.rpartition(" CWE-")
            cwe = int(number if text else file.stem.removeprefix("cwe_"))
            found.append(pytest.param(source, RELATIVES.get(cwe, {cwe}), id=f"{file.stem}: {text or title}"))
    return found


@pytest.mark.parametrize(("source", "weaknesses"), bad_cases())
def test_bad_code_is_refused_by_name(source: str, weaknesses: set[int]) -> None:
    findings = judge(source)
    assert findings
    assert weaknesses & {finding.cwe for finding in findings}, [str(finding) for finding in findings]


@pytest.mark.parametrize(
    "source", [pytest.param(text, id=title) for title, text in cases(FIXTURES / "benign/functions.py")]
)
def test_benign_code_passes(source: str) -> None:
    assert [str(finding) for finding in judge(source)] == []


@pytest.mark.parametrize("file", sorted((FIXTURES / "unparsed").glob("*.py")), ids=lambda file: file.stem)
def test_what_cannot_be_parsed_is_refused(file: Path) -> None:
    (finding,) = judge(file.read_text())
    assert finding.id == "not-parsed"


def test_every_family_has_twenty_cases() -> None:
    for family in (22, 78, 89, 94, 328, 400, 502, 798, 918):
        assert len(cases(FIXTURES / "bad" / f"cwe_{family:03}.py")) >= 20
    assert len(cases(FIXTURES / "benign" / "functions.py")) >= 20


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_needed_by_some_case(rule: Rule) -> None:
    """A rule that refuses nothing by itself would go untested."""
    for file in sorted((FIXTURES / "bad").glob("*.py")):
        for _, source in cases(file):
            code = Code(source, ast.parse(source), GENERATED_CODE, provided_names(TEMPLATE), reserved_names(TEMPLATE))
            if list(rule(code)):
                return
    pytest.fail("no case for this rule")


def test_findings_name_line_and_column() -> None:
    (finding,) = judge("def total(document: Document) -> list[Candidate]:\n    return [document.memo]\n")
    assert (finding.line, finding.column, finding.gate) == (2, 13, "security")
    assert finding.fix and finding.to_dict()["id"] == "attribute-not-allowed"


def test_a_template_provides_only_what_the_policy_lists() -> None:
    names = provided_names(TEMPLATE)
    assert {"Candidate", "dates", "Document", "date"} <= names
    assert not {"json", "field_functions"} & names
    assert {"field_functions", "globals", "FIELDS"} <= reserved_names(TEMPLATE)


def test_the_policy_lists_only_names_that_exist() -> None:
    for module, names in GENERATED_CODE.imports.items():
        loaded = import_module(module)
        assert [name for name in names if not hasattr(loaded, name)] == [], module


def test_bandit_failing_to_read_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager.BanditManager, "discover_files", lambda self, targets: None)
    assert "bandit-failed" in {finding.id for finding in judge("X = 1\n")}
