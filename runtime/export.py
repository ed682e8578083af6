"""Records as a file: `.jsonl`, `.csv` or `.parquet` by the suffix, streamed from the store, written all or nothing.

JSON Lines: one object a record, fields and line items with value, status, confidence, page, box and source.
CSV and Parquet: one row a record; for each field FIELD the columns FIELD (the value), FIELD_status, FIELD_confidence,
FIELD_page, FIELD_box, FIELD_source. Line items stand in the column `line_items`: as JSON in CSV, nested in Parquet.
Boxes are x0, y0, x1, y1 in page units, origin at the top left.

A CSV is opened in spreadsheets, which run cells as formulas: a text that begins with = + - @ or a control character
gets an apostrophe before it (OWASP, CSV Injection). Dates, amounts and numbers are canonical and stay as they are.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import re2

from extractors.candidate import FieldValue
from runtime.errors import ExportError
from runtime.files import replacing
from runtime.record import value_to_dict
from runtime.shape import Column, Shape
from runtime.store import StoredRecord

Rows = Iterator[dict[str, Any]]
ROW_GROUP = 1000
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_DECIMAL = re2.compile(r"^-?\d+(\.\d+)?$")
_PARTS = ("value", "status", "confidence", "page", "box", "source")


def check_target(path: Path) -> None:
    """Raises ExportError where records could not be written to `path`: better before a long run than after it."""
    if path.suffix not in _WRITERS:
        raise ExportError(f"{path}: unknown suffix {path.suffix!r}; use {', '.join(sorted(_WRITERS))}")
    if path.is_dir():
        raise ExportError(f"{path}: is a folder; name a file")


def export(records: Iterable[StoredRecord], shape: Shape, path: Path) -> int:
    """Write the records to `path`; give their number. Raises ExportError where that cannot be done."""
    check_target(path)
    count = 0

    def counted() -> Rows:
        nonlocal count
        for record in records:
            count += 1
            yield _to_dict(record, shape)

    try:
        with replacing(path) as file:
            _WRITERS[path.suffix](file, counted(), shape)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
    return count


def _to_dict(stored: StoredRecord, shape: Shape) -> dict[str, Any]:
    record = stored.record
    return {
        "record": stored.id,
        "document": stored.document,
        "paths": list(stored.paths),
        "name": stored.name,
        "artifact": stored.artifact,
        "fields": _values(record.fields, shape.fields),
        "line_items": [_values(row, shape.line_items) for row in record.line_items],
        "checks": [{"name": check.name, "passed": check.passed} for check in record.checks],
        "doubtful": list(record.doubtful),
    }


def _values(found: dict[str, FieldValue], columns: dict[str, Column]) -> dict[str, Any]:
    """All columns in the order of the spec; those without a value too."""
    values = {}
    for name in columns:
        plain = value_to_dict(found.get(name, FieldValue(None, "not_found")))
        values[name] = {part: plain[part] for part in _PARTS}
    return values


def _write_jsonl(file: BinaryIO, rows: Rows, shape: Shape) -> None:
    for row in rows:
        file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


def _write_csv(file: BinaryIO, rows: Rows, shape: Shape) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    columns = [_column(name, part) for name in shape.fields for part in _PARTS]
    writer = csv.writer(text)
    lines = ["line_items"] if shape.line_items else []
    writer.writerow(["record", "document", "paths", "name", "artifact", "doubtful", *columns, *lines])
    for row in rows:
        cells = [row["record"], row["document"], _safe("; ".join(row["paths"])), row["name"], row["artifact"]]
        cells.append("; ".join(row["doubtful"]))
        for name, column in shape.fields.items():
            value = row["fields"][name]
            cells.append(_safe(value["value"], column))
            cells += [value["status"], value["confidence"], value["page"]]
            cells += [" ".join(f"{side:.10g}" for side in value["box"] or ()), value["source"]]
        if lines:
            plain = [{name: cell["value"] for name, cell in line.items()} for line in row["line_items"]]
            cells.append(json.dumps(plain, ensure_ascii=False))
        writer.writerow(cells)
    text.detach()


def _safe(text: str | None, column: Column | None = None) -> str | None:
    if text is None or not text.startswith(_RISKY):
        return text
    if column is not None and column.kind in ("money", "number") and _DECIMAL.match(text):
        return text
    return "'" + text


def _write_parquet(file: BinaryIO, rows: Rows, shape: Shape) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = {"confidence": pa.float64(), "page": pa.int32(), "box": pa.list_(pa.float64())}
    text = pa.string()
    schema = [(name, text) for name in ("record", "document", "name", "artifact")]
    schema += [(name, pa.list_(text)) for name in ("paths", "doubtful")]
    schema += [(_column(name, part), parts.get(part, text)) for name in shape.fields for part in _PARTS]
    if shape.line_items:
        cell = pa.struct([(part, parts.get(part, text)) for part in _PARTS])
        schema.append(("line_items", pa.list_(pa.struct([(name, cell) for name in shape.line_items]))))
    with pq.ParquetWriter(file, pa.schema(schema), compression="zstd") as writer:
        while group := [_flat(row) for row in islice(rows, ROW_GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=pa.schema(schema)))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    fields = row["fields"].items()
    return {**row, **{_column(name, part): value[part] for name, value in fields for part in _PARTS}}


def _column(name: str, part: str) -> str:
    return name if part == "value" else f"{name}_{part}"


_WRITERS: dict[str, Callable[[BinaryIO, Rows, Shape], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
