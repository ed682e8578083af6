"""The embedded injection classifier: hashed character and word n-grams, TF-IDF, logistic regression.

    score = sigmoid(bias + w_char . x_char + w_word . x_word),   x = tf-idf / |tf-idf| in each block,
    tf = 1 + ln(count)

Weights are plain numbers in `weights/injection.npz` (no pickle), written by `benchmarks/train_injection.py`.
Inference needs numpy alone: about 0.1 ms a sentence.
"""

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from security.errors import GateError
from security.text import fold

BITS = 18
"""log2 of the number of buckets in each of the two blocks."""
BUCKETS = 1 << BITS
CHARACTERS = (3, 4, 5)
WORDS = (1, 2, 3)
DEFAULT_WEIGHTS = Path(__file__).parent / "weights" / "injection.npz"

_TOKEN = re.compile(r"\w+|[^\w\s]")  # linear, and thirty times faster than RE2 where every word is a match
_DIGITS = str.maketrans("123456789", "000000000")
_PRIME = np.uint32(0x9E3779B1)

Floats = NDArray[np.float32]


class InjectionModel(Protocol):
    """Anything that says how likely each text tries to instruct the model: `Linear`, `OnnxClassifier`."""

    @property
    def name(self) -> str:
        """Stands as the id of the findings."""
        ...

    @property
    def review(self) -> float:
        """From this score on a person should look."""
        ...

    @property
    def block(self) -> float:
        """From this score on it is an injection."""
        ...

    def scores(self, texts: Sequence[str]) -> Floats:
        """A score from 0 to 1 for each text."""
        ...


@dataclass(frozen=True)
class Linear:
    """Weights and inverse document frequencies, each of length 2 * BUCKETS: characters first, words after."""

    weights: Floats
    idf: Floats
    bias: float
    review: float
    block: float
    name: str = "injection-classifier"

    @cached_property
    def weighted(self) -> Floats:
        return self.weights * self.idf

    def scores(self, texts: Sequence[str]) -> Floats:
        """A score from 0 to 1 for each text; an empty text scores 0."""
        return np.array([self._score(text) for text in texts], dtype=np.float32)

    def _score(self, text: str) -> float:
        total = self.bias
        for indices, counts in features(text):
            if not len(indices):
                return 0.0
            tf = 1 + np.log(counts)
            norm = float(np.sqrt(np.sum((tf * self.idf[indices]) ** 2)))
            total += float(tf @ self.weighted[indices]) / (norm or 1.0)
        return float(1 / (1 + np.exp(-np.clip(total, -50, 50))))


def features(text: str) -> tuple[tuple[NDArray[np.int64], Floats], ...]:
    """(bucket indices, counts) of the character n-grams and of the word n-grams of a text; digits count as one."""
    tokens = _TOKEN.findall(fold(text).translate(_DIGITS))
    spaced = np.frombuffer(f" {' '.join(tokens)} ".encode(), dtype=np.uint8).astype(np.uint32)
    words = np.array([zlib.crc32(token.encode()) for token in tokens], dtype=np.uint32)
    return _counted(_grams(spaced, CHARACTERS), 0), _counted(_grams(words, WORDS), BUCKETS)


@lru_cache(maxsize=4)
def load_linear(path: Path = DEFAULT_WEIGHTS) -> Linear:
    """Read the weights. Raises GateError where they are missing or broken: without them the gate stays shut."""
    try:
        with np.load(path, allow_pickle=False) as file:
            meta = json.loads(str(file["meta"]))
            weights, idf = (_dense(file, name) for name in ("weights", "idf"))
        model = Linear(weights, idf, float(meta["bias"]), float(meta["review"]), float(meta["block"]))
    except (OSError, KeyError, ValueError, EOFError) as error:
        raise GateError(f"{path.name}: no usable injection weights ({type(error).__name__}); reinstall") from error
    if not (len(weights) == len(idf) == 2 * BUCKETS and 0 < model.review <= model.block < 1):
        raise GateError(f"{path.name}: injection weights of another version; run benchmarks/train_injection.py")
    return model


def _dense(file: "np.lib.npyio.NpzFile", name: str) -> Floats:
    return np.asarray(file[name], dtype=np.float32) * np.float32(file[f"{name}_scale"])


def _grams(units: NDArray[np.uint32], lengths: Iterable[int]) -> list[NDArray[np.uint32]]:
    """Rolling hashes (32 bits, multiplicative) of every run of each length."""
    grams = []
    for length in lengths:
        if len(units) < length:
            continue
        size = len(units) - length + 1
        value = np.full(size, length, dtype=np.uint32)
        for i in range(length):
            value = (value ^ units[i : i + size]) * _PRIME
            value ^= value >> np.uint32(15)
        grams.append(value)
    return grams


def _counted(grams: list[NDArray[np.uint32]], offset: int) -> tuple[NDArray[np.int64], Floats]:
    if not grams:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    buckets, counts = np.unique(np.concatenate(grams) & np.uint32(BUCKETS - 1), return_counts=True)
    return buckets.astype(np.int64) + offset, counts.astype(np.float32)
