"""A typed tree to Python: one function a rule, one line a branch, made of the words of `templates.workflows.logic`."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from factory.rules.tree import (
    Arithmetic,
    Branch,
    Compare,
    Constant,
    Expression,
    IsMissing,
    Junction,
    Mentions,
    Name,
    Not,
    Rule,
    Type,
    Variable,
    argument,
    walk,
)

BRANCHES = 5
"""At most so many branches a function: complexity stays under the gate's limit; the rest goes to a private one."""
WIDTH = 110
_TYPES: dict[Type, str] = {"boolean": "Truth", "number": "Number | None", "date": "Day | None", "text": "str | None"}
_RELATIONS = {"=": "same", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
_OPERATORS = {"+": "plus", "-": "minus", "*": "times", "/": "over"}


def emit_rule(rule: Rule) -> str:
    """The source of the rule's function, and of private ones where it has many branches."""
    parts = [rule.branches[place : place + BRANCHES] for place in range(0, len(rule.branches), BRANCHES)]
    return "\n\n\n".join(_function(rule, number, part, len(parts)) for number, part in enumerate(parts)) + "\n"


def emit_expression(name: str, condition: Expression, variables: dict[str, Variable], text: str) -> str:
    """The source of a function that says whether a condition holds: True, False, or None for unknown."""
    names = dict.fromkeys(one.name for one in walk(condition) if isinstance(one, Name))
    arguments = ", ".join(f"{argument(one)}: {_TYPES[variables[one].type]}" for one in names)
    return f'def {name}({arguments}) -> Truth:\n    """{_plain(text)}"""\n    return {expression(condition)}\n'


def _function(rule: Rule, part: int, branches: Sequence[Branch], parts: int) -> str:
    first = part * BRANCHES
    carried = [_local(number) for number in range(1, first + 1)]
    arguments = [f"{argument(name)}: {_TYPES[rule.inputs[name].type]}" for name in _read_from(rule, first)]
    arguments += [f"{name}: Truth" for name in carried]
    name = rule.name if part == 0 else f"_{rule.name}_{part + 1}"
    lines = _signature(name, arguments)
    lines.append(f'    """The rule {rule.name}{f", from branch {first + 1} on" if part else ""}."""')
    for offset, branch in enumerate(branches, start=first + 1):
        lines += _branch(rule, offset, branch)
    if part + 1 < parts:
        passed = [
            *map(argument, _read_from(rule, first + BRANCHES)),
            *carried,
            *(_local(first + n + 1) for n in range(BRANCHES)),
        ]
        lines.append(f"    return _{rule.name}_{part + 2}({', '.join(passed)})")
    elif not rule.has_otherwise:
        lines.append("    return Outcome(REVIEW, UNDECIDED)")
    return "\n".join(lines)


def _read_from(rule: Rule, first: int) -> list[str]:
    """The inputs that the branches from `first` on read; of the whole rule, all of them."""
    conditions = [branch.condition for branch in rule.branches[first:] if branch.condition is not None]
    read = {one.name for condition in conditions for one in walk(condition) if isinstance(one, Name)}
    return [name for name in rule.inputs if name in read or first == 0]


def _signature(name: str, arguments: Sequence[str]) -> list[str]:
    line = f"def {name}({', '.join(arguments)}) -> Outcome:"
    if len(line) <= WIDTH:
        return [line]
    return [f"def {name}(", *(f"    {one}," for one in arguments), ") -> Outcome:"]


def _branch(rule: Rule, number: int, branch: Branch) -> Iterator[str]:
    outcome = f'Outcome("{branch.decision}", {number}, {_quoted(branch.reason)})'
    if rule.when_missing == "review":
        open_ = [_local(n) for n, one in enumerate(rule.branches[: number - 1], 1) if one.decision != branch.decision]
        if open_:
            outcome = f"settled({outcome}, {', '.join(open_)})"
    if branch.condition is None:
        yield f"    return {outcome}"
        return
    condition = expression(branch.condition)
    if rule.when_missing == "unmet":
        condition = f"holds({condition})"
    yield f"    {_local(number)} = {condition}"
    yield f"    if {_local(number)}:"
    yield f"        return {outcome}"


def _local(number: int) -> str:
    return f"branch_{number}"


def expression(node: Expression) -> str:
    """The Python expression of a tree."""
    match node:
        case Constant(value=value):
            return _constant(value)
        case Name(name=name):
            return argument(name)
        case IsMissing(operand):
            return f"missing({expression(operand)})"
        case Not(operand):
            return f"negated({expression(operand)})"
        case Junction(word, parts):
            return f"{'all_of' if word == 'and' else 'any_of'}({', '.join(expression(part) for part in parts)})"
        case Compare(relation, left, right):
            if relation == "!=":
                return f"negated(same({expression(left)}, {expression(right)}))"
            return f"{_RELATIONS[relation]}({expression(left)}, {expression(right)})"
        case Mentions(operand, words):
            return f"mentions({expression(operand)}, {_quoted(words)})"
        case Arithmetic(operator, left, right):
            return f"{_OPERATORS[operator]}({expression(left)}, {expression(right)})"


def _constant(value: bool | Fraction | int | str) -> str:
    match value:
        case bool():
            return str(value)
        case Fraction():
            return str(value) if value.denominator == 1 else f'Fraction("{value}")'
        case int():
            return f'day("{date.fromordinal(value).isoformat()}")'
    return _quoted(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "/").replace('"', "'").split())
