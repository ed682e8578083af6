"""Rule text: what is read, and what each mistake is told."""

from datetime import date

import pytest

from factory.rules import RuleError, Variable, emit_rule, parse_condition, parse_rule, prove
from tests.factory.rules.rule_maker import load

VARIABLES = {
    "bmi": Variable("number"),
    "count": Variable("number", whole=True),
    "issued": Variable("date"),
    "received": Variable("date"),
    "message": Variable("text"),
    "plan": Variable("text", ("gold", "silver")),
    "covered": Variable("boolean"),
    "invoice.total": Variable("number"),
}


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("IF bmy > 3 THEN A ELSE B", 1, 4, "did you mean 'bmi'"),
        ("IF bmi > 3 THEN A\nELSE IF coverd THEN B\nELSE C", 2, 9, "did you mean 'covered'"),
        ("IF bmi > THEN A ELSE B", 1, 10, "'THEN' stands where"),
        ("IF bmi > 3 THEN", 1, 16, "the text ends"),
        ("IF bmi THEN A ELSE B", 1, 4, "a condition is wanted here, not a number"),
        ("IF issued > 3 THEN A ELSE B", 1, 4, "a date cannot be compared with a number"),
        ("IF issued > 2026-02-30 THEN A ELSE B", 1, 13, "no day of the calendar"),
        ("IF issued + bmi > received THEN A ELSE B", 1, 4, "whole numbers of days"),
        ("IF TODAY > issued THEN A ELSE B", 1, 4, "take the day as an input"),
        ('IF plan = "golden" THEN A ELSE B', 1, 4, "did you mean 'gold'"),
        ("IF plan = golden THEN A ELSE B", 1, 11, "did you mean 'gold'"),
        ("IF plan > gold THEN A ELSE B", 1, 4, "compares numbers and dates"),
        ("IF message + 1 > 2 THEN A ELSE B", 1, 4, "arithmetic wants numbers"),
        ('IF bmi MENTIONS "x" THEN A ELSE B', 1, 4, "looks into text"),
        ("IF bmi # 3 THEN A ELSE B", 1, 8, "does not belong here"),
    ],
)
def test_mistakes_say_where_and_how_to_mend_them(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule("rule", text, VARIABLES)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("bmi between 10 and 20", {"bmi": 20}, True),
        ("bmi / count > 2", {"bmi": 5, "count": 0}, None),
        ("-bmi < -2.5 + 1", {"bmi": 2}, True),
        ("plan IN (gold, silver)", {"plan": "silver"}, True),
        ("plan NOT IN (gold)", {"plan": None}, None),
        ("NOT plan IS MISSING AND covered IS KNOWN", {"plan": "gold", "covered": None}, False),
        ("received - issued > 30 DAYS", {"received": date(2026, 3, 3), "issued": date(2026, 1, 31)}, True),
        ("received <= issued + 2 WEEKS", {"received": date(2026, 2, 14), "issued": date(2026, 1, 31)}, True),
        ('message MENTIONS "tax refund"', {"message": "My TAX\nrefund!"}, True),
        ('message MENTIONS ANY ("refund", "charge")', {"message": "surcharge"}, False),
        ("invoice.total ≥ 10 -- a note", {"invoice_total": 10}, True),
        ("covered = (bmi > 3)", {"covered": True, "bmi": None}, None),
    ],
)
def test_conditions(condition: str, values: dict[str, object], expected: bool | None) -> None:
    rule = parse_rule("rule", f"IF {condition}\nTHEN YES ELSE NO", VARIABLES)
    days = {name: value.toordinal() if isinstance(value, date) else value for name, value in values.items()}
    source = emit_rule(rule)
    outcome = load(source, "rule")(**days)
    assert outcome.decision == {True: "YES", False: "NO", None: "REVIEW"}[expected]
    assert not [defect for defect in prove(rule, source).defects if defect.claim == "equal"]


def test_a_condition_alone() -> None:
    assert parse_condition("bmi > 10 AND bmi < 100", VARIABLES).type == "boolean"


def test_reasons_are_kept() -> None:
    rule = parse_rule("rule", 'IF covered THEN APPROVE BECAUSE "the plan covers it" ELSE DENY', VARIABLES)
    assert load(emit_rule(rule), "rule")(covered=True).reason == "the plan covers it"
