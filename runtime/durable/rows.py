"""What the activities ask the store beside what a local batch does: batches by their own name, single documents."""

import hashlib

from sqlalchemy import select, update

from runtime.store import Batch, Store, insert_new, now
from runtime.tables import AUDIT, batch_documents, batches, review_items, waiting_workflows


def batch_of(batch: str, artifact: str, name: str) -> Batch:
    """A submitted batch has one row in the store for each artifact that it runs: two during a canary."""
    return Batch(hashlib.sha256(f"{batch}:{artifact}".encode()).hexdigest()[:32], artifact, name)


def open_batch(store: Store, batch: str, artifact: str, name: str) -> bool:
    """Make its row; whether it was not there yet."""
    row = batch_of(batch, artifact, name)
    values = {"id": row.id, "artifact": artifact, "name": name, "started": now(), "state": "running"}
    with store.engine.begin() as connection:
        if connection.scalar(select(batches.c.id).where(batches.c.id == row.id)) is not None:
            return False
        return connection.execute(insert_new(store.engine, batches).values(values)).rowcount == 1


def close_batches(store: Store, batch: str, name: str, state: str) -> list[Batch]:
    """Note that a submitted batch ended; gives its rows that were still open."""
    with store.engine.begin() as connection:
        query = select(batches.c.artifact).distinct().where(batches.c.name == name, batches.c.state == "running")
        rows = [batch_of(batch, artifact, name) for artifact in connection.scalars(query).all()]
        ended = {"finished": now(), "state": state}
        return [
            row
            for row in rows
            if connection.execute(
                update(batches).where(batches.c.id == row.id, batches.c.state == "running").values(ended)
            ).rowcount
            == 1
        ]


def kind_of(store: Store, batch: Batch, position: int) -> str | None:
    """What the store lists for one document: the first answer stands, whatever a retry would say."""
    query = select(batch_documents.c.outcome).where(
        batch_documents.c.batch == batch.id, batch_documents.c.position == position
    )
    with store.engine.connect() as connection:
        found: str | None = connection.scalar(query)
    return found


def open_items(store: Store, record: str) -> list[str]:
    """Ids of the record's open review items that its document waits for, sorted: an audit holds nothing up."""
    query = select(review_items.c.id).where(
        review_items.c.record == record, review_items.c.state == "open", review_items.c.reason != AUDIT
    )
    with store.engine.connect() as connection:
        return sorted(connection.scalars(query))


def settled_so(store: Store, item: str, decision: str, actor: str) -> bool:
    """Whether this very decision was taken already: it was delivered twice."""
    query = select(review_items.c.decision, review_items.c.settled_by).where(review_items.c.id == item)
    with store.engine.connect() as connection:
        row = connection.execute(query).first()
    return row is not None and tuple(row) == (decision, actor)


def note_waiting(store: Store, record: str, workflow: str) -> None:
    """Note that a workflow waits for the record's review."""
    with store.engine.begin() as connection:
        connection.execute(insert_new(store.engine, waiting_workflows), [{"record": record, "workflow": workflow}])


def waiting_for(store: Store, item: str) -> list[str]:
    """Ids of the workflows that wait for the review of this item's record, sorted."""
    query = (
        select(waiting_workflows.c.workflow)
        .join(review_items, review_items.c.record == waiting_workflows.c.record)
        .where(review_items.c.id == item)
    )
    with store.engine.connect() as connection:
        return sorted(connection.scalars(query))
