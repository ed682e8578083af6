"""The review queue: fields that a person should look at, and what the person decided.

An item is settled once. `accept` keeps the value as it is, `correct` puts another one in its place, `reject` says
that the document has no such value. The value as extracted stays on the item: it is what corrections are learned from.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select, update

from extractors.candidate import FieldValue, Kind
from extractors.normalise import canonical
from ocr.document import Box
from runtime.audit import AuditLog
from runtime.errors import ReviewError
from runtime.record import place_of
from runtime.review.holds import HeldError, held_by_other
from runtime.rows import value_of
from runtime.store import Store, now
from runtime.tables import fields, records, review_items

Decision = Literal["accept", "correct", "reject"]


@dataclass(frozen=True)
class ReviewItem:
    """A doubtful field. `reason`: low_confidence, not_found, ungrounded, disagreement (of page and embedded data),
    check (a cross-field check failed), or audit (an accepted answer, drawn at random)."""

    id: str
    record: str
    document: str
    name: str
    """The artifact's name."""
    field: str
    kind: Kind
    choices: tuple[str, ...]
    reason: str
    created: str
    value: FieldValue | None


def list_open(store: Store, name: str | None = None, after: str = "", limit: int = 100) -> list[ReviewItem]:
    """Open items by id, those after `after`; of one artifact's name, or of all."""
    query = (
        select(review_items, records.c.document, records.c.name)
        .join(records, records.c.id == review_items.c.record)
        .where(review_items.c.state == "open", review_items.c.id > after)
        .order_by(review_items.c.id)
        .limit(limit)
    )
    if name is not None:
        query = query.where(records.c.name == name)
    with store.engine.connect() as connection:
        rows = connection.execute(query).all()
        values = _values(connection, [row.record for row in rows])
    return [_item(row, values) for row in rows]


def count_open(store: Store) -> int:
    """How many items wait."""
    with store.engine.connect() as connection:
        query = select(func.count()).select_from(review_items).where(review_items.c.state == "open")
        return int(connection.scalar(query) or 0)


def record_of_item(store: Store, item: str) -> str:
    """The record that an item is about. Raises ReviewError."""
    with store.engine.connect() as connection:
        found = connection.scalar(select(review_items.c.record).where(review_items.c.id == item))
    if found is None:
        raise ReviewError(f"{item[:32]!r} is no item")
    return str(found)


def settle(
    store: Store,
    audit: AuditLog,
    item: str,
    decision: Decision,
    actor: str,
    text: str | None = None,
    box: Box | None = None,
) -> str:
    """Settle one item, named by its id or a prefix of it; give the id. The record's field changes with it.

    `text` is the right value as a person writes it, for `correct` only; it is stored in the canonical form of the
    field's type. `box` is where the person found it. Raises ReviewError where there is no such open item, the text is
    no value of that type, or someone else holds the document.
    """
    with store.engine.begin() as connection:
        matching = review_items.c.id.startswith(item, autoescape=True) & (review_items.c.state == "open")
        found = connection.execute(select(review_items).where(matching).limit(2).with_for_update()).all()
        if len(found) != 1 or not item:
            raise ReviewError(f"{item[:32]!r} is not one open item; `factory review list` shows what is open")
        row = found[0]
        if held_by_other(row, actor):
            raise HeldError(row.locked_by)
        change = _change(decision, text, row, box)
        settled = connection.execute(
            update(review_items)
            .where(review_items.c.id == row.id, review_items.c.state == "open")
            .values(
                state="settled",
                decision=decision,
                settled_by=actor,
                settled_at=now(),
                locked_by=None,
                locked_until=None,
            )
        )
        if settled.rowcount != 1:
            raise ReviewError("someone else settled this item just now; `factory review list` shows what is open")
        if change:
            place, name = place_of(row.field)
            where = (fields.c.record == row.record, fields.c.row == place, fields.c.name == name)
            if connection.execute(update(fields).where(*where).values(change)).rowcount == 0:
                key = {"record": row.record, "row": place, "name": name, "explanation": "[]"}
                connection.execute(fields.insert().values({**key, **change}))
        audit.append(f"review.{decision}", (row.id, row.record), actor)
    return str(row.id)


def _change(decision: Decision, text: str | None, row: Any, box: Box | None) -> dict[str, Any]:
    """What happens to the field's row. A corrected value has the box that the person drew, or none."""
    if (decision == "correct") != (text is not None):
        raise ReviewError("`correct` needs the right value, and only `correct` takes one")
    person = {"source": "person", "confidence": 1.0}
    if decision == "correct":
        sides = ("page", "x0", "y0", "x1", "y1")
        where = {side: getattr(box, side) if box else None for side in sides}
        return {
            "value": typed(text or "", row.kind, json.loads(row.choices)),
            "status": "corrected",
            **person,
            **where,
        }
    if decision == "reject" or row.before is None:
        return {"value": None, "status": "not_found", **person}
    return {"status": "found"}


def typed(text: str, kind: Kind, choices: Sequence[str] = ()) -> str:
    """The canonical form of what a person wrote. Raises ReviewError where it is no value of the kind."""
    if kind == "enum":
        for choice in choices:
            if choice.casefold() == text.strip().casefold():
                return choice
        raise ReviewError(f"not one of the allowed values: {', '.join(choices)}")
    value = canonical(kind, text)
    if value is None:
        raise ReviewError(f"not readable as {kind}; {_HINTS.get(kind, 'write the value')}")
    return value


_HINTS: dict[Kind, str] = {
    "date": "write YYYY-MM-DD",
    "money": "write an amount such as 1234.50",
    "number": "write a number such as 12.5",
    "boolean": "write true or false",
}


def _values(connection: Any, ids: Sequence[str]) -> dict[tuple[str, int, str], FieldValue]:
    cells = connection.execute(select(fields).where(fields.c.record.in_(ids)))
    return {(cell.record, cell.row, cell.name): value_of(cell) for cell in cells}


def _item(row: Any, values: dict[tuple[str, int, str], FieldValue]) -> ReviewItem:
    value = values.get((row.record, *place_of(row.field)))
    choices = tuple(json.loads(row.choices))
    return ReviewItem(
        row.id, row.record, row.document, row.name, row.field, row.kind, choices, row.reason, row.created, value
    )
