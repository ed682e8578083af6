"""A linear ranker over candidates: who is most likely the field's value, or is there none?

Scores are sums of weights of sparse indicators; probabilities are their softmax over all candidates of the document
and the option "none" (a conditional logit, McFadden 1974). Candidates with the same value add up their evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from extractors.candidate import Candidate
from extractors.features import SLOT_OF_COLUMN, SLOTS, describe
from extractors.model import ExtractorModel, Floats, Usual
from extractors.page_arrays import Ints
from ocr.document import Document

NEGLIGIBLE = 14.0
"""Candidates whose score lies so far below the best have odds of one in a million against it."""

MOST = 12
"""Values of a ranking that are kept."""


class Ranked(NamedTuple):
    """A value with the probability of all its candidates together, and the best of them."""

    value: str
    probability: float
    candidate: Candidate
    place: int
    """Index of `candidate` in the list that was ranked."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """At most `MOST` values by falling probability, and the probability that the document has none of them.

    What is missing to one belongs to values beyond those, and to what usually is on such pages: see `to_rankings`.
    """

    values: tuple[Ranked, ...]
    none: float
    least: float = 0.0
    """The probability that a value needs to be believed by half."""


def rank(document: Document, proposed: Mapping[str, Sequence[Candidate]], model: ExtractorModel) -> dict[str, Ranking]:
    """Rank the candidates of every field. A list that several fields share is described once.

    O(candidates x features), and a fixed part a page and field.
    """
    scorer = model.scorer
    lists = {id(list_): list_ for list_ in proposed.values() if list_}
    sharing: dict[int, tuple[str, ...]] = dict.fromkeys(lists, ())
    for name, list_ in proposed.items():
        if list_:
            sharing[id(list_)] += (name,)
    rows = scorer.rows_of(describe(document, list(chain.from_iterable(lists.values())), scorer.vocabulary))
    scores: dict[str, Floats] = {}
    start = 0
    for key, names in sharing.items():
        end = start + len(lists[key])
        scores.update(zip(names, scorer.scores(rows[:, start:end], names), strict=True))
        start = end
    ranked = to_rankings(
        [proposed[name] for name in scores], list(scores.values()), [model.fields[name].usual for name in scores]
    )
    found = dict(zip(scores, ranked, strict=True))
    return {name: found.get(name) or Ranking((), 1.0) for name in proposed}


def to_ranking(candidates: Sequence[Candidate], scores: Floats, usual: Usual) -> Ranking:
    """Softmax of scores and the option "none", summed over equal values. At least one candidate."""
    return to_rankings([candidates], [scores], [usual])[0]


def to_rankings(
    lists: Sequence[Sequence[Candidate]], scores: Sequence[Floats], usual: Sequence[Usual]
) -> list[Ranking]:
    """As `to_ranking`, for many fields in one pass over arrays that hold all their candidates one after the other.

    A softmax says which candidate is the likeliest, not that any is likely: of two amounts on a page that is no invoice
    one would be the total beyond doubt. So the best answer has at least the `rivals` that it has in the examples: where
    the page shows weaker ones, what is missing counts for no answer. And a value is worth what its score says by
    itself, too: of a hundred amounts on an invoice without its last page none has the score of a total.
    """
    if not lists:
        return []
    sizes = np.asarray([len(list_) for list_ in lists])
    starts = np.cumsum(sizes) - sizes
    nones = np.asarray([one.none for one in usual])
    flat = np.concatenate(scores)
    best = np.maximum.reduceat(flat, starts)
    top = np.maximum(best, nones)
    odds = np.exp(flat - np.repeat(top, sizes))
    none_odds = np.exp(nones - top)
    totals = np.add.reduceat(odds, starts) + none_odds
    # Candidates far behind the best cannot change an answer.
    odds[flat < np.repeat(best - NEGLIGIBLE, sizes)] = 0.0
    groups, owners = _groups(lists)
    shares = np.bincount(groups, weights=odds, minlength=len(owners))
    by_group = np.lexsort((-flat, groups))
    counts = np.bincount(groups, minlength=len(owners))
    firsts = by_group[np.cumsum(counts) - counts]
    order = np.lexsort((firsts, -shares, owners))
    ends = np.cumsum(np.bincount(owners, minlength=len(lists)))
    leading = np.maximum(shares[order[np.concatenate([[0], ends[:-1]])]], none_odds)
    totals += np.maximum(np.exp(_known(one.rivals for one in usual) - top) - (totals - leading), 0.0)
    least = np.exp(_known(one.least for one in usual) - top) / totals
    rankings = []
    begin = 0
    for place, (list_, end) in enumerate(zip(lists, ends.tolist(), strict=True)):
        kept = order[begin : min(end, begin + MOST)]
        begin, start, total = end, int(starts[place]), float(totals[place])
        values = tuple(
            Ranked(list_[first - start].value, share / total, list_[first - start], first - start)
            for first, share in zip(firsts[kept].tolist(), shares[kept].tolist(), strict=True)
            if share > 0.0
        )
        rankings.append(Ranking(values, float(none_odds[place]) / total, float(least[place])))
    return rankings


def _known(scores: Iterable[float | None]) -> Floats:
    return np.asarray([-np.inf if score is None else score for score in scores])


def _groups(lists: Sequence[Sequence[Candidate]]) -> tuple[Ints, Ints]:
    """For each candidate of each list the number of its value; for each number the list it belongs to."""
    known: dict[int, tuple[Ints, int]] = {}
    groups: list[Ints] = []
    counts: list[int] = []
    offset = 0
    for list_ in lists:
        if id(list_) not in known:
            numbers: dict[str, int] = {}
            inside = [numbers.setdefault(candidate.value, len(numbers)) for candidate in list_]
            known[id(list_)] = (np.asarray(inside), len(numbers))
        inside_, count = known[id(list_)]
        groups.append(inside_ + offset)
        counts.append(count)
        offset += count
    return np.concatenate(groups), np.repeat(np.arange(len(lists)), counts)


def explain(
    document: Document, candidate: Candidate, model: ExtractorModel, name: str, most: int = 6
) -> tuple[tuple[str, float], ...]:
    """The features of a candidate that weighed most for field `name`, strongest first, as `slot: token`."""
    scorer = model.scorer
    weights = scorer.weights[:, scorer.fields[name]]
    found: dict[str, float] = {}
    numbers = describe(document, [candidate], scorer.vocabulary)[0]
    for slot, number in zip(SLOT_OF_COLUMN.tolist(), numbers.tolist(), strict=True):
        weight = float(weights[scorer.rows[number, slot]])
        if weight:
            text = f"{SLOTS[slot]}: {scorer.vocabulary.token(number)}"
            found[text] = found.get(text, 0.0) + weight
    strongest = sorted(found.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
    return tuple((text, round(weight, 3)) for text, weight in strongest)
