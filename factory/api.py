"""What generated code may call, in words for a model: read from the code itself, so that it cannot go stale.

The names are those that a template imports and the code gate lets through. Functions show their signature and the first
sentence of their docstring, classes their public attributes and methods as far as the gate allows those.
"""

import ast
import dataclasses
import importlib
import inspect
import re
import typing
from collections.abc import Iterator
from typing import Any

from security.code.policy import GENERATED_CODE
from security.code_gate import provided_names

OURS = ("extractors.", "ocr.")
_SENTENCE = re.compile(r"(?<=[a-z)])[.:;] |: | \(a named")
_QUALIFIED = re.compile(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])")


def public_api(template: str) -> str:
    """The functions and classes of `extractors` and `ocr` that code in this template's hole may use."""
    provided = provided_names(template)
    objects = {
        alias.name: getattr(importlib.import_module(node.module), alias.name)
        for node in ast.parse(template).body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(OURS)
        for alias in node.names
        if alias.name in provided
    }
    classes = [thing for thing in objects.values() if inspect.isclass(thing)]
    described = [_class(thing) for thing in _with_parts(classes)]
    described += [_function(name, thing) for name, thing in objects.items() if inspect.isfunction(thing)]
    return "\n".join(described)


def _with_parts(classes: list[type]) -> list[type]:
    """The classes, and those of the same modules that their attributes are made of."""
    found: list[type] = []
    waiting = list(classes)
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found.append(one)
            waiting += [part for hint in typing.get_type_hints(one).values() for part in _classes(hint, one.__module__)]
    return found


def _classes(hint: Any, module: str) -> Iterator[type]:
    for part in typing.get_args(hint):
        yield from _classes(part, module)
    if inspect.isclass(hint) and getattr(hint, "__module__", "") == module:
        yield hint


def _class(thing: type) -> str:
    lines = [f"class {thing.__name__}  # {_summary(thing)}"]
    for name, hint in _attributes(thing):
        if name in GENERATED_CODE.attributes:
            lines.append(f"    {name}: {hint}")
    for name, member in vars(thing).items():
        if inspect.isfunction(member) and name in GENERATED_CODE.attributes:
            lines.append(f"    {_function(name, member)}")
    return "\n".join(lines)


def _attributes(thing: type) -> Iterator[tuple[str, str]]:
    """Stored attributes in order, then computed ones."""
    hints = {name: hint for name, hint in inspect.get_annotations(thing).items() if not name.startswith("_")}
    names = [one.name for one in dataclasses.fields(thing)] if dataclasses.is_dataclass(thing) else list(hints)
    yield from ((name, _type(hints[name])) for name in names if name in hints)
    for name, member in vars(thing).items():
        function = getattr(member, "fget", None) or getattr(member, "func", None)
        if function is not None:
            summary = _summary(function)
            answer = _type(inspect.get_annotations(function).get("return"))
            yield name, f"{answer}  # {summary}" if summary else answer


def _function(name: str, function: Any) -> str:
    summary = _summary(function)
    signature = _QUALIFIED.sub("", str(inspect.signature(function))).replace("(self, ", "(").replace("'", "")
    return f"{name}{signature}" + (f"  # {summary}" if summary else "")


def _type(hint: Any) -> str:
    plain = hint.__name__ if inspect.isclass(hint) and not typing.get_args(hint) else str(hint)
    return _QUALIFIED.sub("", plain)


def _summary(thing: Any) -> str:
    """The first sentence of the docstring, on one line, as far as its first colon or semicolon."""
    paragraph = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return _SENTENCE.split(paragraph)[0].rstrip(".")
