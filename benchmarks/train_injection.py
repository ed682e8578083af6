"""Train the embedded injection classifiers: `python -m benchmarks.train_injection [--out FOLDER]`.

Writes `injection.npz` and `orders.npz` (`security.classifier` says what each is for). All texts are made by our own
grammars (`injection_texts.py`) and by the language reference of Python (PSF licence); no public corpus takes part, so
the weights carry nobody's licence but ours. The held-out grammar and the hand-written phrasings take no part either.
The same seed gives the same files. A minute of one processor.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from benchmarks.injection_texts import Example, Head, examples
from benchmarks.security_text import load_grammar, seeded
from security.classifier import WEIGHTS, Linear
from security.features import BLOCKS, BUCKETS, features

SEED = 7
BLOCK_SCALES = (0.7, 1.3)
"""How easily words, and meanings, get weight. Meanings carry over to words never seen."""
INVERSE_STRENGTHS: dict[Head, float] = {"orders": 1.0, "injection": 5.0}
"""Inverse of the penalty. Orders to machines are to be known in words never seen; attacks come in a few known ways."""
THRESHOLDS: dict[Head, tuple[float, float]] = {"orders": (0.85, 0.92), "injection": (0.82, 0.95)}
"""(review, block) of each classifier."""
NAMES: dict[Head, str] = {"orders": "order-classifier", "injection": "injection-classifier"}


def train(made: Sequence[Example], head: Head) -> Linear:
    """Fit to these texts."""
    return fit(counts([one.text for one in made]), [one.order for one in made], head)


def fit(matrix: csr_matrix, labels: Sequence[bool], head: Head) -> Linear:
    """Fit with an L2 penalty. Rare features get more weight, by the root of their inverse document frequency."""
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rarity = np.sqrt(np.log((1 + matrix.shape[0]) / (1 + seen)) + 1)
    scale = rarity / np.mean(rarity[seen > 0]) * np.repeat(BLOCK_SCALES, BUCKETS)
    model = LogisticRegression(C=INVERSE_STRENGTHS[head], solver="liblinear", max_iter=100, random_state=SEED)
    model.fit(matrix @ diags(scale), labels)
    weights = (model.coef_[0] * scale).astype(np.float32)
    return Linear(weights, float(model.intercept_[0]), *THRESHOLDS[head], NAMES[head])


def counts(texts: Sequence[str]) -> csr_matrix:
    """The features of each text: (texts, BLOCKS * BUCKETS)."""
    seen = features(texts)
    return csr_matrix((seen.values, (seen.owners, seen.buckets)), shape=(len(texts), BLOCKS * BUCKETS))


def save(model: Linear, path: Path) -> None:
    """Write the weights: eight bits a number with a scale."""
    scale = float(np.abs(model.weights).max()) / 127
    meta = {"bias": model.bias, "review": model.review, "block": model.block, "name": model.name}
    whole = np.round(model.weights / scale).astype(np.int8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path, allow_pickle=False, meta=np.array(json.dumps(meta)), weights=whole, scale=np.float32(scale)
    )


def load_corpus(path: Path) -> list[Example]:
    """The training part of a public corpus: by its `split` field, else every fifth text is held out."""
    kept = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        if row["split"] != "test" if "split" in row else number % 5:
            kept.append(Example(row["text"], bool(row["label"]), path.stem))
    return kept


def across(corpora: Sequence[Path]) -> Linear:
    """The classifier of any text, learned from public corpora beside our own texts: to measure the method, never
    shipped."""
    made = examples(load_grammar("train"), "injection", seeded(SEED))
    return train([*made, *(one for path in corpora for one in load_corpus(path))], "injection")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train both, write the files, print their sizes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    options = parser.parse_args(arguments)
    heads: tuple[Head, ...] = ("injection", "orders")
    for head in heads:
        path = options.out / f"{head}.npz"
        save(train(examples(load_grammar("train"), head, seeded(SEED)), head), path)
        sys.stdout.write(f"{path}: {path.stat().st_size // 1024} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
