"""The tables of the store. Field values stand in `fields` and `review_items` and nowhere else."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

REVISION = "0002"
"""The store's revision that this program works with: the last of `runtime/migrations/versions`."""

metadata = MetaData()
AUDIT = "audit"
"""The reason of a review item that was drawn at random from accepted answers."""

documents = Table(
    "documents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("path", Text, nullable=False),  # where it was read from first
    Column("pages", Integer, nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("added", String(32), nullable=False),  # ISO 8601, UTC, as all times here
)

records = Table(
    "records",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document", String(64), ForeignKey("documents.sha256"), nullable=False),
    Column("artifact", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created", String(32), nullable=False),
    Column("read_ms", Float, nullable=False),
    Column("extract_ms", Float, nullable=False),
    Column("checks", Text, nullable=False),  # JSON: [[name, passed, message], ...]
    UniqueConstraint("document", "artifact"),
)

fields = Table(
    "fields",
    metadata,
    Column("record", String(32), ForeignKey("records.id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),  # -1 outside the line items
    Column("name", String(100), primary_key=True),
    Column("value", Text),
    Column("status", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("page", Integer),
    Column("x0", Float),
    Column("y0", Float),
    Column("x1", Float),
    Column("y1", Float),
    Column("source", String(20), nullable=False),
    Column("explanation", Text, nullable=False),  # JSON: [[feature, weight], ...]
)

decisions = Table(
    "decisions",
    metadata,
    Column("record", String(32), ForeignKey("records.id"), primary_key=True),
    Column("step", String(100), nullable=False),  # the step that decided
    Column("decision", String(100), nullable=False),
    Column("status", String(20), nullable=False),  # decided, review
    Column("digest", String(64), nullable=False),  # SHA-256 of the trace: the audit log holds it too
    Column("recorded", Text, nullable=False),  # JSON: {name: value with its source}; all that a replay needs
    Column("trace", Text, nullable=False),  # JSON: runtime.trace.DecisionTrace
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("artifact", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("started", String(32), nullable=False),
    Column("finished", String(32)),
    Column("state", String(20), nullable=False),  # running, finished, interrupted
)

batch_documents = Table(
    "batch_documents",
    metadata,
    Column("batch", String(32), ForeignKey("batches.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("path", Text, nullable=False),
    Column("document", String(64)),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Index("batch_documents_by_document", "batch", "document"),
)

review_items = Table(
    "review_items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("record", String(32), ForeignKey("records.id"), nullable=False),
    Column("field", String(120), nullable=False),  # `iban` or `line_items[3].quantity`
    Column("kind", String(20), nullable=False),
    Column("choices", Text, nullable=False),  # JSON list, for an enum
    Column("reason", String(40), nullable=False),
    Column("state", String(20), nullable=False),  # open, settled
    Column("created", String(32), nullable=False),
    Column("before", Text),  # the value as extracted
    Column("decision", String(20)),  # accept, correct, reject
    Column("settled_by", String(100)),
    Column("settled_at", String(32)),
    Column("locked_by", String(100)),
    Column("locked_until", String(32)),
    UniqueConstraint("record", "field"),
    Index("review_items_by_state", "state", "created", "id"),
)

waiting_workflows = Table(
    "waiting_workflows",
    metadata,
    Column("record", String(32), ForeignKey("records.id"), primary_key=True),
    Column("workflow", String(200), primary_key=True),  # id of the workflow that waits for the record's review
)
