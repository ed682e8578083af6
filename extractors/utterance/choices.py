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
    found: list[Span] = []
    for value in values:
        printed = [str(value), *(synonyms or {}).get(str(value), ())]
        for place, text in enumerate(printed):
            wanted = _folded(text)
            span = _run(utterance, wanted) if len(text) > 1 else _letter(utterance, text)
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
    found: list[Span] = []
    for cue in cues:
        wanted = _folded(cue)
        span = _run(utterance, wanted) or (_abbreviated(utterance.stems, wanted[0]) if len(wanted) == 1 else None)
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
    root = cue[:SHORT]
    for place, word in enumerate(folded):
        if len(root) == SHORT and word.startswith(root) and (word.startswith(cue) or cue.startswith(word)):
            return place, place + 1
    return None


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(stems(text))


def _run(utterance: Utterance, wanted: tuple[str, ...]) -> tuple[int, int] | None:
    if not wanted or not utterance.stem_set.issuperset(wanted):
        return None
    folded, first, size = utterance.stems, wanted[0], len(wanted)
    for place, token in enumerate(folded):
        if token == first and (size == 1 or tuple(folded[place : place + size]) == wanted):
            return place, place + size
    return None


def _like(utterance: Utterance, value: str) -> int | None:
    low = value.lower()
    if len(low) < SHORTEST or not low.isalpha():
        return None
    for place, token in _long(utterance):
        near = abs(len(token) - len(low)) <= 2
        if near and Levenshtein.normalized_similarity(token, low, score_cutoff=LIKENESS) >= LIKENESS:
            return place
    return None


def _long(utterance: Utterance) -> list[tuple[int, str]]:
    """The tokens that are long enough for likeness, with their places."""
    if "long" not in utterance.found:
        rows = enumerate(zip(utterance.lowers, utterance.kinds, strict=True))
        utterance.found["long"] = [
            (place, low) for place, (low, kind) in rows if len(low) >= SHORTEST and kind is not MARK
        ]
    found: list[tuple[int, str]] = utterance.found["long"]
    return found
