"""Train the embedded injection classifier: `python -m benchmarks.train_injection --data DIR --out FILE.npz`.

DIR holds `injection/slabs.jsonl` and `injection/neuralchemy.jsonl` (a line `{"text", "label", "split"?}`): public
prompt-injection sets that are not part of this project. To them come texts of the training grammar
(`security_text.py`) and benign prose and documents (`benign_text.py`; `--documents` names golden folders, of which
every second document is used). Half of the injections are also learned buried between lines of documents.

The `test` split of slabs, a fifth of neuralchemy and the held-out grammar take no part. The thresholds are those
that let through the given share of benign documents of a second draw of the training grammar.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from benchmarks.benign_text import documents, installed_prose
from benchmarks.security_text import Grammar, expand, load_grammar, seeded
from security.classifier import BUCKETS, DEFAULT_WEIGHTS, Linear, features
from security.windows import sentences, windows

SEED = 7
BENIGN_DOCUMENTS = 4000
INJECTIONS = 4000
SHORT = 250
"""Characters up to which an injection fits into a window; of a longer one a window may hold only harmless parts."""
LEAST_BLOCK, LEAST_REVIEW = 0.9, 0.75
"""Thresholds are never below these, however clean the benign texts are."""


@dataclass(frozen=True)
class Sample:
    """A text with its label (1: injection) and how much it counts."""

    text: str
    label: int
    weight: float = 1.0


def load_corpus(path: Path) -> tuple[list[Sample], list[Sample]]:
    """(training, held out) of one corpus: by its `split` field, else every fifth text is held out."""
    kept: tuple[list[Sample], list[Sample]] = ([], [])
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        held_out = row["split"] == "test" if "split" in row else number % 5 == 0
        kept[held_out].append(Sample(row["text"], int(row["label"])))
    return kept


def samples(corpora: Sequence[Sample], real: Sequence[str], grammar: Grammar, rng: random.Random) -> list[Sample]:
    """Everything the classifier learns from; `real` are benign documents."""
    made = [expand(grammar, "document", rng) for _ in range(BENIGN_DOCUMENTS)]
    benign = [Sample(text, 0) for text in (*made, *real)]
    pieces = [piece for text in made for piece in _pieces(text, rng, 6)]
    pieces += [piece for text in installed_prose() for piece in _pieces(text, rng, 12)]
    pieces += [piece for text in real for piece in _pieces(text, rng, 60)]
    benign += [Sample(text, 0) for text in pieces]
    own = [Sample(expand(grammar, "injection", rng), 1) for _ in range(INJECTIONS)]
    short = [s for s in (*own, *corpora) if s.label and len(s.text) <= SHORT]
    buried = [_bury(sample, pieces, rng) for sample in short if rng.random() < 0.5]
    return [*corpora, *benign, *own, *buried]


def train(data: Sequence[Sample], inverse_strength: float) -> Linear:
    """Fit; the thresholds are not set yet.

    The L1 penalty leaves a few thousand n-grams of weight: on documents of a kind never seen, a dense model (L2) sees
    attacks in the sum of many small weights.
    """
    matrix = counts([sample.text for sample in data])
    matrix.data = 1 + np.log(matrix.data)
    seen = np.asarray((matrix > 0).sum(axis=0)).ravel()
    idf = (np.log((1 + len(data)) / (1 + seen)) + 1).astype(np.float32)
    matrix = _unit_blocks(csr_matrix(matrix @ diags(idf)))
    model = LogisticRegression(C=inverse_strength, penalty="l1", solver="liblinear", max_iter=60, random_state=SEED)
    model.fit(matrix, [s.label for s in data], sample_weight=[s.weight for s in data])
    weights = model.coef_[0].astype(np.float32)
    return Linear(weights, idf, float(model.intercept_[0]), LEAST_REVIEW, LEAST_BLOCK)


def counts(texts: Sequence[str]) -> csr_matrix:
    """How often each n-gram bucket occurs in each text: (texts, 2 * BUCKETS)."""
    rows = [[np.concatenate(column) for column in zip(*features(text), strict=True)] for text in texts]
    ends = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    indices, values = (np.concatenate(column) for column in zip(*rows, strict=True))
    return csr_matrix((values.astype(np.float64), indices, ends), shape=(len(texts), 2 * BUCKETS))


def with_thresholds(model: Linear, benign: Iterable[str], review: float, block: float) -> Linear:
    """The model with thresholds that these shares of benign documents reach (their worst window counts)."""
    worst = [max(model.scores(_scored(text))) for text in benign]
    at_review, at_block = (float(np.quantile(worst, 1 - share)) for share in (review, block))
    at_review = min(max(at_review, LEAST_REVIEW), 0.98)
    return Linear(model.weights, model.idf, model.bias, at_review, min(max(at_block, LEAST_BLOCK, at_review), 0.99))


def save(model: Linear, path: Path, note: str) -> None:
    """Write the weights: eight bits a number with a scale, and what they were trained on."""
    arrays: dict[str, object] = {}
    for name, values in (("weights", model.weights), ("idf", model.idf)):
        scale = float(np.abs(values).max()) / 127
        arrays[name] = np.round(values / scale).astype(np.int8)
        arrays[f"{name}_scale"] = np.float32(scale)
    meta = {"bias": model.bias, "review": model.review, "block": model.block, "trained_on": note}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, meta=np.array(json.dumps(meta)), **arrays)  # type: ignore[arg-type]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, choose thresholds, write the file, print its size and thresholds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with injection/slabs.jsonl and neuralchemy")
    parser.add_argument("--out", type=Path, default=DEFAULT_WEIGHTS)
    parser.add_argument("--documents", type=Path, nargs="*", default=[], help="golden folders of benign documents")
    parser.add_argument("--strength", type=float, default=4.0, help="inverse of the L1 penalty")
    options = parser.parse_args(arguments)
    rng = seeded(SEED)
    grammar = load_grammar("train")
    corpora = [s for name in ("slabs", "neuralchemy") for s in load_corpus(options.data / f"injection/{name}.jsonl")[0]]
    data = samples(corpora, documents(options.documents, held_out=False), grammar, rng)
    model = train(data, options.strength)
    model = with_thresholds(model, [expand(grammar, "document", rng) for _ in range(300)], review=0.004, block=0.001)
    save(model, options.out, f"slabs, neuralchemy (training splits), training grammar; {len(data)} texts, seed {SEED}")
    size = options.out.stat().st_size // 1024
    print(f"{options.out}: {size} KiB, review {model.review:.3f}, block {model.block:.3f}")  # noqa: T201
    return 0


def _scored(text: str) -> list[str]:
    parts = sentences(text)
    return [text, *(" ".join(part.text for part in parts[a:b]) for a, b in windows(parts))]


def _pieces(text: str, rng: random.Random, most: int) -> list[str]:
    """Up to `most` passages of one to three sentences."""
    parts = sentences(text)
    spans = [(start, start + size) for size in (1, 3) for start, _ in windows(parts, size)]
    chosen = rng.sample(spans, min(most, len(spans)))
    return [" ".join(part.text for part in parts[start:end]) for start, end in chosen]


def _bury(sample: Sample, pieces: Sequence[str], rng: random.Random) -> Sample:
    """An injection between lines of documents, as a window sees it."""
    before, after = rng.choice(pieces)[-160:], rng.choice(pieces)[:160]
    return Sample(" ".join(rng.choice([(before, sample.text), (sample.text, after), (before, sample.text, after)])), 1)


def _unit_blocks(matrix: csr_matrix) -> csr_matrix:
    """Each row's character block and word block scaled to length 1."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * 2 + (matrix.indices >= BUCKETS)
    norms = np.sqrt(np.bincount(row, weights=matrix.data**2, minlength=2 * matrix.shape[0]))
    matrix.data /= np.maximum(norms[row], 1e-9)
    return matrix


if __name__ == "__main__":
    sys.exit(main())
