"""The rules of the code gate: each takes a `Code` and yields findings."""
