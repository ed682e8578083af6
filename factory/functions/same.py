"""Whether two calls have the same arguments: numbers by value, strings without case, blanks and punctuation."""

from typing import Any

_DROPPED = str.maketrans("", "", " ,./-_*^")


def same_arguments(one: Any, other: Any) -> bool:
    """Compare JSON values, nested ones part by part. Booleans are no numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_arguments(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same_arguments(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, str) and isinstance(other, str):
        return one.translate(_DROPPED).casefold() == other.translate(_DROPPED).casefold()
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
