"""Which durable workflows wait for a record's review; the number that versions had before there were revisions goes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One table more, one less."""
    op.create_table(
        "waiting_workflows",
        sa.Column("record", sa.String(length=32), nullable=False),
        sa.Column("workflow", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.id"]),
        sa.PrimaryKeyConstraint("record", "workflow"),
    )
    op.drop_table("schema_version", if_exists=True)
