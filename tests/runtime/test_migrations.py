"""Revisions make the same tables as the code says, from nothing and from a store that had none."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, inspect, select

from runtime.migrations.upgrade import HERE, revision_of
from runtime.review.tables import metadata as review_metadata
from runtime.store import Store
from runtime.tables import REVISION, decisions, metadata, waiting_workflows
from tests.runtime.test_store import ARTIFACT, SHAPE, outcome


def test_revisions_make_the_tables_that_the_code_works_with(url: str) -> None:
    store = Store(url)
    with store.engine.connect() as connection:
        assert revision_of(connection) == REVISION
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, [metadata, review_metadata]) == []
    store.close()


def test_the_last_revision_is_the_programs() -> None:
    assert sorted(path.name[1:5] for path in (HERE / "versions").glob("v*.py"))[-1] == REVISION


def test_a_store_from_before_revisions_is_brought_up_with_all_it_holds(url: str) -> None:
    old = MetaData()
    for table in metadata.sorted_tables:
        if table not in (decisions, waiting_workflows):
            table.to_metadata(old)
    version = Table("schema_version", old, Column("version", Integer, primary_key=True))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        old.create_all(connection)
        connection.execute(version.insert(), [{"version": 1}])
        connection.execute(
            old.tables["batches"].insert(),
            [{"id": "b" * 32, "artifact": ARTIFACT, "name": "note", "started": "2026", "state": "running"}],
        )
    store = Store(url)
    with store.engine.connect() as connection:
        assert revision_of(connection) == REVISION
        assert {"decisions", "waiting_workflows", "review_users"} <= set(inspect(connection).get_table_names())
        assert not inspect(connection).has_table("schema_version")
        assert connection.scalars(select(old.tables["batches"].c.id)).all() == ["b" * 32]
    batch = store.begin_batch(ARTIFACT, "note")
    store.write(batch, [outcome(0)], SHAPE)
    store.close()
    again = Store(url)
    assert len(again.ids()) == 1
    again.close()
    engine.dispose()
