"""The store's versions: Alembic revisions, run when a store is opened that stands at an older one.

A new revision is one file in `versions/`, and its number in `runtime.tables.REVISION`; a test compares what the
revisions make with the tables of the code. Revisions only add, so that programs of the last version and of this one
work on the same store while workers are replaced one by one; there is no way back down.
"""
