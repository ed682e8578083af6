"""Holding a document while one person looks at it, so that two never work on the same.

A hold is a name and an end on each of the record's open items. It lapses by itself: a closed laptop blocks nobody for
longer than `HOLD`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.engine import Connection

from runtime.audit import AuditLog
from runtime.errors import ReviewError
from runtime.store import Store, now
from runtime.tables import review_items

HOLD = timedelta(minutes=10)
"""How long a hold lasts without a sign of life."""


class HeldError(ReviewError):
    """Someone else works on it."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"{holder} is working on this document; take another one")
        self.holder = holder


def hold(store: Store, audit: AuditLog, record: str, actor: str) -> int:
    """Hold a record's open items for `actor`, or go on holding them; how many there are.

    Raises HeldError where someone else holds one of them. Of two who ask at once, one gets all and one none.
    """
    with store.engine.begin() as connection:
        items = _open_items(connection, record)
        others = [row.locked_by for row in items if held_by_other(row, actor)]
        if others:
            raise HeldError(others[0])
        fresh = any(row.locked_by != actor or row.locked_until < now() for row in items)
        _mark(connection, record, {"locked_by": actor, "locked_until": _end()})
        if fresh:
            audit.append("review.open", (record,), actor)
    return len(items)


def release(store: Store, record: str, actor: str) -> None:
    """Let go of what `actor` holds of a record."""
    mine = (review_items.c.record == record, review_items.c.locked_by == actor)
    with store.engine.begin() as connection:
        connection.execute(update(review_items).where(*mine).values(locked_by=None, locked_until=None))


def held_by_other(row: Any, actor: str) -> bool:
    """Whether someone else holds this row of `review_items` now."""
    return row.locked_by is not None and row.locked_by != actor and row.locked_until > now()


def free_for(actor: str) -> ColumnElement[bool]:
    """The condition that nobody else holds an item now."""
    mine = review_items.c.locked_by == actor
    return or_(review_items.c.locked_by.is_(None), mine, review_items.c.locked_until <= now())


def _open_items(connection: Connection, record: str) -> list[Any]:
    """The record's open items, locked until the transaction ends. Writing first makes SQLite take its lock too."""
    mine = (review_items.c.record == record, review_items.c.state == "open")
    connection.execute(update(review_items).where(*mine).values(state="open"))
    return list(connection.execute(select(review_items).where(*mine)))


def _mark(connection: Connection, record: str, values: dict[str, str]) -> None:
    mine = (review_items.c.record == record, review_items.c.state == "open")
    connection.execute(update(review_items).where(*mine).values(values))


def _end() -> str:
    return (datetime.now(UTC) + HOLD).isoformat(timespec="milliseconds")
