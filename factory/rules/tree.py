"""A rule as a typed tree. Dates are day numbers, numbers exact fractions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Type = Literal["boolean", "number", "date", "text"]
Relation = Literal["=", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*", "/"]
WhenMissing = Literal["review", "unmet"]


@dataclass(frozen=True)
class Variable:
    """A value that rules may name."""

    type: Type
    values: tuple[str, ...] = ()
    """For text that is an enum: what it may be."""
    whole: bool = False
    """For numbers: only whole ones."""


@dataclass(frozen=True)
class Constant:
    """TRUE, 30.5, "text", 2026-01-31, 14 DAYS."""

    value: bool | Fraction | int | str
    type: Type


@dataclass(frozen=True)
class Name:
    """The value of a variable."""

    name: str
    type: Type


@dataclass(frozen=True)
class IsMissing:
    """`x IS MISSING`: never unknown itself."""

    operand: "Expression"
    type: Type = "boolean"


@dataclass(frozen=True)
class Not:
    """Kleene negation."""

    operand: "Expression"
    type: Type = "boolean"


@dataclass(frozen=True)
class Junction:
    """AND or OR of two or more."""

    word: Literal["and", "or"]
    parts: tuple["Expression", ...]
    type: Type = "boolean"


@dataclass(frozen=True)
class Compare:
    """A comparison: unknown where a side is missing."""

    relation: Relation
    left: "Expression"
    right: "Expression"
    type: Type = "boolean"


@dataclass(frozen=True)
class Mentions:
    """`text MENTIONS "words"`: the words stand in the text, in any letter case."""

    operand: "Expression"
    words: str
    type: Type = "boolean"


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference, product or quotient: missing where a side is, and for a division by zero."""

    operator: Operator
    left: "Expression"
    right: "Expression"
    type: Type = "number"


Expression = Constant | Name | IsMissing | Not | Junction | Compare | Mentions | Arithmetic


@dataclass(frozen=True)
class Branch:
    """`IF condition THEN decision BECAUSE "reason"`; the last one may have no condition. `line` within the text."""

    condition: Expression | None
    decision: str
    reason: str
    line: int
    text: str
    """The condition as written; empty for ELSE."""


@dataclass(frozen=True)
class Rule:
    """A whole rule. `inputs` are the variables it names, in the order in which it names them."""

    name: str
    branches: tuple[Branch, ...]
    inputs: Mapping[str, Variable]
    when_missing: WhenMissing = "review"
    decisions: tuple[str, ...] = field(default=())

    @property
    def has_otherwise(self) -> bool:
        """Whether it ends with ELSE."""
        return self.branches[-1].condition is None


def walk(node: Expression) -> Iterator[Expression]:
    """The node and all below it, in the order of the text."""
    yield node
    match node:
        case IsMissing(operand) | Not(operand) | Mentions(operand):
            yield from walk(operand)
        case Junction(parts=parts):
            for part in parts:
                yield from walk(part)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            yield from walk(left)
            yield from walk(right)
        case _:
            return


def argument(name: str) -> str:
    """A variable's name as a Python argument: `invoice.total` is `invoice_total`."""
    return name.replace(".", "_")
