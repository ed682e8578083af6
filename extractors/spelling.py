"""Read a name or an address as the examples spell it, where reader or printer got a letter wrong.

Only letters may differ: the digits of an address, a house number or a postcode, must be the same. Spellings are learned
from values that several examples share.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from extractors.normalise.text import fold

LIKENESS = 90.0
"""Least share of equal letters, in per cent, of a reading and the spelling it is corrected to."""
EXAMPLES = 2
"""A spelling counts where at least so many examples have it."""
LETTERS = 8
"""Shorter values have too many neighbours."""


def learn_spellings(values: Iterable[str]) -> tuple[str, ...]:
    """The commonest way to write each value that occurs often enough; case and punctuation make no other value."""
    written: dict[str, Counter[str]] = {}
    for value in values:
        written.setdefault(fold(value), Counter())[value] += 1
    known = []
    for key, counted in sorted(written.items()):
        if counted.total() >= EXAMPLES and len(key) >= LETTERS:
            known.append(min(counted, key=lambda value: (-counted[value], value)))
    return tuple(known)


def respell(value: str, known: Sequence[str]) -> str:
    """The known spelling that the value must have meant, or the value itself. O(number of spellings)."""
    key = fold(value)
    if len(key) < LETTERS or not known:
        return value
    folded = _folded(tuple(known))
    if key in folded:
        return value
    digits = _digits(key)
    best = process.extractOne(key, folded, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    if best is None or _digits(folded[best[2]]) != digits:
        return value
    return known[best[2]]


@lru_cache(maxsize=256)
def _folded(known: tuple[str, ...]) -> list[str]:
    return [fold(spelling) for spelling in known]


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
