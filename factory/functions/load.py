"""Read and check a spec of kind `function` or `toolset`. Errors name file, line, column and the fix."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from factory.functions.spec import (
    CallableSpec,
    CallAccuracy,
    FunctionPart,
    FunctionSchema,
    FunctionSpec,
    ToolsetSpec,
    UtteranceExample,
)
from factory.spec_file import SpecError, file_of, name_of, parse_mapping, peek, read_text
from factory.yaml_places import mark_of

KINDS: dict[str, type[FunctionSpec] | type[ToolsetSpec]] = {"function": FunctionSpec, "toolset": ToolsetSpec}
_PARTS: dict[object, type[BaseModel]] = {
    "function": FunctionSchema, "functions": FunctionPart, "examples": UtteranceExample, "accuracy": CallAccuracy,
}  # fmt: skip


@dataclass(frozen=True)
class DraftedCall:
    """An example whose arguments a model drafted, for a person to confirm."""

    function: str
    example: UtteranceExample
    answered: Mapping[str, Any]
    """The model's own arguments, by path."""
    disputed: tuple[str, ...] = ()
    """Paths of arguments that the functions by example read otherwise."""


@dataclass(frozen=True)
class LoadedFunctions:
    """A spec that can be compiled: as written, and its artifact's name."""

    spec: CallableSpec
    name: str
    text: str
    drafted: tuple[DraftedCall, ...] = ()
    """Examples whose arguments a model drafted; they stand among the spec's examples, too."""


def is_callable(path: Path) -> bool:
    """Whether a spec folder or file says that it is of one of these kinds."""
    return peek(path).get("kind") in KINDS


def load_functions_spec(path: Path) -> LoadedFunctions:
    """Read a spec folder or file. Raises SpecError with `file:line:column: what, and how to mend it`."""
    file = file_of(path)
    text = read_text(file, "a spec of functions is a folder with spec.yaml")
    return parse_functions_spec(text, str(file), name_of(file))


def parse_functions_spec(text: str, file: str = "spec.yaml", name: str = "function") -> LoadedFunctions:
    """Check the text of a spec. `name` serves where it has none."""
    wanted = "a spec of functions begins with `kind: function` or `kind: toolset`"
    root, data = parse_mapping(text, file, wanted)
    if data.get("kind") not in KINDS:
        raise SpecError(f"{file}:1:1: {wanted}")
    try:
        spec = KINDS[data["kind"]].model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise SpecError("\n".join(_explain(file, root, dict(item), KINDS[data["kind"]]) for item in found)) from None
    return LoadedFunctions(spec, spec.name or name, text)


def _explain(file: str, root: yaml.Node, error: dict[str, Any], kind: type[BaseModel]) -> str:
    location = tuple(part for part in error["loc"] if part != "[key]")
    message = str(error["msg"]).removeprefix("Value error, ")
    last = str(location[-1]) if location else ""
    if error["type"] == "extra_forbidden":
        owner = next((_PARTS[part] for part in reversed(location[:-1]) if part in _PARTS), kind)
        near = difflib.get_close_matches(last, list(owner.model_fields), n=1)
        message = f"unknown key {last!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    elif error["type"] == "missing":
        message = f"`{last}` is missing; add it"
    elif error["type"] == "string_type":
        message = "text is wanted here; put it in quotes"
    elif error["type"] == "string_pattern_mismatch":
        message = f"{last!r} is no name that can be called"
    line, column = mark_of(root, location)
    place = ".".join(str(part) for part in location)
    return f"{file}:{line}:{column}: {place + ': ' if place else ''}{message}"
