"""What could run for ever or fill the memory, as far as the text shows it. The sandbox's limits see the rest."""

import ast
import math
import re
from collections.abc import Iterator

from security.code.source import Code, finding
from security.finding import Finding

MANY = 1_000_000
"""More repetitions than a document gives reason for."""
MAX_POWER = 16
_HUGE = 1e18
_WIDTH = re.compile(r"\d{5,}")


def endless_loops(code: Code) -> Iterator[Finding]:
    """`while` with a condition that never changes needs a way out: break, return or raise."""
    for node in code.nodes:
        if isinstance(node, ast.While) and _is_fixed(node.test) and not _has_exit(node):
            yield finding("endless-loop", "loop without a way out", node, 835, "loop over the words of the document")


def recursion(code: Code) -> Iterator[Finding]:
    """Functions do not call themselves, directly or through each other."""
    calls = {function.name: _called(function) for function in code.functions}
    for function in code.functions:
        if function.name in _reachable(calls, function.name):
            yield finding("recursion", f"{function.name!r} calls itself", function, 674, "use a loop")
        for inner in ast.walk(function):
            if inner is not function and isinstance(inner, ast.FunctionDef) and inner.name in _called(inner):
                yield finding("recursion", f"{inner.name!r} calls itself", inner, 674, "use a loop")


def sizes(code: Code) -> Iterator[Finding]:
    """No constant that makes a value or a loop huge: repetition, ranges, powers, field widths."""
    for node in code.nodes:
        if _is_large(node):
            yield finding("too-large", "makes a very large value or a very long loop", node, 400, "use a smaller bound")


def _is_large(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Pow):
            return not (isinstance(node.right, ast.Constant) and _amount(node.right) <= MAX_POWER)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return _WIDTH.search(node.left.value) is not None
        return isinstance(node.op, ast.Mult) and _repeats(node)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "iter" and len(node.args) > 1:  # calls a function until it answers a value: perhaps never
            return True
        return name in ("range", "ljust", "rjust", "center", "zfill", "expandtabs") and any(
            _amount(part) > MANY for argument in node.args for part in ast.walk(argument)
        )
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else [node.format_spec]
        return any(not isinstance(part, ast.Constant) or _WIDTH.search(str(part.value)) is not None for part in parts)
    return False


def _repeats(node: ast.BinOp) -> bool:
    """A large factor beside a text, list or tuple, in a product of any length."""
    factors = _factors(node)
    size = math.prod(max(1.0, _amount(factor)) for factor in factors)
    return size > MANY and any(_is_sequence(factor) for factor in factors)


def _factors(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _is_sequence(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.List | ast.Tuple | ast.JoinedStr)


def _amount(node: ast.AST) -> float:
    """About how large a constant expression is; 0 where it is none."""
    if isinstance(node, ast.Constant):
        value = node.value
        return float(min(abs(value), _HUGE)) if isinstance(value, int | float) and value == value else 0.0
    if isinstance(node, ast.UnaryOp):
        return _amount(node.operand)
    if not isinstance(node, ast.BinOp):
        return 0.0
    left, right = _amount(node.left), _amount(node.right)
    if isinstance(node.op, ast.Pow):
        return float(min(left, _HUGE) ** min(right, MAX_POWER))
    if isinstance(node.op, ast.Mult):
        return min(max(left, 1.0) * max(right, 1.0), _HUGE) if left or right else 0.0
    return left + right


def _is_fixed(test: ast.AST) -> bool:
    """A condition made of constants alone."""
    parts = [part for part in ast.walk(test) if isinstance(part, ast.Name | ast.Call | ast.Attribute)]
    return all(isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) for part in parts)


def _has_exit(loop: ast.While) -> bool:
    return any(_leaves(statement) for statement in loop.body)


def _leaves(node: ast.AST, inner: bool = False) -> bool:
    """Whether a break of this loop, or a return or raise, stands below the node."""
    if isinstance(node, ast.Return | ast.Raise) or (isinstance(node, ast.Break) and not inner):
        return True
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return False
    inner = inner or isinstance(node, ast.For | ast.While)
    return any(_leaves(child, inner) for child in ast.iter_child_nodes(node))


def _called(function: ast.FunctionDef) -> set[str]:
    """All names that the function reads: a function can be called under another name or passed on."""
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _reachable(calls: dict[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = list(calls[start])
    while waiting:
        name = waiting.pop()
        if name in calls and name not in reached:
            reached.add(name)
            waiting += calls[name]
    return reached
