"""Database access for workflows: pooled, with parameters only, and patient with a server that restarts.

    with Database("postgresql+psycopg://…") as database:
        rows = database.select("SELECT limit_usd FROM plans WHERE plan = :plan", {"plan": "gold"})

Values never enter the text of a statement: a statement that holds a literal text or number is refused.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from extractors.pattern import contains
from templates.modules.health import Health, RefusedError, ServiceDownError

T = TypeVar("T")
Parameters = Mapping[str, Any]

_LITERAL = (
    r"'|\"\"|--|/\*|;\s*\S|[=<>(,+*/-]\s*-?\d|(?i)\b(?:limit|offset|like|in|between|and|then|else|values)\b\s*\(?\s*\d"
)
"""What a statement with parameters has no need of: quoted text, comments, a second statement, numbers as operands."""


@dataclass(frozen=True)
class DatabaseOptions:
    """Pool size, seconds to wait for a connection or a statement, and how long to try again in all."""

    pool: int = 5
    wait_s: float = 5.0
    statement_s: float = 30.0
    patience_s: float = 20.0


class Database:
    """A pooled engine. Connections that a restart has cut are noticed and replaced (`pool_pre_ping`)."""

    def __init__(self, url: str, options: DatabaseOptions | None = None) -> None:
        self._options = options or DatabaseOptions()
        pool: dict[str, Any] = {"pool_pre_ping": True}
        if not url.startswith("sqlite"):
            pool |= {"pool_size": self._options.pool, "max_overflow": 0, "pool_timeout": self._options.wait_s}
        if url.startswith("postgresql"):
            limit = int(self._options.statement_s * 1000)
            pool["connect_args"] = {
                "connect_timeout": max(1, int(self._options.wait_s)),
                "options": f"-c statement_timeout={limit}",
            }
        self._engine = create_engine(url, hide_parameters=True, **pool)

    def select(self, statement: str, parameters: Parameters) -> list[dict[str, Any]]:
        """The rows of a query. Tried again while the server is away, since reading twice does no harm.

        Raises RefusedError (a literal in the statement, a wrong statement) and ServiceDownError.
        """
        _check(statement)
        return self._patiently(lambda: self._run(statement, parameters, _rows))

    def execute(self, statement: str, parameters: Parameters) -> int:
        """Run a statement in a transaction of its own, once, and give the number of rows it touched.

        A connection is tried for until the server is there; the statement itself is not repeated, because a server
        that went away may have carried it out. Raises RefusedError and ServiceDownError.
        """
        _check(statement)
        self._patiently(self._ping)
        try:
            return self._run(statement, parameters, lambda connection, found: int(found.rowcount))
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise ServiceDownError(
                f"database: {type(error).__name__}; the statement may or may not have been done"
            ) from None

    def health(self) -> Health:
        """Whether a connection answers within the wait."""
        start = time.perf_counter()
        try:
            self._ping()
        except (SQLAlchemyError, RefusedError) as error:
            return Health(False, (time.perf_counter() - start) * 1000, type(error).__name__)
        return Health(True, (time.perf_counter() - start) * 1000)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ping(self) -> None:
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def _run(self, statement: str, parameters: Parameters, take: Callable[[Connection, Any], T]) -> T:
        try:
            with self._engine.begin() as connection:
                return take(connection, connection.execute(text(statement), dict(parameters)))
        except (OperationalError, InterfaceError, PoolTimeout):
            raise
        except DBAPIError as error:
            raise RefusedError(f"database: {type(error.orig).__name__}") from None
        except SQLAlchemyError as error:
            raise RefusedError(f"database: {type(error).__name__}; is a parameter missing?") from None

    def _patiently(self, work: Callable[[], T]) -> T:
        try:
            for attempt in Retrying(
                stop=stop_after_delay(self._options.patience_s),
                wait=wait_exponential_jitter(min=0.1, max=2.0),
                retry=retry_if_exception_type((OperationalError, InterfaceError, PoolTimeout)),
                reraise=True,
            ):
                with attempt:
                    return work()
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise ServiceDownError(f"database: {type(error).__name__} for {self._options.patience_s:g} s") from None
        raise AssertionError("unreachable: the last attempt returns or raises")


def _check(statement: str) -> None:
    if contains(_LITERAL, statement):
        raise RefusedError("database: a literal, a comment or a second statement; pass values as :parameters")


def _rows(connection: Connection, found: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in found.mappings()]
