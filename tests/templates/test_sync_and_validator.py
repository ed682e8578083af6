"""The synchronous handler and the input validator: every input gets an answer, and no value leaks in it."""

import json
from collections.abc import Mapping

import pytest

from tests.templates.hosts import filled, judged, loaded

CHECKS = '''
def check(values: Values) -> list[str]:
    """An amount in euros, and a date."""
    found = []
    if not isinstance(values.get("amount"), int):
        found.append("amount is no whole number")
    if len(str(values.get("date", ""))) != 10:
        found.append("date is not YYYY-MM-DD")
    return found


def fallback(values: Values, found: list[str]) -> Made | None:
    """An amount written as text is read; a date is never made up."""
    text = str(values.get("amount", "")).strip()
    if text == "boom":
        raise ValueError(text)
    return {**values, "amount": int(text)} if text.isdigit() else None
'''

DAY = "2026-01-31"
BOTH = ("amount is no whole number", "date is not YYYY-MM-DD")


def ask(request: bytes) -> dict[str, object]:
    answer: dict[str, object] = json.loads(loaded("sync").respond(request))
    return answer


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b'{"amount": 1.10}', {"status": "ok", "result": {"rest": 0, "twice": "2.20"}}),
        (b"{}", {"status": "failed", "reason": "KeyError"}),
        (b'{"amount": "secret-4711"}', {"status": "failed", "reason": "InvalidOperation"}),
        (b"[]", {"status": "refused", "reason": "not_an_object"}),
        (b"{", {"status": "refused", "reason": "not_json"}),
        (b"\xff", {"status": "refused", "reason": "not_json"}),
        (b"[" * 100_000, {"status": "refused", "reason": "not_json"}),
        (b" " * 2_000_000, {"status": "refused", "reason": "too_large"}),
    ],
)
def test_every_request_gets_an_answer(request_: bytes, expected: Mapping[str, object]) -> None:
    assert ask(request_) == expected


@pytest.mark.parametrize(
    ("values", "status", "used", "problems"),
    [
        ({"amount": 3, "date": DAY}, "valid", {"amount": 3, "date": DAY}, ()),
        ({"amount": " 3 ", "date": DAY}, "mended", {"amount": 3, "date": DAY}, ("amount is no whole number",)),
        ({"amount": "3", "date": "today"}, "review", None, BOTH),
        ({"amount": "boom"}, "review", None, (*BOTH, "the fallback raised ValueError")),
    ],
)  # fmt: skip
def test_inputs_are_valid_mended_or_for_a_person(
    values: dict[str, object], status: str, used: object, problems: tuple[str, ...]
) -> None:
    before = dict(values)
    found = loaded("input_validator", CHECKS).validate(values)
    assert (found.status, found.values, found.problems) == (status, used, problems)
    assert values == before


def test_an_empty_hole_lets_nothing_through() -> None:
    assert loaded("input_validator", "").validate({"amount": 1}).status == "review"
    assert json.loads(loaded("sync", "").respond(b"{}")) == {"status": "failed", "reason": "LookupError"}


@pytest.mark.parametrize("template", ["sync", "stream", "batch", "input_validator", "decision"])
def test_only_the_hole_may_change(template: str) -> None:
    source = filled(template, "def _helper() -> int:\n    return 1\n")
    assert judged(template, source.replace("import", "import ", 1))
    assert judged(template, source.replace("return 1", "return open('x')"))
    assert judged(template, source.replace("def _helper", "def own_functions"))
