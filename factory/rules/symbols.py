"""What both sides of a proof are made of: values that may be missing, as z3 terms. Numbers are reals, text is coded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import z3

from factory.rules.tree import Variable

Term = Any
"""A z3 term; the library has no types."""
Kind = Literal["boolean", "number", "text", "outcome", "none"]


class ProofError(ValueError):
    """Code that the proof does not understand, and so does not let pass; the message names its line."""


@dataclass(frozen=True)
class Value:
    """A value: whether it is known (not None), and what it then is."""

    kind: Kind
    known: Term
    value: Term


NONE = Value("none", z3.BoolVal(False), None)


@dataclass
class Codes:
    """Texts and outcomes as whole numbers: the same for both sides."""

    texts: dict[str, int] = field(default_factory=dict)
    outcomes: dict[tuple[str, int], int] = field(default_factory=dict)

    def text(self, text: str) -> Term:
        """A text; texts that no code stands for are all other texts."""
        return z3.IntVal(self.texts.setdefault(text, len(self.texts) + 1))

    def outcome(self, decision: str, branch: int) -> Term:
        """A decision by a branch."""
        return z3.IntVal(self.outcomes.setdefault((decision, branch), len(self.outcomes) + 1))

    def outcome_of(self, code: int) -> tuple[str, int]:
        """The inverse of `outcome`."""
        return next(key for key, value in self.outcomes.items() if value == code)


MENTIONS = z3.Function("mentions", z3.IntSort(), z3.IntSort(), z3.BoolSort())
"""Whether a text has certain words: nothing is known of it but that it is a function."""


@dataclass(frozen=True)
class Symbol:
    """An input as z3 sees it: `base` is the unknown itself (a whole number under a day or an enum's code)."""

    name: str
    variable: Variable
    value: Value
    base: Term

    @staticmethod
    def make(name: str, variable: Variable, tag: str = "") -> "Symbol":
        """A new unknown; another `tag` makes another one."""
        known = z3.Bool(f"{name}{tag} known")
        if variable.type == "boolean":
            base = z3.Bool(f"{name}{tag}")
            return Symbol(name, variable, Value("boolean", known, base), base)
        if variable.type == "text":
            base = z3.Int(f"{name}{tag}")
            return Symbol(name, variable, Value("text", known, base), base)
        whole = variable.whole or variable.type == "date"
        base = z3.Int(f"{name}{tag}") if whole else z3.Real(f"{name}{tag}")
        return Symbol(name, variable, Value("number", known, z3.ToReal(base) if whole else base), base)

    def domain(self, codes: Codes) -> Iterator[Term]:
        """What holds of the unknown by its type alone."""
        if self.variable.values:
            allowed = [self.base == codes.text(text) for text in self.variable.values]
            yield z3.Or(*allowed)
        if self.variable.type == "date":
            yield z3.And(self.base >= date.min.toordinal(), self.base <= date.max.toordinal())

    def read(self, model: Term, codes: Codes) -> bool | Fraction | int | str | None:
        """What a model says the input is; None for missing."""
        if not z3.is_true(model.eval(self.value.known, model_completion=True)):
            return None
        found = model.eval(self.base, model_completion=True)
        if self.variable.type == "boolean":
            return bool(z3.is_true(found))
        if self.variable.type == "text":
            texts = {code: text for text, code in codes.texts.items()}
            return texts.get(found.as_long(), f"some other text {found.as_long()}")
        if self.variable.type == "date":
            return int(found.as_long())
        return _fraction(found)


def _fraction(found: Term) -> Fraction:
    if z3.is_int_value(found):
        return Fraction(found.as_long())
    if z3.is_rational_value(found):
        return Fraction(found.numerator_as_long(), found.denominator_as_long())
    return _fraction(found.approx(20))


def show(symbols: Mapping[str, Symbol], values: Mapping[str, object]) -> dict[str, str]:
    """Values of inputs for people: days as dates, missing as `missing`."""
    shown = {}
    for name, value in values.items():
        if value is None:
            shown[name] = "missing"
        elif symbols[name].variable.type == "date" and isinstance(value, int):
            shown[name] = date.fromordinal(value).isoformat()
        elif isinstance(value, Fraction):
            shown[name] = str(value) if value.denominator in (1, 3, 7) else f"{float(value):.12g}"
        else:
            shown[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return shown
