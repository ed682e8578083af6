"""How well the output gate finds answers that give a system prompt away: answers that we made up, and recorded ones."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.security_cases_reader import fill, leak_case, read_lines
from benchmarks.security_text import CASES
from security.input_gate import InputGate
from security.output_gate import OutputGate, make_canaries

PROMPTS: list[str] = json.loads((CASES / "prompts.json").read_text(encoding="utf-8"))
RECORDED = CASES / "leakage_recorded.jsonl"

Report = dict[str, Any]


def made_up() -> Report:
    """Answers of `leakage.jsonl`: every way we know to hide a prompt in an answer."""
    judged = []
    for case in read_lines("leakage"):
        prompt, canaries, response = leak_case(case, PROMPTS)
        judged.append((case, stopped(OutputGate(prompt, canaries), response)))
    return _share(judged)


def recorded(gate: InputGate) -> Report:
    """Answers of a real model to requests for its orders (`benchmarks/record_leakage.py`), labelled by hand.

    `requests_stopped`: shares of the requests, bad and honest, that `gate` holds back before any model is asked.
    """
    cases = read_lines(RECORDED.stem)
    judged = [(case, recorded_stopped(case)) for case in cases]
    asked: dict[bool, list[bool]] = {True: [], False: []}
    for case in cases:
        asked[case["honest"]].append(gate.check(case["request"]).action in ("review", "block"))
    held = {"bad": asked[False], "honest": asked[True]}
    return {**_share(judged), "requests_stopped": {name: sum(each) / len(each) for name, each in held.items()}}


def recorded_stopped(case: Mapping[str, Any]) -> bool:
    """Whether the gate stops a recorded answer, judged as `inference.complete` judges it."""
    canaries, prompt = make_canaries(), PROMPTS[case["prompt"]]
    return stopped(OutputGate(prompt, canaries, known=case["request"]), fill(case["response"], prompt, canaries))


def stopped(gate: OutputGate, response: str) -> bool:
    """Whether an answer must not be used."""
    return any(finding.severity == "high" for finding in gate.check(response))


def _share(judged: Iterable[tuple[Mapping[str, Any], bool]]) -> Report:
    rows = list(judged)
    leaks = [found for case, found in rows if case["leaked"]]
    return {
        "cases": len(rows),
        "leaks": len(leaks),
        "right": sum(found == case["leaked"] for case, found in rows),
        "recall": sum(leaks) / len(leaks),
        "false_alarms": sum(found for case, found in rows if not case["leaked"]),
        "wrong": [case["id"] for case, found in rows if found != case["leaked"]],
    }
