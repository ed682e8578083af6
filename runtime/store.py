"""Where records live: SQLite by default, PostgreSQL by URL, with the same code.

A record and everything that belongs to it is written in one transaction, under keys derived from the document's and
the artifact's hash, and never twice: `on conflict do nothing`. So a run that was killed can simply run again.
Field values are sensitive: they are in here, and nothing here logs them.
"""

import json
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, create_engine, event, func, insert, select, update
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from extractors.candidate import Record
from runtime import rows
from runtime.errors import StoreError, UsageError
from runtime.files import home
from runtime.migrations.upgrade import revision_of, upgrade
from runtime.outcome import Kind, Outcome
from runtime.record import record_id
from runtime.shape import Shape
from runtime.tables import (
    AUDIT,
    REVISION,
    batch_documents,
    batches,
    decisions,
    documents,
    fields,
    records,
    review_items,
)

PAGE = 200
"""Records fetched at a time."""


@dataclass(frozen=True)
class Batch:
    """One call of `run_batch`."""

    id: str
    artifact: str
    name: str


@dataclass(frozen=True)
class StoredRecord:
    """A record with where it came from. `paths` are the batch's paths of this document, the first one first."""

    id: str
    document: str
    artifact: str
    name: str
    paths: tuple[str, ...]
    record: Record


class Store:
    """Open the store at `url` (`sqlite:///FILE`, `postgresql://...`); by default `store.sqlite` in the home folder.

    An older store is brought to this program's revision. Raises StoreError where it cannot be opened, or is of a later
    program.
    """

    def __init__(self, url: str | None = None) -> None:
        self.engine = _engine(url or f"sqlite:///{home() / 'store.sqlite'}")
        try:
            _bring_up(self.engine)
        except SQLAlchemyError as error:
            # The driver's own text may quote the URL with its password.
            raise StoreError(
                f"{self.where}: the store cannot be opened ({type(error).__name__}); check the URL and its rights"
            ) from None

    @property
    def where(self) -> str:
        """The URL without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def begin_batch(self, artifact: str, name: str) -> Batch:
        """Note that a batch begins."""
        batch = Batch(uuid.uuid4().hex, artifact, name)
        with self.engine.begin() as connection:
            values = {"id": batch.id, "artifact": artifact, "name": name, "started": now(), "state": "running"}
            connection.execute(insert(batches).values(values))
        return batch

    def end_batch(self, batch: Batch, state: str) -> None:
        """Note that it `finished` or was `interrupted`."""
        with self.engine.begin() as connection:
            connection.execute(update(batches).where(batches.c.id == batch.id).values(finished=now(), state=state))

    def recorded(self, batch: Batch, hashes: Collection[str]) -> dict[str, bool]:
        """Of these documents, those that the batch's artifact has recorded: whether this very batch listed them."""
        with self.engine.connect() as connection:
            known = connection.scalars(
                select(records.c.document).where(records.c.artifact == batch.artifact, records.c.document.in_(hashes))
            ).all()
            here = _listed_here(connection, batch, known)
        return {document: document in here for document in known}

    def has(self, record: str) -> bool:
        """Whether this record was written."""
        with self.engine.connect() as connection:
            return connection.scalar(select(records.c.id).where(records.c.id == record)) is not None

    def write(self, batch: Batch, outcomes: Sequence[Outcome], shape: Shape) -> None:
        """Write outcomes, with the records in them, in one transaction.

        A record that somebody else wrote in the meantime is listed as known, or as a duplicate within the batch.
        """
        made = [outcome for outcome in outcomes if outcome.extraction is not None]
        moment, fresh = now(), set[str]()
        with self.engine.begin() as connection:
            for table, values in rows.rows_of(batch.artifact, batch.name, made, shape, moment):
                if not values:
                    continue
                insertion = insert_new(self.engine, table)
                if table is records:
                    fresh = set(connection.scalars(insertion.returning(records.c.document), values))
                else:
                    connection.execute(insertion, values)
            listed = _as_listed(connection, batch, outcomes, fresh)
            connection.execute(insert_new(self.engine, batch_documents), [rows.listing(batch.id, o) for o in listed])

    def counts(self, batch: Batch) -> dict[str, int]:
        """How many paths of the batch were recorded, known, duplicate, failed."""
        query = select(batch_documents.c.outcome, func.count()).where(batch_documents.c.batch == batch.id)
        with self.engine.connect() as connection:
            found: dict[str, int] = {
                row[0]: row[1] for row in connection.execute(query.group_by(batch_documents.c.outcome))
            }
        return {kind: found.get(kind, 0) for kind in ("recorded", "known", "duplicate", "failed")}

    def failures(self, batch: Batch) -> Iterator[Outcome]:
        """The batch's failed documents with their reasons, in the order of the paths."""
        yield from self._listed(batch, ("failed",))

    def left(self, batch: Batch) -> Iterator[Outcome]:
        """The batch's recorded documents that left the ladder early, with their reasons, in the order of the paths."""
        yield from (outcome for outcome in self._listed(batch, ("recorded",)) if outcome.reason)

    def duplicates(self, batch: Batch) -> Iterator[Outcome]:
        """The batch's paths that hold the same bytes as an earlier one."""
        yield from self._listed(batch, ("duplicate",))

    def records(self, batch: Batch) -> Iterator[StoredRecord]:
        """The batch's records, each once, in the order of their first path. Holds `PAGE` of them at a time."""
        for page in self._pages(batch, ("recorded", "known")):
            hashes = [row.document for row in page]
            with self.engine.connect() as connection:
                found = _assemble(connection, [record_id(document, batch.artifact) for document in hashes])
                paths = _paths(connection, batch, hashes)
            for document in hashes:
                header, record = found[record_id(document, batch.artifact)]
                yield StoredRecord(header.id, document, header.artifact, header.name, paths[document], record)

    def record(self, prefix: str) -> StoredRecord:
        """One record by its id, or by a prefix that no other has. Raises UsageError."""
        with self.engine.connect() as connection:
            ids = connection.scalars(
                select(records.c.id).where(records.c.id.startswith(prefix, autoescape=True)).limit(2)
            ).all()
            if len(ids) != 1 or not prefix:
                what = "no record begins" if not ids else "more than one record begins"
                raise UsageError(f"{what} with {prefix!r}; the output of `factory run` lists the ids")
            header, record = _assemble(connection, ids)[ids[0]]
            path = connection.scalar(select(documents.c.path).where(documents.c.sha256 == header.document))
        return StoredRecord(header.id, header.document, header.artifact, header.name, (str(path),), record)

    def decision(self, record: str) -> dict[str, Any] | None:
        """A workflow's decision by its record's id: `recorded`, `trace` and `digest`; None where it is a document's."""
        with self.engine.connect() as connection:
            row = connection.execute(select(decisions).where(decisions.c.record == record)).first()
        if row is None:
            return None
        return {"recorded": json.loads(row.recorded), "trace": json.loads(row.trace), "digest": row.digest}

    def ids(self) -> list[str]:
        """The ids of all records, sorted."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(records.c.id).order_by(records.c.id)))

    def open_items(self, batch: Batch) -> int:
        """How many open review items the batch's records have."""
        listed = select(batch_documents.c.document).where(batch_documents.c.batch == batch.id)
        query = (
            select(func.count())
            .select_from(review_items.join(records, records.c.id == review_items.c.record))
            .where(
                review_items.c.state == "open",
                records.c.artifact == batch.artifact,
                records.c.document.in_(listed),
            )
        )
        with self.engine.connect() as connection:
            return int(connection.scalar(query) or 0)

    def _listed(self, batch: Batch, kinds: Sequence[str]) -> Iterator[Outcome]:
        for page in self._pages(batch, kinds):
            for row in page:
                yield Outcome(row.position, row.path, row.outcome, row.document, row.reason, row.message)

    def _pages(self, batch: Batch, kinds: Sequence[str]) -> Iterator[Sequence[Any]]:
        """The batch's listings of these outcomes, in the order of the paths, `PAGE` at a time."""
        last, full = -1, True
        while full:
            with self.engine.connect() as connection:
                page = _page_of(connection, batch, kinds, last)
            if page:
                last = page[-1].position
                yield page
            full = len(page) == PAGE


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError(f"{parsed.drivername}: not a store; use sqlite:///FILE or postgresql://...")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).resolve().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, hide_parameters=True)
    except (ArgumentError, OSError) as error:
        raise StoreError(
            f"not a usable store URL ({type(error).__name__}); use sqlite:///FILE or postgresql://..."
        ) from None
    except ImportError:
        raise StoreError("PostgreSQL needs a driver: pip install 'code-factory[postgres]'") from None
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    """WAL: readers never wait, and a commit that returned survives the end of the process at any moment."""
    cursor = connection.cursor()
    for statement in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {statement}")
    cursor.close()


def _bring_up(engine: Engine) -> None:
    """Make or upgrade the tables; one process at a time, or two would both try."""
    with engine.connect() as connection:
        if revision_of(connection) == REVISION:
            return
    with engine.begin() as connection:
        postgres = connection.dialect.name == "postgresql"
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261122)" if postgres else "BEGIN IMMEDIATE")
        upgrade(connection)


def insert_new(engine: Engine, table: Table) -> Any:
    """An insert that leaves rows alone whose key is there already. Loads the dialect in use, and no other."""
    if engine.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()


def _page_of(connection: Connection, batch: Batch, kinds: Sequence[str], last: int) -> Sequence[Any]:
    """The next `PAGE` listings of these outcomes after position `last`."""
    table = batch_documents
    query = (
        select(table)
        .where(table.c.batch == batch.id, table.c.outcome.in_(kinds), table.c.position > last)
        .order_by(table.c.position)
        .limit(PAGE)
    )
    return connection.execute(query).all()


def _listed_here(connection: Connection, batch: Batch, hashes: Collection[str]) -> set[str]:
    """Of these documents, those that the batch lists, and not as failed."""
    table = batch_documents
    query = select(table.c.document).where(
        table.c.batch == batch.id, table.c.document.in_(hashes), table.c.outcome != "failed"
    )
    return set(connection.scalars(query)) if hashes else set()


def _as_listed(
    connection: Connection, batch: Batch, outcomes: Sequence[Outcome], fresh: Collection[str]
) -> list[Outcome]:
    """The outcomes; where a record was there already when it was written, without it."""
    late = {o.document for o in outcomes if o.kind == "recorded" and o.document not in fresh}
    if not late:
        return list(outcomes)
    here = _listed_here(connection, batch, {document for document in late if document is not None})
    kinds: dict[bool, Kind] = {True: "duplicate", False: "known"}
    return [
        Outcome(o.position, o.path, kinds[o.document in here], o.document) if o.document in late else o
        for o in outcomes
    ]


def _paths(connection: Connection, batch: Batch, hashes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = (
        select(batch_documents.c.document, batch_documents.c.path)
        .where(batch_documents.c.batch == batch.id, batch_documents.c.document.in_(hashes))
        .order_by(batch_documents.c.position)
    )
    paths: dict[str, tuple[str, ...]] = {}
    for document, path in connection.execute(query):
        paths[document] = (*paths.get(document, ()), path)
    return paths


def _assemble(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Any, Record]]:
    """The rows of these records, put together again. Fields with an open review item are doubtful, but audited ones."""
    headers = connection.execute(select(records).where(records.c.id.in_(ids))).all()
    cells = connection.execute(
        select(fields).where(fields.c.record.in_(ids)).order_by(fields.c.record, fields.c.row, fields.c.name)
    )
    open_items = connection.execute(
        select(review_items.c.record, review_items.c.field).where(
            review_items.c.record.in_(ids), review_items.c.state == "open", review_items.c.reason != AUDIT
        )
    )
    return rows.assemble(headers, cells, open_items)
