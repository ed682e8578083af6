"""Rules: IF / THEN / ELSE text to a typed tree, to a Python function, and a proof that the function means the rule.

`parse` (lark grammar, types) -> `emit` (one readable function a rule) -> `prove` (z3, about the emitted Python).
"""

from factory.rules.emit import emit_expression, emit_rule
from factory.rules.errors import RuleError
from factory.rules.parse import parse_condition, parse_rule
from factory.rules.prove import Proof, prove
from factory.rules.tree import Rule, Variable

__all__ = [
    "Proof",
    "Rule",
    "RuleError",
    "Variable",
    "emit_expression",
    "emit_rule",
    "parse_condition",
    "parse_rule",
    "prove",
]
