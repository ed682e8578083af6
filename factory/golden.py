"""Golden folders: labelled examples that drive the compiler and measure what it made.

A folder holds `labels.jsonl`, a line a document:
`{"document": "documents/a.pdf", "fields": {...}, "line_items": [...], "visible": {...}}`.
A label that `visible` marks false is not printed on the page and left out of learning and scoring.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ocr.document import Document


class GoldenError(ValueError):
    """A golden folder that cannot be used; the message names the file, the line and the fix."""


@dataclass(frozen=True)
class Label:
    """One line of `labels.jsonl`. Values are text as labelled; None means: the document has no such value."""

    path: Path
    fields: dict[str, str | None]
    visible: dict[str, bool | None] = field(default_factory=dict)
    line_items: tuple[dict[str, str | None], ...] | None = None
    """None where the line says nothing about line items; empty where it says that there are none."""
    line_items_visible: tuple[dict[str, bool | None], ...] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Whatever else the line says (`layout`, `seller_group`, `decision`), for grouping."""

    def counts(self, name: str) -> bool:
        """Whether field `name` is labelled here and may be learned from and scored."""
        return name in self.fields and self.visible.get(name) is not False

    def group(self, key: str) -> str:
        """The value by which folds keep documents together: a field, or any other key of the line."""
        value = self.fields[key] if key in self.fields else self.extra.get(key)
        return str(value).casefold().strip() if value is not None else self.path.name


@dataclass(frozen=True)
class Example:
    """A label with its document read."""

    label: Label
    document: Document


def load_labels(folder: Path) -> list[Label]:
    """Read `labels.jsonl`. Raises GoldenError with `file:line: what, and how to mend it`."""
    file = folder / "labels.jsonl"
    if not file.is_file():
        raise GoldenError(f"{file}: no such file; a golden folder holds labels.jsonl beside documents/")
    labels = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                labels.append(_label(folder, json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise GoldenError(f"{file}:{number}: {_reason(error)}") from None
    if not labels:
        raise GoldenError(f"{file}: no examples in it; add a line a document")
    return labels


def load_golden(folder: Path, read: Callable[[Path], Document]) -> list[Example]:
    """All examples with their documents read, in the order of `labels.jsonl`."""
    return [Example(label, read(label.path)) for label in load_labels(folder)]


def _label(folder: Path, data: dict[str, Any]) -> Label:
    path = folder / data["document"]
    if not path.is_file():
        raise ValueError(f"{data['document']}: no such document; paths are relative to the folder of labels.jsonl")
    rows, shown = data.get("line_items"), data.get("line_items_visible")
    known = {"document", "fields", "visible", "line_items", "line_items_visible"}
    return Label(
        path,
        {name: _text(value) for name, value in data["fields"].items()},
        dict(data.get("visible", {})),
        None if rows is None else tuple({name: _text(value) for name, value in row.items()} for row in rows),
        None if shown is None else tuple(dict(row) for row in shown),
        {key: value for key, value in data.items() if key not in known},
    )


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing; a line has `document` and `fields`"
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON ({error.msg} at column {error.colno})"
    return str(error)
