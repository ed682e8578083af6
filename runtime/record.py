"""Records as plain JSON: between processes, in files, and under a key that is the same on every run."""

import hashlib
from typing import Any

import re2

from extractors.candidate import CheckResult, FieldValue, Record
from ocr.document import Box

HEADER = -1
"""The row of a field that stands outside the line items."""
_CELL = re2.compile(r"^line_items\[(\d{1,6})\]\.(.+)$")


def record_id(document: str, artifact: str) -> str:
    """The key of what one artifact says about one document: 32 hex digits of the SHA-256 over both hashes."""
    return hashlib.sha256(f"{document}:{artifact}".encode()).hexdigest()[:32]


def place_of(field: str) -> tuple[int, str]:
    """Row and column of a field's path: `line_items[3].quantity` is (3, "quantity"), `iban` is (HEADER, "iban")."""
    match = _CELL.match(field)
    return (int(match.group(1)), match.group(2)) if match else (HEADER, field)


def path_of(row: int, name: str) -> str:
    """The inverse of `place_of`."""
    return name if row == HEADER else f"line_items[{row}].{name}"


def value_to_dict(value: FieldValue) -> dict[str, Any]:
    """A field's value as JSON; the box as [x0, y0, x1, y1] in page units."""
    box = value.box
    return {
        "value": value.value,
        "status": value.status,
        "confidence": value.confidence,
        "page": value.page,
        "box": None if box is None else [box.x0, box.y0, box.x1, box.y1],
        "source": value.source,
        "explanation": [list(item) for item in value.explanation],
    }


def value_from_dict(data: dict[str, Any]) -> FieldValue:
    """The inverse of `value_to_dict`. Raises KeyError or TypeError where the shape is wrong."""
    page, box = data["page"], data["box"]
    return FieldValue(
        data["value"],
        data["status"],
        data["confidence"],
        page,
        None if box is None else Box(page or 1, *box),
        data["source"],
        tuple((name, weight) for name, weight in data["explanation"]),
    )


def record_to_dict(record: Record) -> dict[str, Any]:
    """A record as JSON."""
    return {
        "fields": {name: value_to_dict(value) for name, value in record.fields.items()},
        "line_items": [{name: value_to_dict(value) for name, value in row.items()} for row in record.line_items],
        "checks": [[check.name, check.passed, check.message] for check in record.checks],
        "doubtful": list(record.doubtful),
    }


def record_from_dict(data: dict[str, Any]) -> Record:
    """The inverse of `record_to_dict`. Raises KeyError or TypeError where the shape is wrong."""
    return Record(
        {name: value_from_dict(value) for name, value in data["fields"].items()},
        tuple({name: value_from_dict(value) for name, value in row.items()} for row in data["line_items"]),
        tuple(CheckResult(*check) for check in data["checks"]),
        tuple(data["doubtful"]),
    )
