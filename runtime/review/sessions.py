"""Who is signed in, and how often someone may fail to.

A session is a random cookie, kept as its SHA-256, with a token against forged requests (CSRF) of its own. Signing in
always makes a new one. It ends after 30 minutes without a request, and 12 hours after it began.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from runtime.review.tables import failures, sessions
from runtime.review.users import User, Users
from runtime.store import Store

IDLE, LIFE = 30 * 60.0, 12 * 3600.0
"""Seconds without a request, and altogether, after which a session ends."""
WINDOW = 15 * 60.0
"""Seconds over which failures to sign in count."""
FEW_BY_NAME, FEW_BY_ADDRESS = 10, 30
"""Failures within the window after which a name, or an address, has to wait."""
FRESH = 60.0
"""The time of the last request is written down at most this often, in seconds."""


@dataclass(frozen=True)
class Session:
    """Someone who is signed in. `csrf` must come back with every request that changes something."""

    user: User
    csrf: str
    digest: str


class Sessions:
    """The sessions of one store. `clock` gives seconds since 1970."""

    def __init__(self, store: Store, users: Users, clock: Callable[[], float] = time.time) -> None:
        self.store, self.users, self.clock = store, users, clock

    def begin(self, user: User) -> tuple[str, Session]:
        """A new session, and the cookie that names it. Sessions that are over are swept out."""
        cookie, moment = secrets.token_urlsafe(32), self.clock()
        session = Session(user, secrets.token_urlsafe(32), _digest(cookie))
        row = {
            "digest": session.digest,
            "user": user.name,
            "csrf": session.csrf,
            "created": moment,
            "seen": moment,
        }
        over = (sessions.c.seen < moment - IDLE) | (sessions.c.created < moment - LIFE)
        with self.store.engine.begin() as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(delete(failures).where(failures.c.at < moment - WINDOW))
            connection.execute(insert(sessions).values(row))
        return cookie, session

    def get(self, cookie: str) -> Session | None:
        """The session that a cookie names, if it still runs and its user is active."""
        digest, moment = _digest(cookie), self.clock()
        with self.store.engine.connect() as connection:
            row = connection.execute(select(sessions).where(sessions.c.digest == digest)).first()
        if row is None or row.seen < moment - IDLE or row.created < moment - LIFE:
            return None
        user = self.users.get(row.user)
        if user is None or not user.active:
            return None
        if row.seen < moment - FRESH:
            with self.store.engine.begin() as connection:
                connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen=moment))
        return Session(user, row.csrf, digest)

    def end(self, digest: str) -> None:
        """Sign out."""
        with self.store.engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def must_wait(self, name: str, address: str) -> bool:
        """Whether too many failed with this name, or from this address, for another try now."""
        since = self.clock() - WINDOW
        with self.store.engine.connect() as connection:
            for key, few in ((f"name:{name}", FEW_BY_NAME), (f"address:{address}", FEW_BY_ADDRESS)):
                query = select(func.count()).where(failures.c.key == _digest(key), failures.c.at > since)
                if (connection.scalar(query) or 0) >= few:
                    return True
        return False

    def note_failure(self, name: str, address: str) -> None:
        """Count a failure to sign in. What was typed is not kept: it may be a password in the wrong box."""
        moment = self.clock()
        rows = [{"key": _digest(key), "at": moment} for key in (f"name:{name}", f"address:{address}")]
        with self.store.engine.begin() as connection:
            connection.execute(insert(failures), rows)

    def forget_failures(self, name: str) -> None:
        """Someone signed in after all."""
        with self.store.engine.begin() as connection:
            connection.execute(delete(failures).where(failures.c.key == _digest(f"name:{name}")))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
