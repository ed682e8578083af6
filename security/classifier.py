"""The embedded injection classifiers: logistic regression over hashed words and meanings (`security.features`).

    score = sigmoid(bias + weights . x)

Two sets of plain numbers in `weights/` (npz, no pickle), written by `benchmarks/train_injection.py` from texts of our
own grammars and from the training parts of two public corpora, the prompt-injection sets of S-Labs and neuralchemy:

injection.npz   tells an attack from a request or a spec, which order a model about by right; judges any text
orders.npz      tells an order to a reading machine from what papers say to people; judges passages of documents

Inference needs numpy alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from security.errors import GateError
from security.features import BLOCKS, BUCKETS, features

WEIGHTS = Path(__file__).parent / "weights"
INJECTION, ORDERS = WEIGHTS / "injection.npz", WEIGHTS / "orders.npz"

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
    """Weights of length BLOCKS * BUCKETS: words first, concepts after."""

    weights: Floats
    bias: float
    review: float
    block: float
    name: str
    sources: tuple[str, ...] = ()
    """What it learned from: `own`, names of corpora."""

    def scores(self, texts: Sequence[str]) -> Floats:
        """A score from 0 to 1 for each text; an empty text scores 0."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        seen = features(texts)
        sums = np.bincount(seen.owners, self.weights[seen.buckets] * seen.values, minlength=len(texts)) + self.bias
        scores = 1 / (1 + np.exp(-np.clip(sums, -50, 50)))
        return np.where([bool(text.strip()) for text in texts], scores, 0).astype(np.float32)


def load_linear() -> Linear:
    """The classifier of any text. Raises GateError where its weights are missing or broken."""
    return read_weights(INJECTION)


def load_orders() -> Linear:
    """The classifier of passages of documents. Raises GateError where its weights are missing or broken."""
    return read_weights(ORDERS)


@lru_cache(maxsize=4)
def read_weights(path: Path) -> Linear:
    """Read a file of weights. Raises GateError where it is missing or broken: without it the gate stays shut."""
    try:
        with np.load(path, allow_pickle=False) as file:
            meta = json.loads(str(file["meta"]))
            weights = np.asarray(file["weights"], dtype=np.float32) * np.float32(file["scale"])
        bias, review, block = (float(meta[key]) for key in ("bias", "review", "block"))
        sources = tuple(map(str, meta.get("sources", ())))
        model = Linear(weights, bias, review, block, str(meta["name"]), sources)
    except (OSError, KeyError, ValueError, TypeError, EOFError) as error:
        raise GateError(f"{path.name}: no usable injection weights ({type(error).__name__}); reinstall") from error
    if not (len(weights) == BLOCKS * BUCKETS and 0 < model.review <= model.block < 1):
        raise GateError(f"{path.name}: injection weights of another version; run benchmarks/train_injection.py")
    return model
