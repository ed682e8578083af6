"""Values out of a closed list: enums by name, synonym and likeness, booleans by cue."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Levenshtein

from extractors.utterance.text import MARK, Span, Utterance
from extractors.utterance.words import listed, stems

LIKENESS = 0.84
SHORTEST = 5
"""Letters that a word has at least before likeness counts."""
NEGATIONS = frozenset(
    listed("not no without exclude excluding except don't dont doesn't disable disabled never skip omit off")
)
SHORT = 4
"""Letters that a word and a cue share at least where one abbreviates the other."""
REACH = 5
"""How many words before a cue a negation reaches."""


def enums(
    utterance: Utterance, values: Sequence[Any], synonyms: Mapping[str, Sequence[str]] | None = None
) -> list[Span]:
    """The allowed values that the utterance names: exactly, by a synonym, by their stems, or almost."""
    folded = utterance.stems
    found: list[Span] = []
    for value in values:
        printed = [str(value), *(synonyms or {}).get(str(value), ())]
        for place, text in enumerate(printed):
            wanted = _folded(text)
            span = _run(folded, wanted) if len(text) > 1 else _letter(utterance, text)
            if span is not None:
                found.append(Span("enum", value, *span, "synonym" if place else "named"))
                break
        else:
            near = _like(utterance, str(value))
            if near is not None:
                found.append(Span("enum", value, near, near + 1, "alike"))
    return found


def booleans(utterance: Utterance, cues: Sequence[str]) -> list[Span]:
    """True where a cue stands in the utterance, False where a negation stands before it."""
    folded = utterance.stems
    found: list[Span] = []
    for cue in cues:
        wanted = _folded(cue)
        span = _run(folded, wanted) or (_abbreviated(folded, wanted[0]) if len(wanted) == 1 else None)
        if span is not None:
            before = utterance.lowers[max(0, span[0] - REACH) : span[1]]
            found.append(Span("boolean", not NEGATIONS & set(before), *span, "cue"))
    return found


def _letter(utterance: Utterance, letter: str) -> tuple[int, int] | None:
    """A single letter is named where it stands as it is written: `a` is an article, `A` a choice."""
    place = utterance.tokens.index(letter) if letter in utterance.tokens else -1
    return (place, place + 1) if place >= 0 else None


def _abbreviated(folded: Sequence[str], cue: str) -> tuple[int, int] | None:
    """`statistics` for the cue `stats`, and the other way round: one begins with the other's four letters or more."""
    for place, word in enumerate(folded):
        short, long = sorted((word, cue), key=len)
        if len(short) >= SHORT and long.startswith(short):
            return place, place + 1
    return None


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(stems(text))


def _run(folded: Sequence[str], wanted: Sequence[str]) -> tuple[int, int] | None:
    if not wanted:
        return None
    first, size = wanted[0], len(wanted)
    for place, token in enumerate(folded):
        if token == first and (size == 1 or tuple(folded[place : place + size]) == tuple(wanted)):
            return place, place + size
    return None


def _like(utterance: Utterance, value: str) -> int | None:
    low = value.lower()
    if len(low) < SHORTEST or not low.isalpha():
        return None
    for place, token in enumerate(utterance.lowers):
        near = utterance.kinds[place] is not MARK and abs(len(token) - len(low)) <= 2 and len(token) >= SHORTEST
        if near and Levenshtein.normalized_similarity(token, low) >= LIKENESS:
            return place
    return None
