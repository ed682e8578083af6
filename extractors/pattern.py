"""Patterns for generated code, on RE2: linear time in the text, whatever the pattern and the document.

RE2 has no back references and no look-around; everything else reads as in Python. Case matters unless the pattern
begins with `(?i)`. `PatternError` says what is wrong with a pattern.
"""

from functools import lru_cache
from typing import Any

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 8 << 20


class PatternError(ValueError):
    """A pattern that RE2 cannot run; the message names the fault."""


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches the pattern. Raises PatternError."""
    return _compiled(pattern).fullmatch(text) is not None


def contains(pattern: str, text: str) -> bool:
    """Whether any part of the text matches the pattern. Raises PatternError."""
    return _compiled(pattern).search(text) is not None


def find(pattern: str, text: str) -> str | None:
    """The first match: its first group where the pattern has one, else all of it; None without a match.

    Raises PatternError.
    """
    match = _compiled(pattern).search(text)
    if match is None:
        return None
    found: str | None = match.group(1 if match.re.groups else 0)
    return found


def find_all(pattern: str, text: str) -> list[str]:
    """All matches that do not overlap, left to right, each as `find` gives it. Raises PatternError."""
    compiled = _compiled(pattern)
    group = 1 if compiled.groups else 0
    return [match.group(group) or "" for match in compiled.finditer(text)]


def spans(pattern: str, text: str, last: bool = False) -> list[tuple[int, int]]:
    """Start and end (exclusive) of all matches in the text, left to right, as `find_all` takes them.

    With `last` the last group counts, not the first. Raises PatternError.
    """
    compiled = _compiled(pattern)
    group = compiled.groups if last else min(1, compiled.groups)
    return [match.span(group) for match in compiled.finditer(text)]


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise PatternError(f"pattern {pattern!r}: {reason}; RE2 has no look-around and no back references") from None
