"""All that the page shows of one document: doubtful fields and why, other fields, line items, checks, history."""

import json
import math
from dataclasses import dataclass
from pathlib import PurePath
from statistics import median
from typing import Any

from sqlalchemy import select

from extractors.candidate import CheckResult, FieldValue, Kind, Record
from runtime.record import HEADER, path_of, place_of
from runtime.review.checks import Checks, Known, checks_now, names
from runtime.review.holds import held_by_other
from runtime.store import Store, StoredRecord
from runtime.tables import AUDIT, documents, review_items

WHY = {
    "low_confidence": "Read, but not surely enough",
    "not_found": "Required, and not found",
    "ungrounded": "A model's answer that does not stand in the document",
    "disagreement": "The page and its embedded data differ",
    "check": "Read surely, but a check fails",
    AUDIT: "Read surely; drawn at random to see how often that is right",
}


@dataclass(frozen=True)
class Item:
    """A field that waits, or waited. `decision` and who took it are None while it is open."""

    id: str
    field: str
    label: str
    kind: Kind
    choices: tuple[str, ...]
    reason: str
    why: tuple[str, ...]
    """Sentences: why a person should look."""
    value: FieldValue | None
    before: str | None
    decision: str | None
    by: str | None
    at: str | None

    @property
    def open(self) -> bool:
        return self.decision is None


@dataclass(frozen=True)
class Sheet:
    """One document. `rows` of the line items hold (path, value, item) a cell, in the order of `columns`."""

    record: str
    document: str
    name: str
    file: str
    pages: int
    artifact: str
    items: tuple[Item, ...]
    others: tuple[tuple[str, FieldValue], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, FieldValue | None, Item | None], ...], ...]
    checks: tuple[CheckResult, ...]
    holder: str | None

    @property
    def waiting(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.open)

    @property
    def history(self) -> tuple[Item, ...]:
        """What was decided, the latest first."""
        return tuple(sorted((item for item in self.items if not item.open), key=lambda one: str(one.at), reverse=True))


def sheet(store: Store, record: str, actor: str, checks_of: Checks) -> Sheet:
    """Everything about one record, by its whole id. Raises UsageError where there is none."""
    stored = store.record(record)
    with store.engine.connect() as connection:
        rows = connection.execute(select(review_items).where(review_items.c.record == stored.id)).all()
        pages = connection.scalar(select(documents.c.pages).where(documents.c.sha256 == stored.document))
    known = checks_of.of(stored.artifact)
    checks = checks_now(stored.record, known)
    order = {name: place for place, name in enumerate(stored.record.fields)}
    rows = sorted(rows, key=lambda row: _order(row.field, order, stored.record))
    items = tuple(_item(row, stored.record, checks, known) for row in rows)
    named = {item.field: item for item in items}
    columns = _columns(stored.record, named)
    holders = [row.locked_by for row in rows if row.state == "open" and held_by_other(row, actor)]
    return Sheet(
        stored.id,
        stored.document,
        stored.name,
        PurePath(stored.paths[0]).name,
        pages or 1,
        stored.artifact,
        items,
        tuple((name, value) for name, value in stored.record.fields.items() if name not in named),
        columns,
        _grid(stored, columns, named),
        checks,
        holders[0] if holders else None,
    )


def label_of(field: str) -> str:
    """A field's path for people: `line_items[3].unit_price` is `Unit price, row 4`."""
    row, name = place_of(field)
    plain = name.replace("_", " ")
    shown = plain[:1].upper() + plain[1:]
    return shown if row == HEADER else f"{shown}, row {row + 1}"


def _columns(record: Record, named: dict[str, Item]) -> tuple[str, ...]:
    """Columns of the line items from left to right as they stand on the page; empty ones are left out."""
    places: dict[str, list[float]] = {}
    for number, row in enumerate(record.line_items):
        for name, value in row.items():
            if value.value is not None or path_of(number, name) in named:
                places.setdefault(name, []).extend([value.box.x0] if value.box else [])
    return tuple(sorted(places, key=lambda name: median(places[name]) if places[name] else math.inf))


def _grid(stored: StoredRecord, columns: tuple[str, ...], named: dict[str, Item]) -> Any:
    return tuple(
        tuple((path_of(place, name), row.get(name), named.get(path_of(place, name))) for name in columns)
        for place, row in enumerate(stored.record.line_items)
    )


def _order(field: str, order: dict[str, int], record: Record) -> tuple[int, float, float, int]:
    """Header fields as they stand on the page, top to bottom; those without a place after them; then the rows."""
    row, name = place_of(field)
    if row != HEADER:
        return (row + 1, 0.0, 0.0, 0)
    value = record.fields.get(name)
    page = value.page if value and value.box and value.page else 10**6
    return (0, float(page), value.box.y0 if value and value.box else 0.0, order.get(name, 0))


def _item(row: Any, record: Record, checks: tuple[CheckResult, ...], known: Known | None) -> Item:
    place, name = place_of(row.field)
    lines = (record.fields, *record.line_items)
    value = lines[place + 1].get(name) if place + 1 < len(lines) else None
    why = [WHY.get(row.reason, row.reason.replace("_", " "))]
    why += [f"Fails: {check.message}" for check in checks if check.passed is False and names(check, name, known)]
    choices = tuple(json.loads(row.choices))
    return Item(
        row.id, row.field, label_of(row.field), row.kind, choices, row.reason, tuple(why), value,
        row.before, row.decision, row.settled_by, row.settled_at,
    )  # fmt: skip
