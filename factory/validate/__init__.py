"""The four stages an artifact must pass."""
