"""Code quality of generated source: types, complexity, length, lint.

Source: Compiled AI paper, sections 4 and 6.1 (type coverage 99 %, cyclomatic complexity, length). Complexity is
McCabe's (1976), counted by radon; lint is ruff with its default rules.
"""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass

from radon.complexity import cc_visit

LINT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one source text."""

    functions: int
    type_coverage: float
    """Annotated parameters and returns, as a share of all."""
    complexity_mean: float
    complexity_max: int
    lines_max: int
    """Of the longest function."""
    lines: int
    """Of the source that are neither blank nor comment."""
    lint_findings: int


def quality(source: str) -> Quality:
    """Measure `source`. Raises SyntaxError where it is not Python."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    complexities = [int(block.complexity) for block in cc_visit(source) if hasattr(block, "is_method")]
    return Quality(
        len(functions),
        type_coverage(functions),
        sum(complexities) / len(complexities) if complexities else 0.0,
        max(complexities, default=0),
        max((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions) if functions else 0,
        sum(bool(line.strip()) and not line.strip().startswith("#") for line in source.splitlines()),
        lint(source),
    )


def type_coverage(functions: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> float:
    """Annotated parameters and returns over all of them; 1 without any function. `self` and `cls` do not count."""
    wanted = given = 0
    for node in functions:
        parts = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        named = [part for part in parts if part is not None and part.arg not in ("self", "cls")]
        wanted += len(named) + 1
        given += sum(part.annotation is not None for part in named) + (node.returns is not None)
    return given / wanted if wanted else 1.0


def lint(source: str) -> int:
    """Findings of ruff's default rules. Raises RuntimeError where ruff does not run."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--output-format", "json", "-"]
    done = subprocess.run(  # noqa: S603  # a fixed command; the source travels on standard input
        command, input=source, capture_output=True, text=True, timeout=LINT_SECONDS, check=False
    )
    if done.returncode > 1:
        raise RuntimeError(f"ruff ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return len(json.loads(done.stdout))
