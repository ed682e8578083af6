"""Choose values for all fields of a document together, so that amounts add up and dates stand in order.

Fields that share a check are decided jointly: each combination of their likeliest values is scored by the rankers'
probabilities and by Bayes' rule for each check it passes or fails, and a value's probability is its share over all
combinations. Fields without checks keep the ranker's own order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from extractors.checks import Check, Values, outcome, parse_check
from extractors.model import CheckModel, Floats
from extractors.rank import Ranked, Ranking

OPTIONS = 4
"""Likeliest values a field brings to a joint decision, besides "none"."""
COMBINATIONS = 1500
"""At most this many combinations are scored; fields bring fewer options where there would be more."""
CHANCE = 0.05
"""How often wrong values satisfy a check by chance."""
SETTLED = 1e-3
"""Values less likely than this share of the best do not take part."""


Option = tuple[Ranked | None, float]
"""A value or None, and its probability."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The value chosen for a field (None: the document has none) and its probability before calibration."""

    choice: Ranked | None
    probability: float


def decide(
    rankings: Mapping[str, Ranking], checks: Sequence[CheckModel], rows: Sequence[Values] = ()
) -> dict[str, Decision]:
    """Decide every field. Cost: at most `COMBINATIONS` evaluations for each group of fields tied by checks."""
    decisions = {name: _alone(ranking) for name, ranking in rankings.items()}
    parsed = [(parse_check(check.name, check.expression, check.tolerance), check.holds) for check in checks]
    for names, tied in _groups([pair for pair in parsed if set(pair[0].fields) <= rankings.keys()]):
        decisions.update(_together({name: rankings[name] for name in names}, tied, rows))
    return decisions


def _alone(ranking: Ranking) -> Decision:
    if not ranking.values or ranking.none > ranking.values[0].probability:
        return Decision(None, ranking.none)
    best = ranking.values[0]
    return Decision(best, best.probability * _worth(ranking, best))


def _worth(ranking: Ranking, choice: Ranked | None) -> float:
    """How far a value is believed by its own score, whatever else the page has."""
    return 1.0 if choice is None else choice.probability / (choice.probability + ranking.least)


def _groups(checks: Sequence[tuple[Check, float]]) -> list[tuple[list[str], list[tuple[Check, float]]]]:
    """Fields connected through checks, with those checks."""
    groups: list[tuple[set[str], list[tuple[Check, float]]]] = []
    for check in checks:
        if not check[0].fields:
            continue
        names, tied = set(check[0].fields), [check]
        apart = []
        for group in groups:
            if group[0] & names:
                names |= group[0]
                tied = group[1] + tied
            else:
                apart.append(group)
        groups = [*apart, (names, tied)]
    return [(sorted(names), tied) for names, tied in groups]


def _together(
    rankings: dict[str, Ranking], checks: list[tuple[Check, float]], rows: Sequence[Values]
) -> dict[str, Decision]:
    """All combinations at once, as an array with an axis a field: the first best one, and how likely each part is."""
    options = _options(rankings)
    axes = {name: axis for axis, name in enumerate(options)}
    scores: Floats = np.zeros((1,) * len(axes))
    for name, found in options.items():
        logs = [math.log(max(probability, 1e-12)) for _, probability in found]
        scores = scores + _along(np.asarray(logs), [axes[name]], len(axes))
    evidence: Floats = np.zeros((1,) * len(axes))
    for check, holds in checks:
        table = _evidence(check, holds, {name: options[name] for name in sorted(check.fields)}, rows)
        evidence = evidence + _along(table, sorted(axes[name] for name in check.fields), len(axes))
    scores = scores + evidence
    odds = np.exp(scores - scores.max())
    best = np.unravel_index(int(odds.argmax()), odds.shape)
    total = float(odds.sum())
    # How much likelier the checks' outcomes make it that the options hold the truth. What is not among them may be
    # right, too, and no check speaks for or against it.
    told = total / float(np.exp(scores - evidence - scores.max()).sum())
    decisions = {}
    for axis, ((name, found), place) in enumerate(zip(options.items(), best, strict=True)):
        choice, share = found[int(place)][0], float(odds.take(int(place), axis).sum()) / total
        among = min(sum(probability for _, probability in found), 1.0) * _worth(rankings[name], choice)
        decisions[name] = Decision(choice, share * among * told / (among * told + 1 - among))
    return decisions


def _along(table: Floats, axes: Sequence[int], count: int) -> Floats:
    """A table over some of `count` axes (ascending), ready to be added to one over all of them."""
    shape = [1] * count
    for axis, size in zip(axes, table.shape, strict=True):
        shape[axis] = size
    return table.reshape(shape)


def _options(rankings: dict[str, Ranking]) -> dict[str, list[Option]]:
    """The likeliest values of each field and "none", fewer where all combinations would be too many."""
    most = OPTIONS
    while True:
        options: dict[str, list[Option]] = {}
        for name, ranking in rankings.items():
            top = max([ranking.none, *(value.probability for value in ranking.values[:1])])
            kept = [value for value in ranking.values[:most] if value.probability >= SETTLED * top]
            found: list[Option] = [(value, value.probability) for value in kept]
            if not found or ranking.none >= SETTLED * top:
                found.append((None, ranking.none))
            options[name] = found
        if most == 1 or math.prod(len(found) for found in options.values()) <= COMBINATIONS:
            return options
        most -= 1


def _evidence(check: Check, holds: float, options: Mapping[str, Sequence[Option]], rows: Sequence[Values]) -> Floats:
    """For each combination of the check's values, the log-odds that its outcome speaks for them; 0 without outcome."""
    odds = {
        None: 0.0,
        True: math.log(holds / CHANCE),
        False: math.log((1 - holds) / (1 - CHANCE)),
    }
    texts = [[None if found is None else found.value for found, _ in kept] for kept in options.values()]
    found = [
        0.0 if None in values else odds[outcome(check, dict(zip(options, values, strict=True)), rows)]
        for values in product(*texts)
    ]
    return np.asarray(found).reshape([len(kept) for kept in texts])
