"""What a model must not say back."""

import json

import pytest
from pydantic import BaseModel

from benchmarks.security import _lines
from benchmarks.security_cases_reader import leak_case
from benchmarks.security_text import CASES
from security.output_gate import OutputGate, make_canaries, plant

PROMPTS = json.loads((CASES / "prompts.json").read_text(encoding="utf-8"))
LEAKS = _lines("leakage")
BEYOND = {"translated (German)", "paraphrased"}
"""No comparison of wording finds these; the input gate has to."""


@pytest.mark.parametrize("case", [c for c in LEAKS if c["name"] not in BEYOND], ids=lambda c: c["id"])
def test_case(case: dict[str, object]) -> None:
    prompt, canaries, response = leak_case(case, PROMPTS)
    findings = OutputGate(prompt, canaries).check(response)
    assert any(finding.severity == "high" for finding in findings) == case["leaked"]
    assert not any(canary in str(finding) for finding in findings for canary in canaries)


def test_canaries_are_new_for_each_call_and_spread_over_the_prompt() -> None:
    canaries = make_canaries(3)
    prompt = plant("First part.\n\nSecond part.\n\nThird part.", canaries)
    assert len({*canaries, *make_canaries(3)}) == 6
    places = [prompt.index(canary) for canary in canaries]
    assert places == sorted(places)
    assert places[0] < prompt.index("First") and places[2] > prompt.index("Third")


def test_text_that_the_caller_sent_may_be_quoted() -> None:
    document = (
        "The carrier delivers twelve pallets of cement to the yard behind the station before eight in the morning."
    )
    gate = OutputGate(f"Read this note and find the date.\n\n{document}", known=document)
    assert gate.check(document) == []


class Answer(BaseModel):
    total: float
    vendor: str


def test_schema_and_length() -> None:
    gate = OutputGate("Read the invoice.", schema=Answer, longest=200)
    assert gate.check('{"total": 12.5, "vendor": "Miller"}') == []
    (finding,) = gate.check('{"total": "many dollars"}')
    assert finding.id == "schema"
    assert "total" in finding.message and "vendor" in finding.message and "many dollars" not in finding.message
    assert [f.id for f in gate.check("x" * 201)] == ["too-long"]


def test_fails_closed() -> None:
    gate = OutputGate("Read the invoice.")
    (finding,) = gate.check(None)  # type: ignore[arg-type]
    assert (finding.id, finding.severity) == ("gate-failed", "high")
