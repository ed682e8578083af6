"""A first spec from a description in plain words, for a person to read and confirm."""

from factory.draft.draft import Draft, draft_spec

__all__ = ["Draft", "draft_spec"]
