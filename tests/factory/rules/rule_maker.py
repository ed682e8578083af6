"""Random rules, each made three times over: as text, and as a table that the test works out by truth tables alone."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from factory.rules import Variable
from templates.workflows import logic

Values = Mapping[str, object]
Truth = bool | None
VARIABLES = {
    "covered": Variable("boolean"),
    "urgent": Variable("boolean"),
    "age": Variable("number"),
    "visits": Variable("number", whole=True),
    "plan": Variable("text", ("gold", "silver", "bronze")),
}
GRID: dict[str, tuple[object, ...]] = {
    "covered": (True, False, None),
    "urgent": (True, False, None),
    "age": (9, 10, 11, 20, None),
    "visits": (2, 3, 4, None),
    "plan": ("gold", "silver", "bronze", None),
}
AND = {
    (True, True): True, (True, False): False, (True, None): None,
    (False, True): False, (False, False): False, (False, None): False,
    (None, True): None, (None, False): False, (None, None): None,
}  # fmt: skip
NOT = {True: False, False: True, None: None}
OR = {(a, b): NOT[AND[NOT[a], NOT[b]]] for a, b in AND}


@dataclass(frozen=True)
class Made:
    """A condition as text, and what it is for given values."""

    text: str
    truth: Callable[[Values], Truth]


@dataclass(frozen=True)
class MadeRule:
    """A rule as text, and its branches: condition (None for ELSE) and decision."""

    text: str
    branches: tuple[tuple[Made | None, str], ...]

    def outcome(self, values: Values) -> tuple[str, int]:
        """Decision and branch: of the first true one, unless one before it, of another decision, is unknown."""
        unknown: set[str] = set()
        for number, (condition, decision) in enumerate(self.branches, 1):
            truth = True if condition is None else condition.truth(values)
            if truth is True:
                return ("REVIEW", 0) if unknown - {decision} else (decision, number)
            if truth is None:
                unknown.add(decision)
        return "REVIEW", 0


def make_condition(dice: random.Random, depth: int = 2) -> Made:
    """A condition over VARIABLES."""
    kind = dice.choice(("and", "or", "not", "atom", "atom")) if depth else "atom"
    if kind == "not":
        inner = make_condition(dice, depth - 1)
        return Made(f"NOT ({inner.text})", lambda values: NOT[inner.truth(values)])
    if kind in ("and", "or"):
        left, right = make_condition(dice, depth - 1), make_condition(dice, depth - 1)
        table = AND if kind == "and" else OR
        return Made(
            f"({left.text}) {kind.upper()} ({right.text})",
            lambda values: table[left.truth(values), right.truth(values)],
        )
    return _atom(dice)


def _atom(dice: random.Random) -> Made:
    kind = dice.choice(("flag", "age", "visits", "plan", "sum"))
    if kind == "flag":
        name = dice.choice(("covered", "urgent"))
        return Made(name, lambda values: values[name])  # type: ignore[return-value,arg-type]
    if kind == "plan":
        plan = dice.choice(GRID["plan"][:3])
        return Made(f'plan = "{plan}"', lambda values: None if values["plan"] is None else values["plan"] == plan)
    relation = dice.choice(("<", "<=", ">", ">=", "=", "!="))
    if kind == "sum":
        limit = dice.choice((16, 20, 28))
        return Made(f"age + 2 * visits {relation} {limit}", lambda v: _related(relation, _sum(v), limit))
    limit = dice.choice((10, 11) if kind == "age" else (3, 4))
    return Made(f"{kind} {relation} {limit}", lambda values: _related(relation, values[kind], limit))


def _sum(values: Values) -> object:
    age, visits = values["age"], values["visits"]
    return age + 2 * visits if age is not None and visits is not None else None  # type: ignore[operator]


def _related(relation: str, value: object, limit: int) -> Truth:
    if not isinstance(value, int | Fraction):
        return None
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit,
        ">=": value >= limit, "=": value == limit, "!=": value != limit,
    }[relation]  # fmt: skip


def make_rule(dice: random.Random) -> MadeRule:
    """One to four branches and ELSE."""
    branches: list[tuple[Made | None, str]] = [
        (make_condition(dice), dice.choice(("APPROVE", "DENY", "HOLD"))) for _ in range(dice.randint(1, 4))
    ]
    branches.append((None, dice.choice(("APPROVE", "DENY"))))
    return MadeRule(rule_text(branches), tuple(branches))


def rule_text(branches: list[tuple[Made | None, str]]) -> str:
    """The branches as the text of a rule."""
    lines = [f"IF {condition.text} THEN {decision}" for condition, decision in branches if condition is not None]
    return "\nELSE ".join([*lines, *(decision for condition, decision in branches if condition is None)])


def grid(names: list[str]) -> Iterator[dict[str, object]]:
    """Every combination of the grid's values."""
    for chosen in product(*(GRID[name] for name in names)):
        yield dict(zip(names, chosen, strict=True))


def load(source: str, name: str) -> Callable[..., logic.Outcome]:
    """The function `name` of emitted source, with the words of the rule library around it."""
    module = {**vars(logic)}
    exec(compile(source, "rule", "exec"), module)
    return module[name]  # type: ignore[no-any-return]
