"""Learn from golden documents: which candidate is the value, how sure that is, and from where on to believe it.

The ranker is a conditional logit over a document's candidates and the option "none", with an L2 penalty. Where a value
is printed several times, every candidate that equals the label is right: the loss is the negative logarithm of their
probability together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from extractors.candidate import Candidate
from extractors.features import SLOT_OF_COLUMN, SLOTS, describe
from extractors.model import Floats, Usual
from extractors.page_arrays import Ints
from extractors.rank import Ranking, to_ranking
from extractors.vocabulary import Vocabulary
from ocr.document import Document

Flags = npt.NDArray[np.bool_]

PENALTY = 1.0
"""L2 penalty on weights, per data set: chosen on receipts, ad buys and synthetic invoices (docs/accuracy.md)."""


@dataclass(frozen=True)
class FieldTask:
    """All golden documents of one field, encoded: candidates are rows, features are columns."""

    name: str
    candidates: tuple[Sequence[Candidate], ...]
    """Per document."""
    matrix: csr_matrix
    starts: Ints
    """First row of each document, and the number of rows at the end: documents + 1 numbers."""
    right: Flags
    """Per row: whether the candidate equals the label."""
    none: Flags
    """Per document: whether the label says that there is no value."""
    labelled: Flags
    """Per document: whether there is a label to learn from and to score."""
    features: tuple[tuple[str, str], ...]
    """Per column: slot and token."""
    start: Floats
    """Per column: the weight that learning starts from and is drawn to."""


class Encoder:
    """Describes lists of candidates for learning; a list that several fields share is described once."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary(learning=True)
        self._known: dict[int, tuple[Sequence[Candidate], Ints]] = {}

    def codes(self, document: Document, candidates: Sequence[Candidate]) -> Ints:
        """Slot and token as one number, a row a candidate; below the number of slots where there is no token."""
        if id(candidates) not in self._known:
            numbers = describe(document, candidates, self._vocabulary).astype(np.int64)
            self._known[id(candidates)] = candidates, numbers * len(SLOTS) + SLOT_OF_COLUMN
        return self._known[id(candidates)][1]

    def name(self, code: int) -> tuple[str, str]:
        """Slot and token of a code."""
        return SLOTS[code % len(SLOTS)], self._vocabulary.token(code // len(SLOTS))


def make_task(
    name: str,
    candidates: Sequence[Sequence[Candidate]],
    codes: Sequence[Ints],
    encoder: Encoder,
    right: Sequence[Sequence[bool]],
    none: Sequence[bool],
    labelled: Sequence[bool],
    least: int = 2,
    prior: Mapping[str, Mapping[str, float]] | None = None,
) -> FieldTask:
    """All documents of a field together. A feature counts where at least `least` documents show it, or in `prior`."""
    prior = prior or {}
    shown: Counter[int] = Counter()
    for matrix in codes:
        shown.update(np.unique(matrix).tolist())
    seen = {code: encoder.name(code) for code in shown if code >= len(SLOTS)}
    named = {
        code: (slot, token)
        for code, (slot, token) in seen.items()
        if shown[code] >= least or token in prior.get(slot, {})
    }
    kept = sorted(named, key=lambda code: named[code])
    return FieldTask(
        name,
        tuple(candidates),
        _sparse(np.concatenate(codes), np.asarray(kept, dtype=np.int64)),
        np.concatenate([[0], np.cumsum([len(matrix) for matrix in codes])]),
        np.asarray([flag for flags in right for flag in flags], dtype=bool),
        np.asarray(none, dtype=bool),
        np.asarray(labelled, dtype=bool),
        tuple(named[code] for code in kept),
        np.asarray([prior.get(slot, {}).get(token, 0.0) for slot, token in (named[code] for code in kept)]),
    )


def _sparse(codes: Ints, kept: Ints) -> csr_matrix:
    """Counts of each kept code, a row a candidate."""
    order = np.argsort(kept)
    if not len(kept):
        return csr_matrix((len(codes), 0))
    place = np.clip(np.searchsorted(kept[order], codes), 0, len(kept) - 1)
    known = kept[order][place] == codes
    rows, _ = np.nonzero(known)
    matrix = csr_matrix((np.ones(len(rows)), (rows, order[place[known]])), shape=(len(codes), len(kept)))
    matrix.sum_duplicates()
    return matrix


@dataclass(frozen=True)
class Fitted:
    """Weights per column, and the score of the option "none"."""

    weights: Floats
    none: float

    def by_slot(self, features: Sequence[tuple[str, str]]) -> dict[str, dict[str, float]]:
        """The weights as a model stores them: slot, token, weight; what is next to nothing is left out."""
        table: dict[str, dict[str, float]] = {}
        for (slot, token), weight in zip(features, self.weights, strict=True):
            if abs(weight) > 1e-4:
                table.setdefault(slot, {})[token] = float(weight)
        return table


def fit(task: FieldTask, chosen: Sequence[int], penalty: float = PENALTY) -> Fitted:
    """Fit the ranker on the documents at `chosen`. Deterministic: starts at the prior, L-BFGS (Liu & Nocedal 1989)."""
    usable = [d for d in chosen if task.labelled[d] and (task.none[d] or task.right[_rows(task, d)].any())]
    if not usable:
        return Fitted(task.start, 0.0)
    rows = np.concatenate([np.arange(task.starts[d], task.starts[d + 1]) for d in usable])
    matrix = task.matrix[rows]
    transposed = matrix.T.tocsr()
    sizes = np.asarray([task.starts[d + 1] - task.starts[d] for d in usable])
    groups = np.repeat(np.arange(len(usable)), sizes)
    right, none = task.right[rows], task.none[usable].astype(float)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights, bias = parameters[:-1], parameters[-1]
        scores = matrix @ weights
        top = np.maximum(_group_max(scores, groups, len(usable)), bias)
        odds = np.exp(scores - top[groups])
        none_odds = np.exp(bias - top)
        total = np.bincount(groups, odds, len(usable)) + none_odds
        good = np.bincount(groups, odds * right, len(usable)) + none_odds * none
        share = odds / total[groups] - odds * right / good[groups]
        gradient = np.append(
            transposed @ share + penalty * (weights - task.start), (none_odds / total - none_odds * none / good).sum()
        )
        gradient[-1] += penalty * 0.01 * bias
        moved = weights - task.start
        value = (np.log(total) - np.log(good)).sum() + penalty / 2 * (moved @ moved + 0.01 * bias * bias)
        return float(value), gradient

    start = np.append(task.start, 0.0)
    with threadpool_limits(1):  # vectors this short lose more to threads than they gain
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 120, "maxcor": 8, "ftol": 1e-6})
    return Fitted(found.x[:-1], float(found.x[-1]))


def scores(task: FieldTask, fitted: Fitted, document: int) -> Floats:
    """The score of each candidate of one document under fitted weights."""
    return np.asarray(task.matrix[_rows(task, document)] @ fitted.weights)


def rivals(task: FieldTask, document: int, found: Floats, none: float) -> float:
    """Logarithm of the odds of all wrong answers of a document together, "none" among them where there is a value.

    `found`: the scores of its candidates; `none`: that of "none".
    """
    wrong = found[~task.right[_rows(task, document)]]
    return float(np.logaddexp.reduce(wrong if task.none[document] else np.append(wrong, none)))


def right_score(task: FieldTask, document: int, found: Floats) -> float | None:
    """The best score of a right candidate, of the scores of all; None where there is none."""
    right = found[task.right[_rows(task, document)]]
    return float(right.max()) if len(right) else None


def predict(task: FieldTask, document: int, found: Floats, usual: Usual) -> Ranking:
    """The ranking of one document by the scores of its candidates."""
    return to_ranking(task.candidates[document], found, usual) if len(found) else Ranking((), 1.0)


def _rows(task: FieldTask, document: int) -> slice:
    return slice(int(task.starts[document]), int(task.starts[document + 1]))


def _group_max(scores: Floats, groups: Ints, count: int) -> Floats:
    top = np.full(count, -np.inf)
    np.maximum.at(top, groups, scores)
    return top
