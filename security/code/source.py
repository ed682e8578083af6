"""The code under judgement, parsed once for all rules."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from security.code.policy import CODE_INJECTION, Policy
from security.finding import Finding, Severity

GATE = "security"


@dataclass(frozen=True)
class Code:
    """Source text with its syntax tree. `provided`: names that stand around it; `reserved`: names it must not take."""

    text: str
    tree: ast.Module
    policy: Policy
    provided: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()

    @cached_property
    def scopes(self) -> tuple[symtable.SymbolTable, ...]:
        """Every scope as the compiler sees it: the module's first, then functions, lambdas and comprehensions."""
        return tuple(_scopes(symtable.symtable(self.text, "generated", "exec")))

    @cached_property
    def module_names(self) -> frozenset[str]:
        """Names that the code itself binds at module level."""
        return frozenset(symbol.get_name() for symbol in self.scopes[0].get_symbols() if _is_bound(symbol))

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef, ...]:
        """The functions at module level."""
        return tuple(node for node in self.tree.body if isinstance(node, ast.FunctionDef))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree."""
        return tuple(ast.walk(self.tree))


def finding(
    rule: str,
    message: str,
    node: ast.AST | None,
    cwe: int | None = CODE_INJECTION,
    fix: str = "",
    severity: Severity = "high",
) -> Finding:
    """A finding of the gate at a node's place."""
    line, column = getattr(node, "lineno", None), getattr(node, "col_offset", None)
    return Finding(rule, severity, message, cwe, line, None if column is None else column + 1, GATE, fix)


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
