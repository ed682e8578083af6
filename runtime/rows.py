"""Between records and rows of the store's tables."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table

from extractors.candidate import CheckResult, FieldValue, Record
from ocr.document import Box
from runtime import tables
from runtime.outcome import Extraction, Outcome
from runtime.record import HEADER, path_of, place_of, record_id
from runtime.shape import Shape

Row = dict[str, Any]


def rows_of(
    artifact: str, name: str, outcomes: Sequence[Outcome], shape: Shape, moment: str
) -> Iterator[tuple[Table, list[Row]]]:
    """Rows of all tables for these recorded documents, in the order in which they must be inserted."""
    made = [(outcome, outcome.extraction) for outcome in outcomes if outcome.extraction is not None]
    yield tables.documents, [_document(outcome.path, extraction, moment) for outcome, extraction in made]
    yield tables.records, [_record(artifact, name, extraction, moment) for _, extraction in made]
    yield tables.fields, [row for _, extraction in made for row in _fields(artifact, extraction)]
    yield tables.decisions, [decision_row(artifact, one) for _, one in made if one.decision is not None]
    yield (
        tables.review_items,
        [row for _, extraction in made for row in review_rows(artifact, extraction, shape, moment)],
    )


def listing(batch: str, outcome: Outcome) -> Row:
    """The row that says what became of one path."""
    return {
        "batch": batch,
        "position": outcome.position,
        "path": outcome.path,
        "document": outcome.document,
        "outcome": outcome.kind,
        "reason": outcome.reason,
        "message": outcome.message,
    }


def assemble(headers: Iterable[Any], cells: Iterable[Any], open_items: Iterable[Any]) -> dict[str, tuple[Any, Record]]:
    """Rows of `records`, `fields` and open `review_items`, put together by record id."""
    values: dict[str, dict[int, dict[str, FieldValue]]] = defaultdict(lambda: defaultdict(dict))
    doubtful: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        values[cell.record][cell.row][cell.name] = value_of(cell)
    for record, field in open_items:
        doubtful[record].append(field)
    records = {}
    for header in headers:
        found = values[header.id]
        lines = tuple(found.get(row, {}) for row in range(max(found, default=HEADER) + 1))
        checks = tuple(CheckResult(*check) for check in json.loads(header.checks))
        marked = tuple(sorted(doubtful[header.id], key=place_of))
        records[header.id] = (header, Record(found.get(HEADER, {}), lines, checks, marked))
    return records


def value_of(cell: Any) -> FieldValue:
    """A row of `fields` as a value."""
    box = None if cell.x0 is None else Box(cell.page or 1, cell.x0, cell.y0, cell.x1, cell.y1)
    explanation = tuple((name, weight) for name, weight in json.loads(cell.explanation))
    return FieldValue(cell.value, cell.status, cell.confidence, cell.page, box, cell.source, explanation)


def _document(path: str, extraction: Extraction, moment: str) -> Row:
    return {
        "sha256": extraction.document,
        "path": path,
        "pages": extraction.pages,
        "size": extraction.size,
        "added": moment,
    }


def _record(artifact: str, name: str, extraction: Extraction, moment: str) -> Row:
    return {
        "id": record_id(extraction.document, artifact),
        "document": extraction.document,
        "artifact": artifact,
        "name": name,
        "created": moment,
        "read_ms": extraction.read_ms,
        "extract_ms": extraction.extract_ms,
        "checks": json.dumps([[check.name, check.passed, check.message] for check in extraction.record.checks]),
    }


def trace_digest(decision: dict[str, Any] | None) -> str:
    """SHA-256 of a decision's trace: what the audit log holds of it, as RECORD:DIGEST."""
    assert decision is not None
    return hashlib.sha256(json.dumps(decision["trace"], sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def decision_row(artifact: str, extraction: Extraction) -> Row:
    """The row of a workflow's decision."""
    assert extraction.decision is not None
    recorded, trace = extraction.decision["recorded"], extraction.decision["trace"]
    decider = next((name for name, made in reversed(trace["outcomes"].items()) if made == trace["decision"]), "")
    return {
        "record": record_id(extraction.document, artifact),
        "step": decider,
        "decision": trace["decision"],
        "status": trace["status"],
        "digest": trace_digest(extraction.decision),
        "recorded": json.dumps(recorded, ensure_ascii=False),
        "trace": json.dumps(trace, ensure_ascii=False),
    }


def _fields(artifact: str, extraction: Extraction) -> Iterator[Row]:
    record = record_id(extraction.document, artifact)
    for row, values in enumerate((extraction.record.fields, *extraction.record.line_items), start=HEADER):
        for name, value in values.items():
            yield _field(record, row, name, value)


def _field(record: str, row: int, name: str, value: FieldValue) -> Row:
    box = value.box
    return {
        "record": record,
        "row": row,
        "name": name,
        "value": value.value,
        "status": value.status,
        "confidence": value.confidence,
        "page": value.page,
        "x0": box and box.x0,
        "y0": box and box.y0,
        "x1": box and box.x1,
        "y1": box and box.y1,
        "source": value.source,
        "explanation": json.dumps(value.explanation),
    }


def review_rows(artifact: str, extraction: Extraction, shape: Shape, moment: str) -> Iterator[Row]:
    """Items for what a person should look at."""
    identity, record, decision = record_id(extraction.document, artifact), extraction.record, extraction.decision
    lines = (record.fields, *record.line_items)
    for field in record.doubtful:
        row, name = place_of(field)
        value = lines[row + 1].get(name) if row + 1 < len(lines) else None
        reason = _reason(value) if decision is None else _review_kind(decision, name)
        yield _review(identity, path_of(row, name), shape, reason, value, moment)
    if decision is None and drawn(identity, shape.audit):
        for name, value in record.fields.items():
            if name not in record.doubtful:
                yield _review(identity, name, shape, tables.AUDIT, value, moment)


def _review(identity: str, field: str, shape: Shape, reason: str, value: FieldValue | None, moment: str) -> Row:
    column = shape.column(field)
    return {
        "id": hashlib.sha256(f"{identity}:{field}".encode()).hexdigest()[:32],
        "record": identity,
        "field": field,
        "kind": column.kind,
        "choices": json.dumps(column.choices),
        "reason": reason,
        "state": "open",
        "created": moment,
        "before": value.value if value else None,
    }


def drawn(record: str, share: float) -> bool:
    """Whether the record is one of this share, by its id: the same answer each time, and no hint in its content."""
    return int.from_bytes(hashlib.sha256(f"{record}:audit".encode()).digest()[:8]) < share * 2**64


def _review_kind(decision: dict[str, Any], name: str) -> str:
    """Of a workflow: why its decision, or this value, needs a person."""
    reasons = decision["trace"]["reasons"]
    own = [one["kind"] for one in reasons if name in one["fields"]]
    return str((own or [one["kind"] for one in reasons] or ["rule"])[0])


def _reason(value: FieldValue | None) -> str:
    """Why a person should look: the answer's own status, or a cross-field check where the answer itself was sure."""
    if value is None:
        return "not_found"
    if value.source == "embedded" and value.status == "low_confidence":
        return "disagreement"
    return "check" if value.status == "found" else value.status
