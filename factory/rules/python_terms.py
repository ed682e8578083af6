"""Emitted Python, read back as z3 terms: the side of the proof that knows nothing of the rule.

A small symbolic interpreter over `ast`. It reads the rule's function and every function that this one calls, down to
those of `templates.workflows.logic`, statement by statement, and notes when a comparison or sum would meet None or a
division zero: that would raise. What it does not know it refuses.
"""

import ast
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import z3

import templates.workflows.logic
from factory.rules.symbols import MENTIONS, NONE, Codes, ProofError, Term, Value

_YES, _NO = z3.BoolVal(True), z3.BoolVal(False)
Environment = dict[str, "Value | list[Value]"]


class _Next(ast.stmt):
    """What is left of a loop over arguments."""

    def __init__(self, loop: ast.For, items: Sequence[Value]) -> None:
        super().__init__()
        self.loop, self.items = loop, items


class Interpreter:
    """Runs functions of a module, on top of the rule library, with terms for values."""

    def __init__(self, source: str, codes: Codes) -> None:
        library, self._constants = _library()
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            raise ProofError(f"not Python: {error.msg} (line {error.lineno})") from None
        own = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        if hidden := sorted(set(own) & {*library, *self._constants, "Outcome", "Fraction", "day", "mentions"}):
            raise ProofError(f"{hidden[0]!r} hides a word of the rule library")
        self._functions = {**library, **own}
        self._codes = codes
        self._path: list[Term] = []
        self._depth = 0
        self.faults: list[Term] = []
        """When the code would raise."""

    def call(self, name: str, arguments: Mapping[str, Value]) -> Value:
        """The value of a function for named arguments. Raises ProofError."""
        if name not in self._functions:
            raise ProofError(f"there is no function {name!r}")
        wanted = [one.arg for one in self._functions[name].args.args]
        if sorted(wanted) != sorted(arguments):
            raise ProofError(f"{name!r} takes {', '.join(wanted) or 'nothing'}; the rule reads {', '.join(arguments)}")
        return self._call(name, [arguments[one] for one in wanted])

    def _call(self, name: str, arguments: Sequence[Value]) -> Value:
        function = self._functions[name]
        names = [one.arg for one in function.args.args]
        plain = ast.arguments([], function.args.args, function.args.vararg, [], [], None, [])
        if ast.dump(plain) != ast.dump(function.args) or function.decorator_list:
            raise ProofError(f"{name!r} takes its arguments in a way that the proof does not follow")
        if len(arguments) < len(names) or (len(arguments) > len(names) and not function.args.vararg):
            raise ProofError(f"{name!r} is called with {len(arguments)} arguments")
        if self._depth > 40:
            raise ProofError(f"{name!r} calls itself")
        environment: Environment = dict(zip(names, arguments, strict=False))
        if function.args.vararg:
            environment[function.args.vararg.arg] = list(arguments[len(names) :])
        self._depth += 1
        try:
            return self._run(function.body, environment)
        finally:
            self._depth -= 1

    def _run(self, statements: Sequence[ast.stmt], environment: Environment) -> Value:
        """What the statements return; None at their end."""
        for place, statement in enumerate(statements):
            rest = statements[place + 1 :]
            match statement:
                case ast.Expr(value=ast.Constant(value=str())):
                    continue
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    environment[name] = self._value(value, environment)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    environment[name] = self._value(value, environment)
                case ast.Return(value=value):
                    return NONE if value is None else self._value(value, environment)
                case ast.If(test=test, body=body, orelse=otherwise):
                    return self._branch(self._truth(test, environment), body, otherwise, rest, environment)
                case ast.For() | _Next():
                    return self._loop(statement, rest, environment)
                case _:
                    kind = type(statement).__name__
                    raise ProofError(f"the proof does not follow {kind} (line {statement.lineno}); use if and return")
        return NONE

    def _loop(self, statement: "ast.For | _Next", rest: Sequence[ast.stmt], environment: Environment) -> Value:
        """A loop over the arguments of a function, unrolled."""
        loop, items = (statement.loop, statement.items) if isinstance(statement, _Next) else (statement, None)
        if items is None:
            found = environment.get(loop.iter.id) if isinstance(loop.iter, ast.Name) else None
            if not isinstance(found, list) or not isinstance(loop.target, ast.Name) or loop.orelse:
                raise ProofError(f"this loop cannot be followed (line {loop.lineno})")
            items = found
        if not items:
            return self._run(rest, environment)
        assert isinstance(loop.target, ast.Name)
        environment[loop.target.id] = items[0]
        return self._run([*loop.body, _Next(loop, items[1:]), *rest], environment)

    def _branch(
        self,
        test: Term,
        body: Sequence[ast.stmt],
        otherwise: Sequence[ast.stmt],
        rest: Sequence[ast.stmt],
        environment: Environment,
    ) -> Value:
        then = self._under(test, lambda: self._run([*body, *rest], dict(environment)))
        other = self._under(z3.Not(test), lambda: self._run([*otherwise, *rest], dict(environment)))
        return _merge(test, then, other)

    def _under(self, condition: Term, run: Any) -> Any:
        self._path.append(condition)
        try:
            return run()
        finally:
            self._path.pop()

    def _fault(self, condition: Term) -> None:
        self.faults.append(z3.And(*self._path, condition))

    def _truth(self, node: ast.expr, environment: Environment) -> Term:
        """When Python takes the expression for true."""
        match node:
            case ast.BoolOp(op=op, values=values):
                return self._junction(isinstance(op, ast.And), values, environment)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return z3.Not(self._truth(operand, environment))
            case ast.Compare():
                return self._compare(node, environment)
        found = self._value(node, environment)
        if found.kind == "none":
            return _NO
        if found.kind == "boolean":
            return z3.And(found.known, found.value)
        if found.kind == "number":
            return z3.And(found.known, found.value != 0)
        raise ProofError(f"whether a text is true cannot be followed (line {node.lineno})")

    def _junction(self, conjunction: bool, values: Sequence[ast.expr], environment: Environment) -> Term:
        """`and`, `or`: a later part is looked at only where the earlier ones let it."""
        first = self._truth(values[0], environment)
        if len(values) == 1:
            return first
        reached = first if conjunction else z3.Not(first)
        others = self._under(reached, lambda: self._junction(conjunction, values[1:], environment))
        return z3.And(first, others) if conjunction else z3.Or(first, others)

    def _value(self, node: ast.expr, environment: Environment) -> Value:
        match node:
            case ast.Constant():
                return self._constant(node.value)
            case ast.Name():
                return self._name(node, environment)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._called(name, arguments, environment, node.lineno)
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                when = self._truth(test, environment)
                then = self._under(when, lambda: self._value(body, environment))
                return _merge(when, then, self._under(z3.Not(when), lambda: self._value(otherwise, environment)))
            case ast.BoolOp(op=op, values=values):
                return self._chosen(isinstance(op, ast.And), values, environment)
            case ast.UnaryOp(op=ast.Not()) | ast.Compare():
                return Value("boolean", _YES, self._truth(node, environment))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._arithmetic(ast.Sub(), _number(0), self._value(operand, environment), node.lineno)
            case ast.BinOp(left=left, op=op, right=right):
                one, other = self._value(left, environment), self._value(right, environment)
                return self._arithmetic(op, one, other, node.lineno)
        raise ProofError(f"the proof does not follow {type(node).__name__} (line {node.lineno})")

    def _name(self, node: ast.Name, environment: Environment) -> Value:
        found = environment.get(node.id)
        if isinstance(found, Value):
            return found
        if node.id in self._constants:
            return self._constant(self._constants[node.id])
        raise ProofError(f"{node.id!r} is not known here (line {node.lineno})")

    def _chosen(self, conjunction: bool, values: Sequence[ast.expr], environment: Environment) -> Value:
        """`a and b` as a value is one of the two."""
        first = self._value(values[0], environment)
        if len(values) == 1:
            return first
        true = self._truth(values[0], environment)
        reached = true if conjunction else z3.Not(true)
        return _merge(reached, self._under(reached, lambda: self._chosen(conjunction, values[1:], environment)), first)

    def _constant(self, constant: object) -> Value:
        match constant:
            case None:
                return NONE
            case bool() as value:
                return Value("boolean", _YES, z3.BoolVal(value))
            case int() | float() as number:
                return _number(Fraction(number))
            case str() as text:
                return Value("text", _YES, self._codes.text(text))
        raise ProofError(f"the proof does not follow a constant of type {type(constant).__name__}")

    def _called(self, name: str, arguments: Sequence[ast.expr], environment: Environment, line: int) -> Value:
        if name == "Outcome":
            decision, branch = (self._plain(one) for one in arguments[:2])
            if not isinstance(decision, str) or not isinstance(branch, int):
                raise ProofError(f"an Outcome names its decision and branch as constants (line {line})")
            return Value("outcome", _YES, self._codes.outcome(decision, branch))
        if name in ("Fraction", "day") and len(arguments) == 1 and isinstance(text := self._plain(arguments[0]), str):
            try:
                return _number(Fraction(text) if name == "Fraction" else Fraction(date.fromisoformat(text).toordinal()))
            except (ValueError, ZeroDivisionError):
                raise ProofError(f"{name} cannot read its text (line {line})") from None
        values = [self._value(one, environment) if not isinstance(one, ast.Starred) else None for one in arguments]
        known = [one for one in values if one is not None]
        if len(known) != len(values):
            raise ProofError(f"spread arguments cannot be followed (line {line})")
        if name == "Fraction" and len(known) == 1 and known[0].kind == "number":
            self._fault(z3.Not(known[0].known))
            return known[0]
        if name == "mentions" and len(known) == 2 and known[0].kind == "text":
            return Value("boolean", known[0].known, MENTIONS(known[0].value, known[1].value))
        if name not in self._functions:
            raise ProofError(f"{name!r} is no function of the rule library (line {line})")
        return self._call(name, known)

    def _plain(self, node: ast.expr) -> object:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._constants.get(name)
        return None

    def _compare(self, node: ast.Compare, environment: Environment) -> Term:
        """One comparison, or a chain of them."""
        terms: list[Term] = []
        left = self._value(node.left, environment)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn) and isinstance(right_node, ast.Tuple | ast.List | ast.Set):
                any_of = [_equal(left, self._value(one, environment), node.lineno) for one in right_node.elts]
                terms.append(z3.Or(*any_of) if isinstance(op, ast.In) else z3.Not(z3.Or(*any_of)))
                continue
            right = self._value(right_node, environment)
            terms.append(self._related(op, left, right, node.lineno))
            left = right
        return terms[0] if len(terms) == 1 else z3.And(*terms)

    def _related(self, op: ast.cmpop, left: Value, right: Value, line: int) -> Term:
        match op:
            case ast.Is() | ast.Eq():
                return _equal(left, right, line)
            case ast.IsNot() | ast.NotEq():
                return z3.Not(_equal(left, right, line))
        if "none" in (left.kind, right.kind) or left.kind != "number" or right.kind != "number":
            self._fault(_YES)
            return _NO
        self._fault(z3.Not(z3.And(left.known, right.known)))
        one, other = left.value, right.value
        match op:
            case ast.Lt():
                return one < other
            case ast.LtE():
                return one <= other
            case ast.Gt():
                return one > other
            case ast.GtE():
                return one >= other
        raise ProofError(f"the proof does not follow {type(op).__name__} (line {line})")

    def _arithmetic(self, op: ast.operator, left: Value, right: Value, line: int) -> Value:
        if left.kind != "number" or right.kind != "number":
            self._fault(_YES)
            return NONE
        self._fault(z3.Not(z3.And(left.known, right.known)))
        match op:
            case ast.Add():
                return Value("number", _YES, left.value + right.value)
            case ast.Sub():
                return Value("number", _YES, left.value - right.value)
            case ast.Mult():
                return Value("number", _YES, left.value * right.value)
            case ast.Div():
                self._fault(right.value == 0)
                return Value("number", _YES, left.value / right.value)
        raise ProofError(f"the proof does not follow {type(op).__name__} (line {line})")


def _number(value: Fraction | int) -> Value:
    return Value("number", _YES, z3.RealVal(Fraction(value)))


def _equal(left: Value, right: Value, line: int) -> Term:
    """`==` and `is`, where None equals None alone."""
    if "none" in (left.kind, right.kind):
        return z3.And(z3.Not(left.known), z3.Not(right.known))
    if left.kind != right.kind:
        raise ProofError(f"a {left.kind} is compared with a {right.kind} (line {line})")
    neither = z3.And(z3.Not(left.known), z3.Not(right.known))
    return z3.Or(neither, z3.And(left.known, right.known, left.value == right.value))


def _merge(condition: Term, then: Value, other: Value) -> Value:
    if then.kind == "none" and other.kind == "none":
        return NONE
    if then.kind == "none":
        return Value(other.kind, z3.And(z3.Not(condition), other.known), other.value)
    if other.kind == "none":
        return Value(then.kind, z3.And(condition, then.known), then.value)
    if then.kind != other.kind:
        raise ProofError(f"gives a {then.kind} here and a {other.kind} there")
    known = z3.If(condition, then.known, other.known)
    return Value(then.kind, known, z3.If(condition, then.value, other.value))


@cache
def _library() -> tuple[dict[str, ast.FunctionDef], dict[str, object]]:
    """The functions and constants of the rule library."""
    tree = ast.parse(Path(templates.workflows.logic.__file__).read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    constants: dict[str, object] = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return functions, constants
