"""Structured invoice data inside a document (Factur-X, ZUGFeRD, XRechnung) against what its page says.

The embedded data is the invoice in law (EN 16931) and so the authoritative source, but the page is what people pay by.
Where both say the same, the value is certain. Where they differ, the record has the embedded value, the field is
doubtful, and its explanation names both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.candidate import CheckResult, FieldValue, Record
from extractors.extract import finish
from extractors.model import ExtractorModel
from extractors.normalise import canonical, same
from ocr.einvoice import EmbeddedInvoice, embedded_invoice, looks_like_xml
from ocr.errors import ReadError
from ocr.options import ReadOptions
from runtime.shape import Column, Shape

Values = Mapping[str, str | None]
CHECK = "embedded_invoice"
"""Name of the check that fails where a document carries invoice data that cannot be read."""


@dataclass(frozen=True)
class Embedded:
    """The invoice data of a file. `alone`: the file is nothing else. `fault`: why the data cannot be read."""

    invoice: EmbeddedInvoice | None
    alone: bool = False
    fault: str = ""


def look(path: Path, options: ReadOptions) -> Embedded:
    """Find embedded data. Damaged data is a fault, not an error: reading the page says what is wrong with the file.

    Raises OSError.
    """
    with path.open("rb") as file:
        start = file.read(1024)
    pdf = b"%PDF-" in start
    if not pdf and not looks_like_xml(start):
        return Embedded(None)
    try:
        return Embedded(embedded_invoice(path, options), alone=not pdf)
    except ReadError as error:
        return Embedded(None, fault=str(error))


def add(embedded: Embedded, record: Record, shape: Shape, model: ExtractorModel) -> Record:
    """The record with what the file's embedded data says; unchanged where there is none."""
    if embedded.fault:
        return replace(record, checks=(*record.checks, CheckResult(CHECK, False, embedded.fault)))
    if embedded.invoice is None:
        return record
    return merge(record, embedded.invoice.fields, embedded.invoice.line_items, shape, model)


def alone(invoice: EmbeddedInvoice, shape: Shape, model: ExtractorModel) -> Record:
    """The record of a file that is invoice data and has no page: what it does not state, the invoice does not have."""
    absent = {name: FieldValue(None, "not_found", 1.0, source="embedded") for name in model.fields}
    return merge(Record(absent), invoice.fields, invoice.line_items, shape, model)


def merge(record: Record, values: Values, rows: Sequence[Values], shape: Shape, model: ExtractorModel) -> Record:
    """The record with embedded header `values` and line-item `rows` put in, checked again.

    Names that the spec does not have are left out; a row that only the page has is dropped where there are embedded
    rows, because those are complete.
    """
    known = {name: column for name, column in shape.fields.items() if name in model.fields}
    fields = _merged(record.fields, values, known)
    lines = record.line_items
    if rows and shape.line_items:
        pairs = _paired(rows, lines, shape.line_items)
        lines = tuple(_merged(line, row, shape.line_items) for row, line in pairs)
    return finish(fields, lines, model)


def _merged(printed: Mapping[str, FieldValue], values: Values, columns: Mapping[str, Column]) -> dict[str, FieldValue]:
    fields = dict(printed)
    for name, column in columns.items():
        embedded = canonical(column.kind, values.get(name) or "")
        if embedded is not None:
            fields[name] = _joined(embedded, fields.get(name), column)
    return fields


def _joined(embedded: str, printed: FieldValue | None, column: Column) -> FieldValue:
    if printed is None or printed.value is None:
        return FieldValue(embedded, "found", 1.0, source="embedded")
    if same(column.kind, embedded, printed.value):
        return replace(printed, value=embedded, status="found", confidence=1.0, source="embedded")
    both = (f"embedded: {embedded}", 1.0), (f"printed: {printed.value}", printed.confidence)
    return replace(
        printed, value=embedded, status="low_confidence", confidence=0.5, source="embedded", explanation=both
    )


def _paired(
    rows: Sequence[Values], lines: Sequence[Mapping[str, FieldValue]], columns: Mapping[str, Column]
) -> list[tuple[Values, Mapping[str, FieldValue]]]:
    """Each embedded row with the printed row of most equal cells, the first of equals; or with none."""
    left = dict(enumerate(lines))
    pairs: list[tuple[Values, Mapping[str, FieldValue]]] = []
    for row in rows:
        best = max(left, key=lambda place: (_equal(row, left[place], columns), -place), default=None)
        if best is None or _equal(row, left[best], columns) == 0:
            pairs.append((row, {}))
        else:
            pairs.append((row, left.pop(best)))
    return pairs


def _equal(row: Values, line: Mapping[str, FieldValue], columns: Mapping[str, Column]) -> int:
    return sum(
        same(column.kind, row[name], line[name].value)
        for name, column in columns.items()
        if row.get(name) is not None and name in line
    )
