"""Read and check a workflow spec. Errors name file, line, column, and the nearest known name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from factory.rules.parse import nearest
from factory.spec_file import SpecError, file_of, name_of, parse_mapping, peek, read_text
from factory.workflow.scope import Checked, Scope
from factory.workflow.spec import (
    STEPS,
    TYPES,
    Escalation,
    InputSpec,
    Join,
    Metadata,
    RecordField,
    ValueSpec,
    WorkflowSpec,
)
from factory.yaml_places import Location, mark_of

_PARTS: dict[str, type[BaseModel]] = {
    "metadata": Metadata, "inputs": InputSpec, "schema": ValueSpec, "escalation": Escalation, "join": Join,
    "returns": ValueSpec, "fields": RecordField,
}  # fmt: skip

_LIST = "a list is wanted here: `[one, two]`, or a line `- ...` for each"
_MAPPING = "a mapping is wanted here, with a `key: value` on each line, or a type such as `float`"
_NUMBER = "a number is wanted here"
_WANTED = {
    "string_type": "text is wanted here; put it in quotes",
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), _MAPPING),
    **dict.fromkeys(("float_parsing", "int_parsing", "float_type", "int_type"), _NUMBER),
}
"""By Pydantic's type of an error: what is said instead."""


@dataclass(frozen=True)
class LoadedSpec:
    """A spec that can be compiled: as written, its artifact's name, and its rules as trees."""

    spec: WorkflowSpec
    name: str
    text: str
    folder: Path
    checked: Checked


def is_workflow(path: Path) -> bool:
    """Whether a spec folder or file is of the workflow kind: by `kind:`, or by `logic_requirements:`."""
    data = peek(path)
    return data.get("kind") == "workflow" or "logic_requirements" in data


def load_workflow_spec(path: Path) -> LoadedSpec:
    """Read a spec folder or file. Raises SpecError with `file:line:column: what, and how to mend it`."""
    file = file_of(path)
    text = read_text(file, "a workflow is a folder with spec.yaml")
    return parse_workflow_spec(text, str(file), name_of(file), file.resolve().parent)


def parse_workflow_spec(
    text: str, file: str = "spec.yaml", name: str = "workflow", folder: Path = Path()
) -> LoadedSpec:
    """Check the text of a spec. `folder` is where paths in it start."""
    root, data = parse_mapping(text, file, "a spec is a mapping with `metadata`, `inputs` and `logic_requirements`")
    try:
        spec = WorkflowSpec.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise SpecError("\n".join(_explain(file, root, data, dict(item)) for item in found)) from None
    return LoadedSpec(spec, name, text, folder, Scope(spec, file, text, root, folder).check())


def _explain(file: str, root: yaml.Node, data: Any, error: dict[str, Any]) -> str:
    location = _place(error["loc"])
    last = str(location[-1]) if location else ""
    message = _WANTED.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    match error["type"]:
        case "extra_forbidden":
            message = f"unknown key {last!r}{nearest(last, _known_keys(data, location))}"
        case "missing":
            message = f"`{last}` is missing; add it"
        case "union_tag_invalid" | "union_tag_not_found":
            given = str(_at(data, (*location, "type")) or "")
            message = (
                f"unknown step type {given!r}{nearest(given, STEPS)}"
                if given
                else f"a step has a `type`: {', '.join(STEPS)}"
            )
            location = (*location, "type")
        case "literal_error" if last == "type":
            message = f"unknown type {str(_at(data, location))!r}{nearest(str(_at(data, location)), TYPES)}"
        case "literal_error":
            given = str(_at(data, location))
            message = f"{given!r} is not one of {error['ctx']['expected']}"
        case "string_pattern_mismatch":
            message = f"{last!r} is no name: use lower-case letters, digits and underscores, a letter first"
    line, column = mark_of(root, location)
    place = ".".join(str(part) for part in location)
    return f"{file}:{line}:{column}: {place + ': ' if place else ''}{message}"


def _place(loc: tuple[object, ...]) -> Location:
    """Pydantic's location without the tags of step types and its marks for keys."""
    kept: list[object] = []
    for part in loc:
        after_index = bool(kept) and isinstance(kept[-1], int)
        if part == "[key]" or (part in STEPS and after_index):
            continue
        kept.append(part)
    return tuple(kept)


def _at(data: Any, location: Location) -> Any:
    """The value there; where the path ends in a text before its end, that text; else None."""
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return data if isinstance(data, str) else None
    return data


def _known_keys(data: Any, location: Location) -> list[str]:
    """The keys that a mapping at `location` may hold."""
    for place in range(len(location) - 1, 0, -1):
        part = location[place - 1]
        if part in _PARTS:
            return _keys(_PARTS[str(part)])
        parent = _at(data, location[:place])
        if isinstance(part, int) and isinstance(parent, dict) and parent.get("type") in STEPS:
            return _keys(STEPS[parent["type"]])
    return _keys(WorkflowSpec)


def _keys(model: type[BaseModel]) -> list[str]:
    return [about.alias or name for name, about in model.model_fields.items()]
