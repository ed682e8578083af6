"""People who review: names, roles, passwords.

Passwords are kept as argon2id with the parameters of RFC 9106 for little memory (64 MiB, three passes). An unknown
name costs the same time as a wrong password, so the answer's time does not tell which names exist.
"""

import threading
from dataclasses import dataclass
from typing import Any, Literal, get_args

import re2
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import delete, func, insert, select, update

from runtime.audit import AuditLog
from runtime.errors import ReviewError
from runtime.review.tables import sessions, users
from runtime.store import Store, now

Role = Literal["reviewer", "auditor", "admin"]
Permission = Literal["read", "decide", "audit", "users"]
ALLOWED: dict[Role, frozenset[Permission]] = {
    "reviewer": frozenset(("read", "decide")),
    "auditor": frozenset(("read", "audit")),
    "admin": frozenset(("read", "decide", "audit", "users")),
}
SHORTEST, LONGEST = 12, 256
"""Characters of a password: length is what counts (NIST SP 800-63B); the longest keeps hashing cheap."""
_NAME = re2.compile(r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$")
_TWO_AT_ONCE = threading.BoundedSemaphore(2)
"""A check takes 64 MiB: strangers who try many passwords at once must not fill the memory."""
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@dataclass(frozen=True)
class User:
    """Someone who may sign in while `active`."""

    name: str
    role: Role
    active: bool
    created: str

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return self.active and permission in ALLOWED[self.role]


class Users:
    """The people of one store. Every change is in the audit log, by name of who made it."""

    def __init__(self, store: Store, audit: AuditLog) -> None:
        self.store, self.audit = store, audit
        # Made anew in each process, so that checking an unknown name costs what a known one costs.
        self._nobody = _HASHER.hash("the password of nobody")

    def all(self) -> list[User]:
        """Everyone, by name."""
        with self.store.engine.connect() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def get(self, name: str) -> User | None:
        """Who has this name."""
        with self.store.engine.connect() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        return _user(row) if row else None

    def add(self, name: str, password: str | None, role: str, actor: str) -> User:
        """Add someone; without a password where a proxy signs people in. Raises ReviewError."""
        if not _NAME.match(name):
            raise ReviewError("a name has 1 to 64 letters, digits and . _ @ + -, and begins with a letter or digit")
        checked = _role(role)
        hashed = None if password is None else _hashed(password)
        row = {"name": name, "password": hashed, "role": checked, "active": 1, "created": now()}
        with self.store.engine.begin() as connection:
            if connection.scalar(select(users.c.name).where(users.c.name == name)) is not None:
                raise ReviewError("there is someone of this name already")
            connection.execute(insert(users).values(row))
            self.audit.append("user.add", (name, checked), actor)
        return User(name, checked, True, str(row["created"]))

    def change(self, name: str, role: str, active: bool, actor: str) -> None:
        """Give another role, shut out or let in again. Whoever it is must sign in anew. Raises ReviewError."""
        checked = _role(role)
        with self.store.engine.begin() as connection:
            values = {"role": checked, "active": int(active)}
            if connection.execute(update(users).where(users.c.name == name).values(values)).rowcount != 1:
                raise ReviewError("there is nobody of this name")
            admins = select(func.count()).where(users.c.role == "admin", users.c.active == 1)
            if not connection.scalar(admins):
                raise ReviewError("the last admin stays admin; make someone else admin first")
            connection.execute(delete(sessions).where(sessions.c.user == name))
            self.audit.append("user.change", (name, checked, "active" if active else "inactive"), actor)

    def set_password(self, name: str, password: str, actor: str) -> None:
        """Another password; all sessions of the person end. Raises ReviewError."""
        hashed = _hashed(password)
        with self.store.engine.begin() as connection:
            if connection.execute(update(users).where(users.c.name == name).values(password=hashed)).rowcount != 1:
                raise ReviewError("there is nobody of this name")
            connection.execute(delete(sessions).where(sessions.c.user == name))
            self.audit.append("user.password", (name,), actor)

    def check(self, name: str, password: str) -> User | None:
        """The active user whose name and password these are, else None, after the same time either way."""
        with self.store.engine.connect() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        with _TWO_AT_ONCE:
            right = _verify(row.password if row and row.password else self._nobody, password[: LONGEST + 1])
        known = row is not None and row.password is not None and row.active
        return _user(row) if right and known and len(password) <= LONGEST else None


def _user(row: Any) -> User:
    return User(row.name, row.role, bool(row.active), row.created)


def _role(role: str) -> Role:
    if role not in ALLOWED:
        raise ReviewError(f"no such role; use {', '.join(get_args(Role))}")
    return role


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise ReviewError(f"a password has {SHORTEST} to {LONGEST} characters")
    return _HASHER.hash(password)


def _verify(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
