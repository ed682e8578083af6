"""Tables of the review page alone: who may sign in, who is signed in, and who failed to.

They stand in the same database as the records, and their revisions in `runtime/migrations` too.
"""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

users = Table(
    "review_users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password", Text),  # argon2id; absent where a proxy signs people in
    Column("role", String(20), nullable=False),
    Column("active", Integer, nullable=False),
    Column("created", String(32), nullable=False),
)

sessions = Table(
    "review_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie: a copy of the table signs nobody in
    Column("user", String(64), ForeignKey("review_users.name"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("seen", Float, nullable=False),
)

failures = Table(
    "review_failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),  # SHA-256 of the address or the name that was tried
    Column("at", Float, nullable=False),
    Index("review_failures_by_key", "key", "at"),
)
