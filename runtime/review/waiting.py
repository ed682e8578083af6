"""What waits for people, a line a document: filters, ages, and what to take next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, func, select

from runtime.review.holds import free_for
from runtime.store import Store, now
from runtime.tables import documents, records, review_items

PAGE = 50
"""Documents a page of the queue."""


@dataclass(frozen=True)
class Filter:
    """Which documents: of an artifact's name, with an item of this reason or field, waiting for so many hours."""

    name: str = ""
    reason: str = ""
    field: str = ""
    hours: int = 0
    free: bool = False
    """Only what nobody else holds."""


@dataclass(frozen=True)
class Waiting:
    """A document with open items. `holder` is who else works on it; `oldest` the ISO time of its oldest item."""

    record: str
    name: str
    file: str
    items: int
    fields: tuple[str, ...]
    reasons: tuple[str, ...]
    oldest: str
    holder: str | None


@dataclass(frozen=True)
class Totals:
    """The whole queue: documents, items, the oldest item's time, and what there is to filter by, with counts."""

    documents: int
    items: int
    oldest: str | None
    names: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, int], ...]


def waiting(store: Store, chosen: Filter, actor: str, page: int = 0) -> list[Waiting]:
    """Documents that wait, longest first; `PAGE` of them."""
    oldest = func.min(review_items.c.created).label("oldest")
    query = (
        select(review_items.c.record, oldest)
        .join(records, records.c.id == review_items.c.record)
        .where(*_conditions(chosen, actor))
        .group_by(review_items.c.record)
        .order_by(oldest, review_items.c.record)
        .offset(page * PAGE)
        .limit(PAGE)
    )
    with store.engine.connect() as connection:
        ids = [row.record for row in connection.execute(query)]
        found = connection.execute(_details(ids)).all()
    return _grouped(ids, found, actor)


def next_record(store: Store, chosen: Filter, actor: str, besides: str = "") -> str | None:
    """The document that waited longest and that nobody else holds, other than `besides`."""
    oldest = func.min(review_items.c.created)
    query = (
        select(review_items.c.record)
        .join(records, records.c.id == review_items.c.record)
        .where(*_conditions(chosen, actor), free_for(actor), review_items.c.record != besides)
        .group_by(review_items.c.record)
        .order_by(oldest, review_items.c.record)
        .limit(1)
    )
    with store.engine.connect() as connection:
        return connection.scalar(query)


def totals(store: Store) -> Totals:
    """The queue in figures."""
    is_open = review_items.c.state == "open"
    column = func.count()
    overall = select(func.count(review_items.c.record.distinct()), column, func.min(review_items.c.created))
    names = select(records.c.name, column).join(review_items, review_items.c.record == records.c.id)
    with store.engine.connect() as connection:
        counted = connection.execute(overall.where(is_open)).one()
        by_name = connection.execute(names.where(is_open).group_by(records.c.name))
        by_reason = connection.execute(_by(review_items.c.reason))
        by_field = connection.execute(_by(review_items.c.field))
        rows = [_counts(one) for one in (by_name, by_reason, by_field)]
    return Totals(counted[0], counted[1], counted[2], rows[0], rows[1], rows[2])


def age(moment: str, at: str | None = None) -> str:
    """The time since `moment` in words: `now`, `5 min`, `3 h`, `2 d`."""
    passed = datetime.fromisoformat(at or now()) - datetime.fromisoformat(moment)
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def _conditions(chosen: Filter, actor: str) -> list[ColumnElement[bool]]:
    """The artifact's name holds for the record; the others for at least one of its open items."""
    conditions = [review_items.c.state == "open"]
    if chosen.name:
        conditions.append(records.c.name == chosen.name)
    if chosen.reason:
        conditions.append(review_items.c.reason == chosen.reason)
    if chosen.field:
        conditions.append(review_items.c.field == chosen.field)
    if chosen.hours:
        since = datetime.now(UTC) - timedelta(hours=chosen.hours)
        conditions.append(review_items.c.created <= since.isoformat(timespec="milliseconds"))
    if chosen.free:
        conditions.append(free_for(actor))
    return conditions


def _by(column: Any) -> Any:
    return select(column, func.count()).where(review_items.c.state == "open").group_by(column)


def _counts(found: Any) -> tuple[tuple[str, int], ...]:
    """Values with their counts, the most frequent first; cells of line items are left out, there are too many."""
    rows = [(str(row[0]), int(row[1])) for row in found if "[" not in str(row[0])]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _details(ids: Sequence[str]) -> Any:
    return (
        select(review_items, records.c.name, documents.c.path)
        .join(records, records.c.id == review_items.c.record)
        .join(documents, documents.c.sha256 == records.c.document)
        .where(review_items.c.record.in_(ids), review_items.c.state == "open")
    )


def _grouped(ids: Sequence[str], found: Sequence[Any], actor: str) -> list[Waiting]:
    of: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        of[row.record].append(row)
    listed, moment = [], now()
    for record in ids:
        rows = of[record]
        if not rows:
            continue  # settled between the two queries
        holders = [row.locked_by for row in rows if row.locked_by not in (None, actor) and row.locked_until > moment]
        listed.append(
            Waiting(
                record,
                rows[0].name,
                PurePath(rows[0].path).name,
                len(rows),
                tuple(sorted({row.field for row in rows})),
                tuple(sorted({row.reason for row in rows})),
                min(row.created for row in rows),
                holders[0] if holders else None,
            )
        )
    return listed
