"""How far an answer is to be trusted: calibration and acceptance thresholds from out-of-fold answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from extractors.model import Floats

KNOTS = (
    0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8,
    0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0,
)  # fmt: skip
CONFIDENCE_LEVEL = 0.95
DOUBT = 5.0
"""No single answer is accepted that is this many times as doubtful as the target allows on average.

Without it a field that is nearly always right would accept everything, and with it the unsure answers of a vendor that
no example resembles.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One out-of-fold answer: the ranker's probability (or a calibrated confidence) and whether it was right."""

    score: float
    right: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """From `value` on, answers are accepted; None where the examples cannot show the target precision."""

    value: float | None
    note: str


def platt(answers: Sequence[Answer]) -> tuple[tuple[float, float], ...]:
    """Platt's logistic calibration (1999) on log-odds, with his smoothed targets, as knots that rise strictly."""
    right = sum(answer.right for answer in answers)
    wrong = len(answers) - right
    x = np.asarray([_logit(answer.score) for answer in answers])
    high, low = (right + 1) / (right + 2), 1 / (wrong + 2)
    y = np.asarray([high if answer.right else low for answer in answers])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slope, shift = parameters
        z = slope * x + shift
        share = 1 / (1 + np.exp(-z))
        value = float((np.logaddexp(0, z) - y * z).sum() + 0.5 * (slope - 1) ** 2)
        return value, np.asarray([((share - y) * x).sum() + (slope - 1), (share - y).sum()])

    if not answers:
        return ((0.0, 0.0), (1.0, 0.5))
    found = minimize(loss, np.asarray([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 5.0), (-10.0, 10.0)])
    slope, shift = found.x
    return tuple((knot, 1 / (1 + math.exp(-(slope * _logit(knot) + shift)))) for knot in KNOTS)


def lower_bound(right: int, total: int, level: float = CONFIDENCE_LEVEL) -> float:
    """One-sided Clopper-Pearson (1934) lower bound of a share."""
    from scipy.stats import beta  # imported late: it takes longer than most commands

    return float(beta.ppf(1 - level, right, total - right + 1)) if right else 0.0


def threshold(answers: Sequence[Answer], target: float) -> Threshold:
    """The lowest confidence from which on the answers' precision has a one-sided 95 % lower bound of `target`.

    It is never below 1 - DOUBT x (1 - target).
    """
    sure = [answer for answer in answers if answer.score >= 1 - DOUBT * (1 - target)]
    ordered = sorted(sure, key=lambda answer: -answer.score)
    right, best = 0, None
    for count, answer in enumerate(ordered, start=1):
        right += answer.right
        at_end = count == len(ordered) or ordered[count].score < answer.score
        if at_end and lower_bound(right, count) >= target:
            best = (answer.score, right, count)
    if best is None:
        needed = math.ceil(math.log(1 - CONFIDENCE_LEVEL) / math.log(target))
        note = (
            f"{len(answers)} examples do not show {target:.1%} precision (at least {needed} right ones in a row would)"
        )
        return Threshold(None, note)
    score, right, count = best
    return Threshold(score, f"{right} of {count} right above it, {target:.1%} with 95 % confidence")


def thresholds(answers: Mapping[str, Sequence[Answer]], target: float) -> dict[str, Threshold]:
    """A threshold a field; where a field's own examples are too few, the one that all fields together show.

    The pooled threshold holds on average over the fields that use it, and its note says so. A field that does worse
    than the target above it, by its own examples, does not get it.
    """
    own = {name: threshold(list_, target) for name, list_ in answers.items()}
    pool = [answer for name, list_ in answers.items() if own[name].value is None for answer in list_]
    shared = threshold(pool, target)
    for name, list_ in answers.items():
        if own[name].value is None and shared.value is not None:
            above = [answer.right for answer in list_ if answer.score >= shared.value]
            if above and sum(above) / len(above) >= target:
                own[name] = Threshold(shared.value, f"shared by fields with few examples: {shared.note}")
    return own


def _logit(share: float) -> float:
    bounded = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))
