"""What a document looks like, in a few numbers that hold none of its text: for metrics and drift.

The layout is a MinHash signature (Broder 1997, "On the resemblance and containment of documents") over the words
without digits, each with its coarse place on the page: the share of equal numbers of two signatures estimates how
much two documents have in common. A vendor's own words stay where they are from one document to the next.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from ocr.document import Document

PERMUTATIONS = 32
_PRIME = np.uint64(4_294_967_311)
_RANDOM = np.random.default_rng(20_251_125)
_FACTORS = _RANDOM.integers(1, 2**31, PERMUTATIONS, dtype=np.uint64)
_SHIFTS = _RANDOM.integers(0, 2**31, PERMUTATIONS, dtype=np.uint64)
_STOPWORDS = {
    "en": "the of and to from for please your with are is this that by in on our thank you",
    "de": "der die das und von vom den dem des bitte mit zum zur ihre wir sie auf ist nach",
    "fr": "le la les et de du des votre pour avec nous vous sur dans par est une un au",
    "es": "el los las y de del para con por su una un en que es nuestro le al",
    "it": "il lo gli e di del per con che una un in nostro vostro della alla dei",
    "nl": "het een en van uw voor met de op bij wij ons aan is deze te",
}
LEAST = 3
"""Function words that a language needs to be named: a bill has few, and its labels are not evidence."""
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _name, _words in _STOPWORDS.items():
    for _word in _words.split():
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _name)
LANGUAGES = (*_STOPWORDS, "other")


@dataclass(frozen=True, slots=True)
class Profile:
    """`source` is how the words came to be (`Page.source` of the first page), `quality` their mean confidence, 0 to 1,
    `language` the one whose function words are most frequent, `layout` a MinHash signature, empty without words."""

    source: str
    quality: float
    language: str
    layout: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Profile":
        """The inverse of `to_dict`. Raises KeyError or TypeError where the shape is wrong."""
        return Profile(str(data["source"]), float(data["quality"]), str(data["language"]), tuple(data["layout"]))


def profile_of(document: Document) -> Profile:
    """The profile of a document's first page: later ones are mostly tables, whose words change."""
    if not document.pages or not document.pages[0].words:
        return Profile(document.pages[0].source if document.pages else "none", 0.0, "other", ())
    page = document.pages[0]
    votes: Counter[str] = Counter()
    marks: set[int] = set()
    columns, quality = 4 / page.width, 0.0
    for word in page.words:
        quality += word.confidence
        mark, languages = _mark_of(word.text)
        for name in languages:
            votes[name] += 1
        if mark is not None:
            marks.add(crc32(b"%d" % int(columns * word.x0), mark))
    quality /= len(page.words)
    language, count = max(votes.items(), key=lambda one: (one[1], one[0]), default=("other", 0))
    return Profile(page.source, round(quality, 4), language if count >= LEAST else "other", _signature(marks))


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """The estimated share of marks that two layouts have in common (Jaccard), 0 to 1."""
    if len(one) != len(other) or not one:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


@lru_cache(maxsize=8192)
def _mark_of(text: str) -> tuple[int | None, tuple[str, ...]]:
    """A word's checksum, None where it is no plain word, and the languages whose function word it is."""
    plain = text.casefold().strip(".,:;#()")
    return crc32(plain.encode()) if plain.isalpha() else None, _LANGUAGES.get(plain, ())


def _signature(marks: set[int]) -> tuple[int, ...]:
    if not marks:
        return ()
    values = np.fromiter(marks, dtype=np.uint64, count=len(marks))
    mixed = (values[:, None] * _FACTORS[None, :] + _SHIFTS[None, :]) % _PRIME
    return tuple(mixed.min(axis=0).tolist())
