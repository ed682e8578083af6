"""Spec files of every kind: found, read and parsed, with errors that name the file, the line and the fix."""

from pathlib import Path
from typing import Any

import yaml

from factory.yaml_places import repeated_key, yaml_fault


class SpecError(ValueError):
    """A spec that cannot be used; the message names file, line, column and the fix."""


def file_of(path: Path) -> Path:
    """The file of a spec folder, or the file itself."""
    return path / "spec.yaml" if path.is_dir() else path


def name_of(file: Path) -> str:
    """What a spec without a name is called: its folder, made a name."""
    return as_name(file.resolve().parent.name)


def as_name(text: str) -> str:
    """Lower-case letters, digits and underscores."""
    return "".join(char if char.isalnum() else "_" for char in text.lower())


def read_text(file: Path, missing: str) -> str:
    """The text. Raises SpecError; `missing` says what to do where there is no file."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SpecError(f"{file}: no such file; {missing}") from None
    except UnicodeDecodeError:
        raise SpecError(f"{file}: not UTF-8 text; save the spec as UTF-8") from None


def peek(path: Path) -> dict[str, Any]:
    """The mapping in a spec folder or file, to tell its kind; empty where it cannot be read."""
    try:
        data = yaml.safe_load(file_of(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return data if isinstance(data, dict) else {}


def parse_mapping(text: str, file: str, wanted: str) -> tuple[yaml.Node, dict[str, Any]]:
    """The nodes, which know their places, and the values. Raises SpecError; `wanted` says what a spec is."""
    try:
        root, data = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise SpecError(f"{where}: {yaml_fault(error)}") from None
    except yaml.YAMLError as error:
        raise SpecError(f"{file}: not valid YAML: {error}") from None
    if (twice := repeated_key(root)) is not None:
        raise SpecError(f"{file}:{twice[1]}:{twice[2]}: the key {twice[0]!r} stands twice; take one of them out")
    if not isinstance(data, dict) or root is None:
        raise SpecError(f"{file}:1:1: {wanted}")
    return root, data
