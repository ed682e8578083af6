"""Sentences of a text and windows of three of them: an injection buried in a long document is diluted in the whole.

A sentence ends at a line break, at its full stop, or after forty words; a `\\n` written out as two characters
ends one too, since that is how line breaks arrive in JSON.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from security.text import clean, is_plain

WINDOW = 3
LONGEST = 40
"""Words after which a sentence is cut even without a full stop."""

# Plain `re`: both patterns are linear, and matches are as frequent as words, where RE2's wrapper is slow.
_BREAK = re.compile(r"\\[nr]|[\r\n]+|[.!?;。！？]+[\s\"')\]]+|[。！？]")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start` to `end` (exclusive) of the text, and what they mean (`text`, cleaned)."""

    start: int
    end: int
    text: str


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, without the empty ones."""
    bounds = [0, *(match.end() for match in _BREAK.finditer(text)), len(text)]
    parts = [part for start, end in pairwise(bounds) for part in _cut(text, start, end)]
    tidy = str if is_plain(text) else clean
    cleaned = (Sentence(start, end, tidy(text[start:end]).replace("\\n", " ").strip()) for start, end in parts)
    return tuple(sentence for sentence in cleaned if sentence.text)


def windows(parts: Sequence[Sentence], size: int = WINDOW) -> tuple[tuple[int, int], ...]:
    """(first, last + 1) of each window of `size` sentences, one step apart; one window where there are fewer."""
    return tuple((i, min(i + size, len(parts))) for i in range(max(1, len(parts) - size + 1))) if parts else ()


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start < 2 * LONGEST - 1:
        return [(start, end)]  # too short for so many words
    blanks = [start + match.end() for match in _BLANK.finditer(text[start:end])]
    bounds = [start, *blanks[LONGEST - 1 :: LONGEST], end]
    return list(pairwise(bounds))
