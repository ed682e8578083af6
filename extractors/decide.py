"""Choose values for all fields of a document together, so that amounts add up and dates stand in order.

Fields that share a check are decided jointly: each combination of their likeliest values is scored by the rankers'
probabilities and by Bayes' rule for each check it passes or fails, and a value's probability is its share over all
combinations. Fields without checks keep the ranker's own order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from extractors.checks import Check, Values, evaluate, parse_check
from extractors.model import CheckModel
from extractors.rank import Ranked, Ranking

OPTIONS = 4
"""Likeliest values a field brings to a joint decision, besides "none"."""
COMBINATIONS = 1500
"""At most this many combinations are scored; fields bring fewer options where there would be more."""
CHANCE = 0.05
"""How often wrong values satisfy a check by chance."""
SETTLED = 1e-3
"""Values less likely than this share of the best do not take part."""


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
    return Decision(ranking.values[0], ranking.values[0].probability)


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
    options = _options(rankings)
    names = list(options)
    weights: list[float] = []
    combinations = list(product(*options.values()))
    outcomes: dict[tuple[object, ...], float] = {}
    for combination in combinations:
        values = {name: option[0].value if option[0] else None for name, option in zip(names, combination, strict=True)}
        score = sum(math.log(max(option[1], 1e-12)) for option in combination)
        weights.append(score + sum(_evidence(check, holds, values, rows, outcomes) for check, holds in checks))
    top = max(weights)
    odds = [math.exp(weight - top) for weight in weights]
    best = combinations[odds.index(max(odds))]
    total = sum(odds)
    decisions = {}
    for place, name in enumerate(names):
        share = sum(odd for odd, other in zip(odds, combinations, strict=True) if other[place] is best[place])
        decisions[name] = Decision(best[place][0], share / total)
    return decisions


def _options(rankings: dict[str, Ranking]) -> dict[str, list[tuple[Ranked | None, float]]]:
    """The likeliest values of each field and "none", fewer where all combinations would be too many."""
    most = OPTIONS
    while True:
        options: dict[str, list[tuple[Ranked | None, float]]] = {}
        for name, ranking in rankings.items():
            top = max([ranking.none, *(value.probability for value in ranking.values[:1])])
            kept = [value for value in ranking.values[:most] if value.probability >= SETTLED * top]
            found: list[tuple[Ranked | None, float]] = [(value, value.probability) for value in kept]
            if not found or ranking.none >= SETTLED * top:
                found.append((None, ranking.none))
            options[name] = found
        if most == 1 or math.prod(len(found) for found in options.values()) <= COMBINATIONS:
            return options
        most -= 1


def _evidence(
    check: Check, holds: float, values: Values, rows: Sequence[Values], outcomes: dict[tuple[object, ...], float]
) -> float:
    """Log-odds that the check's outcome speaks for these values; nothing where it has no outcome."""
    key = (check.name, *(values[name] for name in check.fields))
    if key not in outcomes:
        passed = evaluate(check, values, rows).passed
        outcomes[key] = (
            0.0 if passed is None else math.log(holds / CHANCE) if passed else math.log((1 - holds) / (1 - CHANCE))
        )
    return outcomes[key]
