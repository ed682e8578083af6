"""The whole comparison by one command: tasks to rows on disk, rows to a report."""
