"""What the code may be made of: kinds of syntax, imports, names, attributes, and where they may stand."""

import ast
import builtins
from collections.abc import Iterator

from security.code.policy import CODE_INJECTION, CWE_OF_ATTRIBUTE, CWE_OF_BUILTIN, CWE_OF_MODULE, CWE_OF_SYNTAX
from security.code.source import Code, finding
from security.finding import Finding

_CHANGES = (
    "append appendleft clear extend insert pop popleft remove reverse sort setdefault update add discard move_to_end"
)
_MUTATORS = frozenset(_CHANGES.split())


def nodes(code: Code) -> Iterator[Finding]:
    """Only syntax on the list: no classes, decorators, context managers, generators, class patterns."""
    for node in code.nodes:
        if type(node) not in code.policy.nodes:
            fix = "use plain functions, loops, conditions and comprehensions"
            cwe = CWE_OF_SYNTAX.get(type(node), CODE_INJECTION)
            yield finding("syntax-not-allowed", f"{type(node).__name__} is not allowed", node, cwe, fix)
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield finding("syntax-not-allowed", "decorators are not allowed", node, fix="remove the decorator")


def module_level(code: Code) -> Iterator[Finding]:
    """At module level stand functions, imports, and constants made of literals that cannot change."""
    for place, node in enumerate(code.tree.body):
        if isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom):
            continue
        if place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if not _is_constant(node):
            fix = "keep to functions, and constants that are text, numbers or tuples of them"
            yield finding("statement-at-module-level", "code that runs when the module is loaded", node, fix=fix)
    for name in sorted(code.module_names & code.reserved):
        fix = f"call it something other than {name}"
        yield finding("name-taken", f"{name!r} is used by the code around it", _first(code, name), fix=fix)


def imports(code: Code) -> Iterator[Finding]:
    """Only names that the policy lists for a module."""
    for node in code.nodes:
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            allowed = frozenset[str]() if node.level else code.policy.imports.get(module, frozenset())
            refused = [f"{module}.{alias.name}" for alias in node.names if alias.name not in allowed]
        elif isinstance(node, ast.Import):
            refused = [alias.name for alias in node.names if alias.name not in code.policy.whole]
        else:
            continue
        for name in refused:
            yield _refused_import(name, node)


def names(code: Code) -> Iterator[Finding]:
    """Every name must be the code's own, provided by the code around it, or a builtin on the list."""
    known = code.module_names | code.provided | code.policy.builtins | code.policy.exceptions
    for scope in code.scopes:
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            is_global = symbol.is_global() or (scope.get_type() == "module" and name not in code.module_names)
            if is_global and symbol.is_referenced() and name not in known:
                yield _refused_name(code, name, scope.get_lineno())
    for node in code.nodes:
        for name in _bound_names(node):
            if name.startswith("__"):
                yield finding("name-not-allowed", f"{name!r}: names with two underscores are Python's own", node)


def attributes(code: Code) -> Iterator[Finding]:
    """Only attributes on the list, and only to read: objects are not changed, nor their insides looked at."""
    for node in code.nodes:
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr not in code.policy.attributes:
            cwe = CWE_OF_ATTRIBUTE.get(node.attr, CODE_INJECTION)
            fix = (
                "use f-strings"
                if cwe == 134
                else "call what the template imports, and plain methods of str, list, dict"
            )
            yield finding("attribute-not-allowed", f".{node.attr} is not on the list of attributes", node, cwe, fix)
        elif not isinstance(node.ctx, ast.Load):
            yield finding("attribute-changed", f".{node.attr} is changed", node, 915, "make a new value instead")


def state(code: Code) -> Iterator[Finding]:
    """Nothing outlives a call: what stands at module level is not changed, defaults are not mutable."""
    outer = code.module_names | code.provided
    for function in code.functions:
        own = {name for node in ast.walk(function) for name in _bound_names(node)} - {function.name}
        for node in ast.walk(function):
            target = _changed(node)
            if target is not None and target in outer and target not in own:
                yield finding(
                    "shared-state", f"{target!r} outlives the call and is changed", node, 362, "use a local copy"
                )
            if isinstance(node, ast.arguments):
                for default in (*node.defaults, *node.kw_defaults):
                    if default is not None and not _is_literal(default):
                        fix = "use None or a constant as the default"
                        yield finding("default-not-constant", "a default is evaluated once, at load", default, fix=fix)


def annotations(code: Code) -> Iterator[Finding]:
    """Annotations are evaluated too: they hold names, subscripts and `|`, no calls."""
    for node in code.nodes:
        notes = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for note in filter(None, notes):
            if any(not isinstance(part, _TYPES) or _is_call(part) for part in ast.walk(note)):
                yield finding("annotation-not-plain", "annotation that computes something", note, fix="name types only")


def handlers(code: Code) -> Iterator[Finding]:
    """Only named errors are caught, so that limits and interrupts get through."""
    for node in code.nodes:
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield finding(
                "bare-except", "catches everything", node, 396, "name the error, such as ValueError", "medium"
            )


_TYPES = (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Constant, ast.Load)


def _is_call(node: ast.AST) -> bool:
    """A type written as text that calls something: whoever resolves the text would run it."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "(" in node.value


def _refused_import(name: str, node: ast.AST) -> Finding:
    parts = name.split(".")
    cwe = CWE_OF_ATTRIBUTE.get(parts[-1]) or CWE_OF_MODULE.get(parts[0], 829)
    fix = "match patterns with extractors.pattern" if cwe == 1333 else "use what the template imports"
    return finding("import-not-allowed", f"import of {name}", node, cwe, fix)


def _refused_name(code: Code, name: str, line: int) -> Finding:
    node = _first(code, name, line)
    if hasattr(builtins, name):
        cwe = CWE_OF_BUILTIN.get(name, CODE_INJECTION)
        return finding("name-not-allowed", f"builtin {name!r} is not on the list", node, cwe, "do without it")
    cwe = CWE_OF_MODULE.get(name, CODE_INJECTION)
    return finding(
        "name-unknown", f"{name!r} is neither defined here nor provided", node, cwe, "define it, or do without it"
    )


def _first(code: Code, name: str, line: int = 0) -> ast.AST | None:
    """The first place from `line` on where the name stands."""
    places = [node for node in code.nodes if name in (getattr(node, "id", None), getattr(node, "name", None))]
    places = [node for node in places if getattr(node, "lineno", 0) >= line] or places
    return min(places, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)), default=None)


def _bound_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id] if not isinstance(node.ctx, ast.Load) else []
    if isinstance(node, ast.alias):
        return [node.asname or node.name]
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    name = getattr(node, "name", None) or getattr(node, "arg", None)
    is_binding = isinstance(node, ast.FunctionDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar | ast.arg)
    return [name] if is_binding and isinstance(name, str) else []


def _changed(node: ast.AST) -> str | None:
    """The name at the root of what is stored into, deleted from, or changed by a method."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _root(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
        return _root(node.func.value)
    return None


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_constant(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) for target in node.targets) and _is_literal(node.value, of_dict=True)
    return (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value is not None
        and _is_literal(node.value, of_dict=True)
    )


def _is_literal(node: ast.AST, of_dict: bool = False) -> bool:
    """A constant, a tuple or `frozenset` of constants; with `of_dict` also a dict of them, which `state` guards."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Tuple):
        return all(_is_literal(item, of_dict) for item in node.elts)
    if isinstance(node, ast.Dict) and of_dict:
        return all(key is not None and _is_literal(key) for key in node.keys) and all(
            _is_literal(value, of_dict) for value in node.values
        )
    return _is_frozenset(node)


def _is_frozenset(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "frozenset"):
        return False
    items = [item for part in node.args for item in getattr(part, "elts", [part])]
    return not node.keywords and all(_is_literal(item) for item in items)
