"""200 generated rules: compiled function, table and z3 agree on all; 50 with a planted defect are all refused."""

import random
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import pytest
import z3

from factory.rules import Rule, emit_rule, parse_rule, prove
from factory.rules.meaning import Meaning
from factory.rules.symbols import Codes, Symbol
from tests.factory.rules.rule_maker import VARIABLES, MadeRule, grid, load, make_rule

SEED = 20261125
RULES = 200
DEFECTS = 50


@cache
def sound_rules() -> list[tuple[MadeRule, Rule, str]]:
    """Generated rules whose proof holds; a random rule may have a branch that nothing reaches, which is no rule."""
    dice = random.Random(SEED)
    found: list[tuple[MadeRule, Rule, str]] = []
    while len(found) < RULES:
        rule = make_rule(dice)
        parsed = parse_rule("rule", rule.text, VARIABLES)
        source = emit_rule(parsed)
        if prove(parsed, source).holds:
            found.append((rule, parsed, source))
    return found


def test_function_table_and_z3_agree() -> None:
    seen = 0
    for made, parsed, source in sound_rules():
        function = load(source, "rule")
        codes = Codes()
        symbols = {name: Symbol.make(name, variable) for name, variable in parsed.inputs.items()}
        term = Meaning(symbols, codes).outcome(parsed)
        points = list(grid(list(parsed.inputs)))
        for number, values in enumerate(points):
            expected = made.outcome({**dict.fromkeys(VARIABLES), **values})
            outcome = function(**values)
            assert (outcome.decision, outcome.branch) == expected, (made.text, values)
            if number % 17 == 0:  # z3 on a part of the table: evaluating a term takes a hundred times as long
                assert codes.outcome_of(_evaluated(term, symbols, codes, values)) == expected, (made.text, values)
        seen += 1
    assert seen == RULES


def _evaluated(term: object, symbols: dict[str, Symbol], codes: Codes, values: dict[str, object]) -> int:
    pairs = []
    for name, symbol in symbols.items():
        value = values[name]
        pairs.append((symbol.value.known, z3.BoolVal(value is not None)))
        if value is not None:
            coded = codes.text(value) if isinstance(value, str) else value
            sort = z3.BoolVal if isinstance(value, bool) else z3.RealVal if z3.is_real(symbol.base) else z3.IntVal
            pairs.append((symbol.base, coded if isinstance(value, str) else sort(value)))
    return int(z3.simplify(z3.substitute(term, *pairs)).as_long())


MUTATIONS = (
    ("at_least(", "above("), ("above(", "at_least("), ("below(", "at_most("), ("at_most(", "below("),
    ("all_of(", "any_of("), ("any_of(", "all_of("), ("negated(", "all_of("), ("plus(", "minus("),
    ('"APPROVE"', '"DENY"'), ('"DENY"', '"HOLD"'), (", 10)", ", 12)"), (", 3)", ", 2)"), ('"gold"', '"silver"'),
    ("covered", "urgent"), (", branch_1)", ")"), ("if branch_1:", "if branch_1 is None:"),
)  # fmt: skip


def defective() -> Iterator[tuple[MadeRule, Rule, str]]:
    """Emitted code with one change that matters on the grid."""
    dice = random.Random(SEED + 1)
    for made, parsed, source in sound_rules():
        before, after = dice.choice(MUTATIONS)
        body = source.index('."""')
        places = [found.start() for found in re.finditer(re.escape(before), source) if found.start() > body]
        if not places:
            continue
        place = dice.choice(places)
        broken = source[:place] + after + source[place + len(before) :]
        if ("covered" in broken[body:] and "covered" not in parsed.inputs) or (
            "urgent" in broken[body:] and "urgent" not in parsed.inputs
        ):
            continue
        function = load(broken, "rule")
        if any(_differs(made, function(**values), values) for values in grid(list(parsed.inputs))):
            yield made, parsed, broken


def _differs(made: MadeRule, outcome: object, values: dict[str, object]) -> bool:
    expected = made.outcome({**dict.fromkeys(VARIABLES), **values})
    return (outcome.decision, outcome.branch) != expected  # type: ignore[attr-defined]


def test_planted_defects_are_refused_with_a_counterexample() -> None:
    refused = 0
    for made, parsed, broken in defective():
        proof = prove(parsed, broken)
        equal = [defect for defect in proof.defects if defect.claim == "equal"]
        assert equal, (made.text, broken)
        values = {name: _value(text) for name, text in equal[0].example.items()}
        assert _differs(made, load(broken, "rule")(**values), values), "the counterexample shows nothing"
        refused += 1
        if refused == DEFECTS:
            break
    assert refused == DEFECTS


def _value(text: str) -> object:
    plain: dict[str, object] = {"missing": None, "true": True, "false": False}
    if text in plain:
        return plain[text]
    return text if text.isalpha() else Fraction(text)


@pytest.mark.parametrize(
    ("text", "claim", "says"),
    [
        ("IF age > 10 THEN APPROVE ELSE IF age > 20 THEN DENY ELSE HOLD", "unreachable", "branch 2"),
        ("IF age > 10 AND age < 5 THEN APPROVE ELSE DENY", "unreachable", "no input meets it"),
        ("IF age > 10 THEN APPROVE ELSE IF age < 10 THEN DENY", "undecided", "add ELSE"),
        ("IF visits > 2 AND visits < 3 THEN APPROVE ELSE DENY", "unreachable", "no input meets it"),
    ],
)
def test_unsound_rules_are_refused(text: str, claim: str, says: str) -> None:
    parsed = parse_rule("rule", text, VARIABLES)
    defects = prove(parsed, emit_rule(parsed)).defects
    assert [(defect.claim, says in str(defect)) for defect in defects] == [(claim, True)]


def test_a_counterexample_of_a_gap_is_the_gap() -> None:
    parsed = parse_rule("rule", "IF age > 10 THEN APPROVE ELSE IF age < 10 THEN DENY", VARIABLES)
    assert prove(parsed, emit_rule(parsed)).defects[0].example == {"age": "10"}


def test_code_that_would_raise_on_a_missing_value_is_refused() -> None:
    parsed = parse_rule("rule", "IF age > 10 THEN APPROVE ELSE DENY", VARIABLES)
    source = 'def rule(age):\n    return Outcome("APPROVE", 1) if age > 10 else Outcome("DENY", 2)\n'
    defect = prove(parsed, source).defects[0]
    assert (defect.claim, defect.example) == ("raises", {"age": "missing"})


def test_code_written_another_way_is_proven_too() -> None:
    parsed = parse_rule("rule", "IF age BETWEEN 10 AND 20 AND covered THEN APPROVE ELSE DENY", VARIABLES)
    source = """
def rule(age, covered):
    inside = age is not None and 10 <= age <= 20
    if inside and covered:
        return Outcome("APPROVE", 1)
    elif (age is None and covered is not False) or (inside and covered is None):
        return Outcome(REVIEW, UNDECIDED)
    return Outcome("DENY", 2)
"""
    assert prove(parsed, source).holds


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("    while True:\n        pass\n", "While"),
        ("    return open(age)\n", "no function"),
        ("    return rule(age)\n", "calls itself"),
        ("    return age\n", "no Outcome"),
    ],
)
def test_code_that_the_proof_does_not_follow_is_refused(body: str, says: str) -> None:
    parsed = parse_rule("rule", "IF age > 10 THEN APPROVE ELSE DENY", VARIABLES)
    defects = prove(parsed, f"def rule(age):\n{body}").defects
    assert defects and defects[0].claim == "unproven" and says in defects[0].message


def test_a_missing_value_that_does_not_matter_does_not_send_to_review() -> None:
    parsed = parse_rule("rule", "IF covered THEN APPROVE ELSE IF age > 10 THEN APPROVE ELSE DENY", VARIABLES)
    function = load(emit_rule(parsed), "rule")
    assert function(covered=None, age=11).decision == "APPROVE"
    assert function(covered=None, age=9).decision == "REVIEW"


def test_a_rule_may_say_what_missing_means() -> None:
    asks = parse_rule("rule", "IF age IS MISSING THEN HOLD ELSE IF age > 10 THEN APPROVE ELSE DENY", VARIABLES)
    unmet = parse_rule("rule", "IF age > 10 THEN APPROVE ELSE DENY", VARIABLES, "unmet")
    for rule, decision in ((asks, "HOLD"), (unmet, "DENY")):
        source = emit_rule(rule)
        assert prove(rule, source).holds
        assert load(source, "rule")(age=None).decision == decision


def test_a_long_rule_is_split_and_proven() -> None:
    text = "\nELSE ".join([*(f"IF visits = {n} THEN D{n % 3}" for n in range(30)), "REST"])
    parsed = parse_rule("rule", text, VARIABLES)
    source = emit_rule(parsed)
    assert source.count("def ") == 7
    assert prove(parsed, source).holds
    assert load(source, "rule")(visits=29).branch == 30
