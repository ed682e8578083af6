"""Bring a store to the revision of this program."""

import threading
from pathlib import Path

from sqlalchemy import column, inspect, select, table
from sqlalchemy.engine import Connection

from runtime.errors import StoreError
from runtime.tables import REVISION

HERE = Path(__file__).parent
_VERSION = table("alembic_version", column("version_num"))
_ONE_AT_A_TIME = threading.Lock()
"""Alembic's `op` is one for the process."""


def revision_of(connection: Connection) -> str | None:
    """The store's revision; None where it has none, being empty or older than the first one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the transaction of `connection`. Raises StoreError for a store of a later program."""
    from alembic import command  # imported late: a store that is up to date needs no Alembic
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    try:
        with _ONE_AT_A_TIME:
            command.upgrade(config, REVISION)
    except CommandError:
        at = revision_of(connection)
        raise StoreError(
            f"the store has revision {at}, this program knows up to {REVISION}; use the newer program, or another store"
        ) from None
