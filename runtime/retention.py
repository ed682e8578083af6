"""Forget documents: everything that was recorded from them goes, and the audit log says that it went.

HIPAA lets a plan keep records as long as its policy says (45 CFR 164.316(b)(2)); the operator sets the time. The audit
log keeps ids alone, so it stays whole; the documents themselves are the operator's files and are not touched. Cases
that were kept as files for review go too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, text

from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.handled import case_file
from runtime.store import Store
from runtime.tables import batch_documents, documents, metadata, records

TOGETHER = 500
"""Documents forgotten in one transaction."""


@dataclass(frozen=True)
class Forgotten:
    """How many documents and records went."""

    documents: int
    records: int


def document_of(store: Store, reference: str) -> str:
    """The document's hash for a record id or document hash, or for a prefix of one. Raises UsageError."""
    if len(reference) < 6:
        raise UsageError(f"{reference!r} is too short; give at least six digits of a record's or a document's id")
    with store.engine.connect() as connection:
        by_record = select(records.c.document).where(records.c.id.startswith(reference, autoescape=True))
        by_hash = select(documents.c.sha256).where(documents.c.sha256.startswith(reference, autoescape=True))
        found = sorted({*connection.scalars(by_record), *connection.scalars(by_hash)})
    if len(found) != 1:
        raise UsageError(f"{len(found) or 'no'} documents belong to {reference!r}; `factory run` lists the ids")
    return str(found[0])


def older_than(store: Store, days: float, now: datetime | None = None) -> list[str]:
    """Documents whose newest record is older than `days` days, sorted."""
    limit = ((now or datetime.now(UTC)) - timedelta(days=days)).isoformat()
    newest = select(records.c.document).group_by(records.c.document).having(func.max(records.c.created) < limit)
    with store.engine.connect() as connection:
        return sorted(connection.scalars(newest))


def forget(store: Store, hashes: Sequence[str], audit: AuditLog, actor: str | None = None) -> Forgotten:
    """Delete all rows of the documents, after the audit log has noted it. Raises AuditError (then nothing is done)."""
    gone = 0
    for begin in range(0, len(hashes), TOGETHER):
        part = list(hashes[begin : begin + TOGETHER])
        audit.append("document.forget", part, actor)
        with store.engine.begin() as connection:
            gone += _delete(connection, part)
        for document in part:
            case_file(document).unlink(missing_ok=True)
    _overwrite(store)
    return Forgotten(len(hashes), gone)


def _delete(connection: Connection, hashes: list[str]) -> int:
    ids = list(connection.scalars(select(records.c.id).where(records.c.document.in_(hashes))))
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
    for table in reversed(metadata.sorted_tables):
        for condition in _belongs(table, ids, hashes):
            connection.execute(delete(table).where(condition))
    return len(ids)


def _belongs(table: Table, ids: list[str], hashes: list[str]) -> list[ColumnElement[bool]]:
    """What picks a table's rows of these records and documents, by its keys; tables added later are covered too."""
    if table is records:
        return [records.c.document.in_(hashes)]
    if table is documents:
        return [documents.c.sha256.in_(hashes)]
    if table is batch_documents:
        return [batch_documents.c.document.in_(hashes)]
    targets = {key.target_fullname: key.parent for key in table.foreign_keys}
    keyed = [("records.id", ids), ("documents.sha256", hashes)]
    return [targets[name].in_(values) for name, values in keyed if name in targets]


def _overwrite(store: Store) -> None:
    """SQLite keeps old pages in its journal until it is written back."""
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
