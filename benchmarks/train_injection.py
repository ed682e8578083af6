"""Train the embedded injection classifiers: `python -m benchmarks.train_injection [--corpus FILE]… [--out FOLDER]`.

Writes `injection.npz` and `orders.npz` (`security.classifier` says what each is for). They learn from texts made by our
own grammars (`injection_texts.py`), from the language reference of Python (PSF licence), and from the training parts
of the corpora named by `--corpus` (`injection_corpora.py`). The shipped weights were made with those of S-Labs and
neuralchemy:

    python -m benchmarks.train_injection --corpus DATA/injection/slabs.jsonl --corpus DATA/injection/neuralchemy.jsonl

No text of a corpus is kept, only weights of hashed features; the weights name their sources. Without a corpus the
classifiers know our own texts alone. The held-out grammar and the hand-written phrasings take no part in either case.

Thresholds come from training texts too: a classifier learns without a fifth of the texts, those that begin alike
together, and these say from which score on so few harmless texts are flagged. The same seed gives the same files. A
minute or two of one processor.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from benchmarks.injection_corpora import corpus_examples
from benchmarks.injection_texts import Example, Head, examples
from benchmarks.security_text import load_grammar, seeded
from security.classifier import WEIGHTS, Linear
from security.features import BLOCKS, BUCKETS, features
from security.text import fold

SEED = 7
BLOCK_SCALES = (0.7, 1.3)
"""How easily words, and meanings, get weight. Meanings carry over to words never seen."""
INVERSE_STRENGTHS: dict[Head, float] = {"orders": 1.0, "injection": 5.0}
"""Inverse of the penalty. Orders to machines are to be known in words never seen; attacks come in a few known ways."""
FALSE_POSITIVES: dict[Head, tuple[float, float]] = {"orders": (0.002, 0.0005), "injection": (0.003, 0.0005)}
"""Shares of harmless texts of unseen beginnings that may reach (review, block); a document has several passages."""
NAMES: dict[Head, str] = {"orders": "order-classifier", "injection": "injection-classifier"}
TOLERANCE = 0.01
UNSEEN_EVERY = 5
BEGINNING = 3
"""Words by which texts count as made from one pattern."""


def train(made: Sequence[Example], head: Head) -> Linear:
    """Fit to these texts, thresholds and all."""
    matrix, labels = counts([one.text for one in made]), np.array([one.order for one in made])
    review, block = thresholds(matrix, labels, [_beginning(one) for one in made], head)
    return replace(fit(matrix, labels, head), review=review, block=block)


def fit(matrix: csr_matrix, labels: Sequence[bool] | NDArray[np.bool_], head: Head) -> Linear:
    """Fit with an L2 penalty. Rare features get more weight, by the root of their inverse document frequency.

    Thresholds are those of a coin: `thresholds` finds better ones.
    """
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rarity = np.sqrt(np.log((1 + matrix.shape[0]) / (1 + seen)) + 1)
    scale = rarity / np.mean(rarity[seen > 0]) * np.repeat(BLOCK_SCALES, BUCKETS)
    model = LogisticRegression(C=INVERSE_STRENGTHS[head], solver="liblinear", tol=TOLERANCE, random_state=SEED)
    model.fit(matrix @ diags(scale), labels)
    weights = (model.coef_[0] * scale).astype(np.float32)
    return Linear(weights, float(model.intercept_[0]), 0.5, 0.5, NAMES[head])


def thresholds(matrix: csr_matrix, labels: NDArray[np.bool_], groups: Sequence[int], head: Head) -> tuple[float, float]:
    """(review, block): scores that so small a share of harmless texts of unseen groups reaches."""
    unseen = np.array(groups) % UNSEEN_EVERY == 0
    harmless = unseen & ~labels
    if not harmless.any() or len(set(labels[~unseen])) < 2:
        return 0.5, 0.5  # too few texts to tell
    model = fit(matrix[~unseen], labels[~unseen], head)
    scores = 1 / (1 + np.exp(-(matrix[harmless] @ model.weights + model.bias)))
    review, block = (float(np.quantile(scores, 1 - share)) for share in FALSE_POSITIVES[head])
    return round(float(np.clip(review, 0.5, 0.99)), 3), round(float(np.clip(block, 0.5, 0.99)), 3)


def _beginning(one: Example) -> int:
    return zlib.crc32(" ".join([one.family, *fold(one.text).split()[:BEGINNING]]).encode())


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
        path,
        allow_pickle=False,
        meta=np.array(json.dumps(meta | {"sources": list(model.sources)})),
        weights=whole,
        scale=np.float32(scale),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train both, write the files, print their sizes, thresholds and sources."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="a public corpus, JSON lines")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    options = parser.parse_args(arguments)
    corpora: list[Path] = options.corpus
    if missing := [str(path) for path in corpora if not path.is_file()]:
        parser.error(f"no such corpus: {', '.join(missing)}; name a file of JSON lines with `text` and `label`")
    if not corpora:
        sys.stdout.write("no --corpus named: public corpora are left out, our own texts are all there is\n")
    heads: tuple[Head, ...] = ("injection", "orders")
    for head in heads:
        rng, path = seeded(SEED), options.out / f"{head}.npz"
        made = [*examples(load_grammar("train"), head, rng), *corpus_examples(corpora, head, rng)]
        model = replace(train(made, head), sources=("own", *(corpus.stem for corpus in corpora)))
        save(model, path)
        sys.stdout.write(
            f"{path}: {path.stat().st_size // 1024} KiB, {len(made)} texts ({', '.join(model.sources)}), "
            f"review from {model.review}, block from {model.block}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
