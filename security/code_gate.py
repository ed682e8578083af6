"""The code gate: may this generated source be run at all?

Parse first, then an allow-list over the syntax tree, then bandit. Whatever cannot be parsed or judged is refused.
Source: the paper's section 3.4 (static analysis for CWE-94, 89, 502, 78, 328), with lists of what is allowed in place
of lists of what is known to be bad.
"""

import ast
import warnings
from collections.abc import Callable, Collection, Iterator

from security.code.bandit_scan import bandit_scan
from security.code.cost import endless_loops, recursion, sizes
from security.code.policy import GENERATED_CODE, Policy
from security.code.source import GATE, Code
from security.code.structure import annotations, attributes, handlers, imports, module_level, names, nodes, state
from security.code.text import characters, comments, secrets
from security.finding import Finding

Rule = Callable[[Code], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    *(comments, characters, secrets),
    *(nodes, module_level, imports, names, attributes, annotations, state, handlers),
    *(endless_loops, recursion, sizes),
    bandit_scan,
)

MAX_CHARACTERS = 1_000_000
MAX_LINE = 5_000


def check_code(
    source: str,
    provided: Collection[str] = (),
    reserved: Collection[str] = (),
    policy: Policy = GENERATED_CODE,
    further: Collection[Rule] = (),
) -> tuple[Finding, ...]:
    """All objections to `source`, in order of lines; none means: it may go on to the next stage.

    `provided`: names that the code around it offers (see `provided_names`). `reserved`: names that the code around it
    relies on, which must not be taken. `further` rules come on top, such as `semgrep_scan` where it is installed.
    """
    try:
        code = Code(source, _parse(source), policy, frozenset(provided), frozenset(reserved))
        found = {finding for rule in (*RULES, *further) for finding in rule(code)}
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        message = f"cannot be parsed ({type(error).__name__})"
        return (Finding("not-parsed", "high", message, None, line, None, GATE, "write plain Python 3.11"),)
    return tuple(sorted(found, key=lambda finding: (finding.line or 0, finding.column or 0, finding.id)))


def provided_names(template: str, policy: Policy = GENERATED_CODE) -> frozenset[str]:
    """What generated code may use of a template's imports: names and modules that are on the policy's list."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(template)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            allowed = policy.imports.get(node.module or "", frozenset())
            found |= {alias.asname or alias.name for alias in node.names if alias.name in allowed}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name for alias in node.names if alias.name in policy.whole}
    return frozenset(found)


def reserved_names(template: str) -> frozenset[str]:
    """Names that a template's own code reads or binds other than by an import: generated code must not take them."""
    nodes = list(ast.walk(ast.parse(template)))
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(read | defined)


def _parse(source: str) -> ast.Module:
    if len(source) > MAX_CHARACTERS or any(len(line) > MAX_LINE for line in source.split("\n")):
        raise ValueError("too long")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes: for ruff to tell
        return ast.parse(source, "generated")
