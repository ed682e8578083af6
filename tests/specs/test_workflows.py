"""The shipped workflows decide their example cases as `expected.json` says, through the command's own path."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.given import Given
from runtime.workflow_case import run_case_file
from runtime.workflow_run import decide
from tests.workflow_parts import SPECS, loaded

EXPECTED: list[tuple[str, Path, dict[str, Any]]] = [
    (folder.parent.name, next(folder.parent.glob(f"cases/{case}.*")), expected)
    for folder in sorted(SPECS.glob("*/expected.json"))
    for case, expected in json.loads(folder.read_text(encoding="utf-8")).items()
]


@pytest.mark.parametrize(("name", "case", "expected"), EXPECTED, ids=lambda part: getattr(part, "stem", None))
def test_cases_are_decided_as_expected(name: str, case: Path, expected: dict[str, Any]) -> None:
    workflow = loaded(name)
    extraction = run_case_file(workflow, case)
    assert extraction.decision is not None
    trace = extraction.decision["trace"]
    assert {key: trace[key] for key in expected} == expected
    recorded = {key: Given.from_dict(one) for key, one in extraction.decision["recorded"].items()}
    assert decide(workflow, recorded).to_dict() == trace, "a replay of what was recorded differs"
    doubtful = extraction.record.doubtful
    assert bool(doubtful) == (trace["status"] == "review")


def test_every_case_is_expected() -> None:
    for folder in SPECS.glob("*/expected.json"):
        cases = {path.stem for path in (folder.parent / "cases").iterdir()}
        assert cases == set(json.loads(folder.read_text(encoding="utf-8")))


def test_reasons_name_rows_and_missing_values_but_no_amounts() -> None:
    workflow = loaded("billing_reconciliation")
    extraction = run_case_file(workflow, SPECS / "billing_reconciliation" / "cases" / "tax_missing.json")
    assert extraction.decision is not None
    texts = [reason["text"] for reason in extraction.decision["trace"]["reasons"]]
    assert texts == ["missing: invoice.tax"]
