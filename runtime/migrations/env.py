"""What Alembic runs for each command: revisions on the connection that the caller brought."""

from alembic import context

from runtime.review.tables import metadata as review_metadata
from runtime.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[metadata, review_metadata],
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
