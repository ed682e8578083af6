"""A linear ranker over candidates: who is most likely the field's value, or is there none?

Scores are sums of weights of sparse indicators; probabilities are their softmax over all candidates of the document
and the option "none" (a conditional logit, McFadden 1974). Candidates with the same value add up their evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from extractors.candidate import Candidate
from extractors.features import SLOT_OF_COLUMN, SLOTS, describe
from extractors.model import ExtractorModel, Floats
from extractors.page_arrays import Ints
from ocr.document import Document

NEGLIGIBLE = 14.0
"""Candidates whose score lies so far below the best have odds of one in a million against it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A value with the probability of all its candidates together, and the best of them."""

    value: str
    probability: float
    candidate: Candidate
    place: int
    """Index of `candidate` in the list that was ranked."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Values by falling probability, and the probability that the document has none of them."""

    values: tuple[Ranked, ...]
    none: float


def rank(document: Document, proposed: Mapping[str, Sequence[Candidate]], model: ExtractorModel) -> dict[str, Ranking]:
    """Rank the candidates of every field. Candidates that several fields share are described once.

    O(candidates x features), and a fixed part a page and field.
    """
    scorer = model.scorer
    places: dict[int, int] = {}
    everything: list[Candidate] = []
    for list_ in {id(list_): list_ for list_ in proposed.values()}.values():
        for candidate in list_:
            if id(candidate) not in places:
                places[id(candidate)] = len(everything)
                everything.append(candidate)
    rows = scorer.rows[SLOT_OF_COLUMN, describe(document, everything, scorer.vocabulary)]
    taken: dict[int, Ints] = {}
    rankings: dict[str, Ranking] = {}
    for name, list_ in proposed.items():
        if not list_:
            rankings[name] = Ranking((), 1.0)
            continue
        if id(list_) not in taken:
            taken[id(list_)] = rows[[places[id(candidate)] for candidate in list_]]
        scores: Floats = scorer.weights[scorer.fields[name]][taken[id(list_)]].sum(axis=1)
        rankings[name] = to_ranking(list_, scores, model.fields[name].none)
    return rankings


def to_ranking(candidates: Sequence[Candidate], scores: Floats, none: float) -> Ranking:
    """Softmax of scores and the option "none", summed over equal values."""
    top = max(float(scores.max()), none)
    odds = np.exp(scores - top)
    none_odds = float(np.exp(none - top))
    total = float(odds.sum()) + none_odds
    best: dict[str, int] = {}
    share: dict[str, float] = {}
    # Candidates far behind the best cannot change an answer; skipping them keeps long documents cheap.
    near = np.flatnonzero(scores >= float(scores.max()) - NEGLIGIBLE)
    for place in near[np.argsort(-scores[near], kind="stable")].tolist():
        value = candidates[place].value
        best.setdefault(value, place)
        share[value] = share.get(value, 0.0) + float(odds[place])
    ordered = sorted(share, key=lambda value: (-share[value], best[value]))
    values = tuple(Ranked(value, share[value] / total, candidates[best[value]], best[value]) for value in ordered)
    return Ranking(values, none_odds / total)


def explain(
    document: Document, candidate: Candidate, model: ExtractorModel, name: str, most: int = 6
) -> tuple[tuple[str, float], ...]:
    """The features of a candidate that weighed most for field `name`, strongest first, as `slot: token`."""
    scorer = model.scorer
    weights = scorer.weights[scorer.fields[name]]
    found: dict[str, float] = {}
    numbers = describe(document, [candidate], scorer.vocabulary)[0]
    for slot, number in zip(SLOT_OF_COLUMN.tolist(), numbers.tolist(), strict=True):
        weight = float(weights[scorer.rows[slot, number]])
        if weight:
            text = f"{SLOTS[slot]}: {scorer.vocabulary.token(number)}"
            found[text] = found.get(text, 0.0) + weight
    strongest = sorted(found.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
    return tuple((text, round(weight, 3)) for text, weight in strongest)
