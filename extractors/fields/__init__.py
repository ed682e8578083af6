"""Typed proposers: one file a field type."""
