"""What the injection classifiers see of a text: hashed n-grams of its words, and of what its words mean.

Two blocks of BUCKETS each. Words: runs of one to three, digits counting as one. Concepts (`security.concepts`): runs
of one to four main concepts, and every pair of concepts that stand at most REACH words apart, in order. A feature's
value is its count over the root of the number of features in its block, so long texts do not outweigh short ones.
All texts of a page are done in one go: numpy costs by the call.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from security.concepts import TOKEN, concepts
from security.text import fold

BUCKETS = 1 << 16
BLOCKS = 2
WORD_RUNS = (1, 2, 3)
CONCEPT_RUNS = (1, 2, 3, 4)
REACH = 6
"""Words between which a pair of concepts counts."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_REPEATED = re.compile(r"([^\w\s])\1+")
"""Signs drawn as ornament, such as a row of stars: as good as one."""
_DIGITS = str.maketrans("123456789", "000000000")
_PRIME = np.uint32(0x9E3779B1)
_PAIR = np.uint32(0x5A5A5A5A)
_START = (1, 1, 0, 0)
_MEANINGS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""Which meaning of the first and of the second word make a pair: the main one is 1."""

Hashes = NDArray[np.uint32]
Owners = NDArray[np.intp]


@dataclass(frozen=True)
class Features:
    """For every feature: its bucket (0 to BLOCKS * BUCKETS), the text it is of, and its value."""

    buckets: NDArray[np.int64]
    owners: Owners
    values: NDArray[np.float32]


def features(texts: Sequence[str]) -> Features:
    """Of all these texts."""
    rows = [[_START, *map(_codes, TOKEN.findall(_tidy(text)))] for text in texts]
    owners = np.repeat(np.arange(len(texts)), [len(row) for row in rows])
    columns = np.array([codes for row in rows for codes in row], dtype=np.uint32).reshape(-1, 4).T
    parts = [_block(block, number, len(texts)) for number, block in enumerate(_blocks(columns, owners))]
    buckets, who, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Features(buckets, who, values)


def _tidy(text: str) -> str:
    return _REPEATED.sub(r"\1", _ADDRESS.sub(" url ", fold(text)))


@lru_cache(maxsize=1 << 14)
def _codes(token: str) -> tuple[int, int, int, int]:
    """Hashes of a word and of its first three meanings, 0 for none."""
    meanings = [zlib.crc32(concept.encode()) for concept in concepts(token)[:3]]
    first, second, third = (*meanings, 0, 0)[:3]
    return zlib.crc32(token.translate(_DIGITS).encode()), first, second, third


def _blocks(columns: NDArray[np.uint32], owners: Owners) -> Iterator[list[tuple[Hashes, Owners]]]:
    yield [_runs(columns[0], owners, length) for length in WORD_RUNS]
    found = [_runs(columns[1], owners, length) for length in CONCEPT_RUNS]
    for meaning in (2, 3):
        there = columns[meaning] != 0
        found.append((_mixed(columns[meaning][there]), owners[there]))
    for distance in range(1, REACH + 1):
        found += [_pairs(columns[first], columns[second], owners, distance) for first, second in _MEANINGS]
    yield found


def _block(
    found: list[tuple[Hashes, Owners]], number: int, texts: int
) -> tuple[NDArray[np.int64], Owners, NDArray[np.float32]]:
    hashes, owners = (np.concatenate(column) for column in zip(*found, strict=True))
    sizes = np.maximum(np.bincount(owners, minlength=texts), 1)
    buckets = (hashes & np.uint32(BUCKETS - 1)).astype(np.int64) + number * BUCKETS
    return buckets, owners, (1 / np.sqrt(sizes[owners])).astype(np.float32)


def _runs(units: Hashes, owners: Owners, length: int) -> tuple[Hashes, Owners]:
    """A hash for each run of that many units within one text."""
    size = max(0, len(units) - length + 1)
    value = np.full(size, length, dtype=np.uint32)
    for i in range(length):
        value = _mixed(value ^ units[i : i + size])
    inside = owners[:size] == owners[length - 1 : length - 1 + size]
    return value[inside], owners[:size][inside]


def _pairs(first: Hashes, second: Hashes, owners: Owners, distance: int) -> tuple[Hashes, Owners]:
    size = max(0, len(first) - distance)
    a, b, who = first[:size], second[distance:], owners[:size]
    inside = (who == owners[distance:]) & (a != 0) & (b != 0)
    return _mixed(_mixed(a[inside] ^ _PAIR) ^ b[inside]), who[inside]


def _mixed(value: Hashes) -> Hashes:
    value = value * _PRIME
    return value ^ (value >> np.uint32(15))
