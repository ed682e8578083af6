"""A model's answer as one source a function: taken apart, completed, and judged as far as the text alone tells."""

import ast
import inspect
from collections.abc import Collection, Iterator, Mapping, Sequence

import re2

import extractors.utterance
from extractors.pattern import PatternError, matches
from factory.functions.write import Planned, plain_text
from factory.generate.llm import plain
from security.finding import Finding

SIGNATURE = "def {name}(utterance: Utterance) -> list[Span]:"
_BACKSPACE = "\x08"
_LAZY_AT_END = re2.compile(r"\(\.[+*]\?\)$")
"""A group that ends a pattern and takes as little as it can, a single character: a word is meant."""
_PATTERNED = frozenset(("matched", "find", "find_all", "matches", "contains"))


def take_apart(answer: str, plans: Sequence[Planned]) -> dict[str, str]:
    """The functions of `plans` that stand in the answer, each with its helpers (`_NAME_…`), typed and with a docstring.

    Functions of other names, and whatever else stands between functions, are left out: imports change nothing there.
    Raises SyntaxError or ValueError where the answer is no Python.
    """
    source = readable(answer)
    by_name = {planned.slot.function: planned for planned in plans}
    found: dict[str, list[str]] = {}
    for node in ast.parse(source).body:
        owner = _owner(node, by_name)
        if owner is not None and isinstance(node, ast.FunctionDef):
            if node.name == owner:
                _complete(node, by_name[owner])
            found.setdefault(owner, []).append(ast.unparse(node))
    whole = {name: "\n\n\n".join(parts) + "\n" for name, parts in found.items()}
    return {name: text for name, text in whole.items() if f"def {name}(" in text}


def readable(answer: str) -> str:
    """Without a code fence; `\\b`, which JSON reads as a backspace, is a pattern's edge of a word again."""
    return plain(answer.replace(_BACKSPACE, "\\b"))


def objections(answer: str, plans: Sequence[Planned]) -> list[str]:
    """Why nothing can be taken from an answer: no Python, or none of the functions that were asked for."""
    try:
        found = take_apart(answer, plans)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [f"lines: no Python ({type(error).__name__}, line {getattr(error, 'lineno', '?')})"]
    if not found:
        return [f"lines: write `def {plans[0].slot.function}(utterance):`"]
    return []


def pattern_findings(source: str) -> Iterator[Finding]:
    """Constant patterns that RE2 cannot run, and calls with too many or too few arguments."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in _PATTERNED:
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    try:
                        matches(argument.value, "")
                    except PatternError as error:
                        yield Finding("bad-pattern", "medium", str(error), line=node.lineno, gate="syntax")
        function = getattr(extractors.utterance, node.func.id, None)
        if inspect.isfunction(function) and not any(isinstance(one, ast.Starred) for one in node.args):
            try:
                inspect.signature(function).bind(*node.args, **{one.arg or "": one for one in node.keywords})
            except TypeError as error:
                yield Finding("wrong-call", "medium", f"{node.func.id}: {error}", line=node.lineno, gate="syntax")


def _owner(node: ast.stmt, names: Collection[str]) -> str | None:
    if not isinstance(node, ast.FunctionDef):
        return None
    owners = [name for name in names if node.name == name or node.name.startswith(f"_{name}_")]
    return max(owners, key=len, default=None)


def _complete(node: ast.FunctionDef, planned: Planned) -> None:
    """Annotations where they are left out, and a docstring; other arguments stay, for the contract to refuse."""
    if [one.arg for one in node.args.args] == ["utterance"] and node.args.args[0].annotation is None:
        node.args.args[0].annotation = ast.Name("Utterance", ast.Load())
    if node.returns is None:
        node.returns = ast.parse("list[Span]", mode="eval").body
    text = plain_text(planned.description or planned.slot.path[-1].replace("_", " ").capitalize()) + "."
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    node.body = [ast.Expr(ast.Constant(text)), *body]
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            part.value = _LAZY_AT_END.sub(r"(\\S+)", part.value)
        if isinstance(part, ast.Return) and part.value is not None:
            _type_values(part.value, values_of(planned))


def values_of(planned: Planned) -> str:
    """What `matched` gives for a parameter of this type: "integer", or "texts" for a list of strings."""
    items = planned.schema.get("items")
    kind = str(items.get("type", "string")) if isinstance(items, Mapping) else "string"
    if planned.slot.type != "list":
        kind = planned.slot.type
    kind = kind if kind in ("integer", "number") else "text"
    return f"{kind}s" if planned.slot.type == "list" else kind


def _type_values(returned: ast.expr, values: str) -> None:
    """In what is returned as it is, `matched` gives what the schema wants: models forget it, or mix it up."""
    match returned:
        case ast.Call(func=ast.Name("matched"), args=[utterance, pattern, *_]):
            returned.args, returned.keywords = [utterance, pattern], []
            if values != "text":
                returned.args.append(ast.Constant(values))
        case ast.BinOp(left, ast.Add(), right):
            _type_values(left, values)
            _type_values(right, values)
        case ast.BoolOp(values=parts) | ast.List(elts=parts):
            for part in parts:
                _type_values(part.value if isinstance(part, ast.Starred) else part, values)
        case ast.Call(func=ast.Name("list"), args=[inner]):
            _type_values(inner, values)
