"""Compliance rule sets: for each a prompt text (`NAME.md`) and the clauses that code enforces (`clauses`)."""
