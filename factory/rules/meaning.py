"""What a rule means, as z3 terms, straight from its tree: the side of the proof that knows nothing of Python.

A condition is a pair of terms, when it is true and when it is false; where neither holds it is unknown. The outcome is
that of the first branch that is true, unless an earlier branch with another decision is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import z3

from factory.rules.symbols import MENTIONS, Codes, Symbol, Term
from factory.rules.tree import (
    Arithmetic,
    Compare,
    Constant,
    Expression,
    IsMissing,
    Junction,
    Mentions,
    Name,
    Not,
    Rule,
)
from templates.workflows.logic import REVIEW, UNDECIDED

_YES, _NO = z3.BoolVal(True), z3.BoolVal(False)


@dataclass(frozen=True)
class Truth:
    """When a condition is true, and when it is false."""

    true: Term
    false: Term

    @property
    def unknown(self) -> Term:
        """When it is neither."""
        return z3.And(z3.Not(self.true), z3.Not(self.false))


class Meaning:
    """The terms of a rule over its inputs."""

    def __init__(self, symbols: Mapping[str, Symbol], codes: Codes) -> None:
        self._symbols, self._codes = symbols, codes

    def conditions(self, rule: Rule) -> list[Truth]:
        """One a branch, in order; ELSE is always true."""
        made = [Truth(_YES, _NO) if one.condition is None else self.truth(one.condition) for one in rule.branches]
        if rule.when_missing == "unmet":
            return [Truth(one.true, z3.Not(one.true)) for one in made]
        return made

    def outcome(self, rule: Rule) -> Term:
        """The code of the outcome."""
        conditions, branches = self.conditions(rule), rule.branches
        undecided = self._codes.outcome(REVIEW, UNDECIDED)
        result = undecided
        for place in reversed(range(len(branches))):
            rivals = [
                conditions[earlier].unknown
                for earlier in range(place)
                if branches[earlier].decision != branches[place].decision
            ]
            own = self._codes.outcome(branches[place].decision, place + 1)
            result = z3.If(conditions[place].true, z3.If(z3.Or(*rivals), undecided, own) if rivals else own, result)
        return result

    def truth(self, node: Expression) -> Truth:
        """When a boolean expression is true and when it is false."""
        match node:
            case Constant(value=constant):
                return Truth(z3.BoolVal(bool(constant)), z3.BoolVal(not constant))
            case Name(name=name):
                value = self._symbols[name].value
                return Truth(z3.And(value.known, value.value), z3.And(value.known, z3.Not(value.value)))
            case IsMissing(operand):
                known = self._known(operand)
                return Truth(z3.Not(known), known)
            case Not(operand):
                inner = self.truth(operand)
                return Truth(inner.false, inner.true)
            case Junction(word, parts):
                each = [self.truth(part) for part in parts]
                if word == "and":
                    return Truth(z3.And(*(one.true for one in each)), z3.Or(*(one.false for one in each)))
                return Truth(z3.Or(*(one.true for one in each)), z3.And(*(one.false for one in each)))
            case Mentions(operand, words):
                known, text = self.quantity(operand)
                found = MENTIONS(text, self._codes.text(words))
                return Truth(z3.And(known, found), z3.And(known, z3.Not(found)))
            case Compare():
                return self._compare(node)
            case Arithmetic():
                raise AssertionError("a number is no condition")

    def quantity(self, node: Expression) -> tuple[Term, Term]:
        """When a number, date or text is known, and what it then is."""
        match node:
            case Constant(value=Fraction() as value):
                return _YES, z3.RealVal(value)
            case Constant(value=int() as value):
                return _YES, z3.RealVal(value)
            case Constant(value=str() as value):
                return _YES, self._codes.text(value)
            case Name(name=name):
                symbol = self._symbols[name].value
                return symbol.known, symbol.value
            case Arithmetic(operator, left, right):
                (one_known, one), (other_known, other) = self.quantity(left), self.quantity(right)
                known = z3.And(one_known, other_known)
                if operator == "/":
                    return z3.And(known, other != 0), one / other
                return known, one + other if operator == "+" else one - other if operator == "-" else one * other
        raise AssertionError("a condition is no quantity")

    def _known(self, node: Expression) -> Term:
        if node.type == "boolean":
            return z3.Not(self.truth(node).unknown)
        return self.quantity(node)[0]

    def _compare(self, node: Compare) -> Truth:
        if node.left.type == "boolean":
            one, other = self.truth(node.left), self.truth(node.right)
            alike = z3.Or(z3.And(one.true, other.true), z3.And(one.false, other.false))
            apart = z3.Or(z3.And(one.true, other.false), z3.And(one.false, other.true))
            return Truth(alike, apart) if node.relation == "=" else Truth(apart, alike)
        (one_known, left), (other_known, right) = self.quantity(node.left), self.quantity(node.right)
        known = z3.And(one_known, other_known)
        holds = {
            "=": left == right, "!=": left != right, **({} if node.left.type == "text" else
            {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}),
        }[node.relation]  # fmt: skip
        return Truth(z3.And(known, holds), z3.And(known, z3.Not(holds)))
