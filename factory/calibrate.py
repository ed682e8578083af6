"""How far an answer is to be trusted: calibration and acceptance thresholds from out-of-fold answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.optimize import minimize

from extractors.model import Floats

KNOTS = (
    0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8,
    0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0,
)  # fmt: skip
UNKNOWN = ((0.0, 0.0), (1.0, 0.5))
"""What is known of a ranker without any answer."""
OWN = 8.0
"""How strongly a field's own shift is drawn to that of all fields: chosen on made-up invoices of unseen layouts."""
WEAK = 0.01
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
    given: bool = True
    """Whether there was a value; False: "the document has none"."""


K = TypeVar("K")
Knots = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Knots from the ranker's probability to the share that was right, for values and for "none"."""

    given: Knots
    absent: Knots


@dataclass(frozen=True, slots=True)
class Threshold:
    """From `value` on, answers are accepted; None where the examples cannot show the target precision."""

    value: float | None
    note: str


def calibrate(answers: Mapping[str, Sequence[Answer]]) -> dict[str, Calibration]:
    """Platt's calibration (1999) for all fields of a document type together.

    On log-odds: one slope for all fields, a shift for each that is drawn to the common one, and a shift for answers
    without a value. A field's own few examples cannot show how far to trust the ranker on a layout that none of them
    has, and what is missing is mistaken in another way than what is misread.
    """
    names = list(answers)
    flat = [(place, answer) for place, name in enumerate(names) for answer in answers[name]]
    right = sum(answer.right for _, answer in flat)
    high, low = (right + 1) / (right + 2), 1 / (len(flat) - right + 2)  # Platt's smoothed targets
    x = np.asarray([_logit(answer.score) for _, answer in flat])
    y = np.asarray([high if answer.right else low for _, answer in flat])
    absent = np.asarray([not answer.given for _, answer in flat], dtype=float)
    field = np.asarray([place for place, _ in flat], dtype=int)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slope, shift, none, own = parameters[0], parameters[1], parameters[2], parameters[3:]
        z = slope * x + shift + none * absent + own[field]
        off = 1 / (1 + np.exp(-z)) - y
        value = (np.logaddexp(0, z) - y * z).sum() + 0.5 * ((slope - 1) ** 2 + OWN * (own @ own))
        value += 0.5 * WEAK * (shift**2 + none**2)
        common = [off @ x + slope - 1, off.sum() + WEAK * shift, off @ absent + WEAK * none]
        return float(value), np.concatenate([common, np.bincount(field, off, len(names)) + OWN * own])

    if not flat:
        return dict.fromkeys(names, Calibration(UNKNOWN, UNKNOWN))
    start = np.asarray([1.0, 0.0, 0.0, *[0.0] * len(names)])
    bounds = [(0.05, 5.0), *[(-10.0, 10.0)] * (2 + len(names))]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    slope, shift, none = found[:3]
    return {
        name: Calibration(_knots(slope, shift + own), _knots(slope, shift + own + none))
        for name, own in zip(names, found[3:], strict=True)
    }


def platt(answers: Sequence[Answer]) -> Knots:
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
        return UNKNOWN
    found = minimize(loss, np.asarray([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 5.0), (-10.0, 10.0)])
    slope, shift = found.x
    return _knots(slope, shift)


def _knots(slope: float, shift: float) -> Knots:
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


def thresholds(answers: Mapping[K, Sequence[Answer]], target: float) -> dict[K, Threshold]:
    """A threshold a field; where a field's own examples are too few, the one that all fields together show.

    The pooled threshold holds on average over the fields that use it, and its note says so. Where the pool cannot show
    one, fields leave it, the worst first. A field that does worse than the target above it, by its own examples, does
    not get it.
    """
    own = {name: threshold(list_, target) for name, list_ in answers.items()}
    pool = {name: list_ for name, list_ in answers.items() if own[name].value is None}
    shared = _shared(pool, target)
    while shared.value is None and (worst := _worst(pool, target)) is not None:
        del pool[worst]
        shared = _shared(pool, target)
    for name, list_ in pool.items():
        if shared.value is not None:
            above = [answer.right for answer in list_ if answer.score >= shared.value]
            if above and sum(above) / len(above) >= target:
                own[name] = Threshold(shared.value, f"shared by fields with few examples: {shared.note}")
    return own


def _shared(pool: Mapping[K, Sequence[Answer]], target: float) -> Threshold:
    return threshold([answer for list_ in pool.values() for answer in list_], target)


def _worst(pool: Mapping[K, Sequence[Answer]], target: float) -> K | None:
    """The name with the largest share of wrong answers among those it is sure of; None where nothing is wrong."""
    wrong = {}
    for name, list_ in pool.items():
        sure = [not answer.right for answer in list_ if answer.score >= 1 - DOUBT * (1 - target)]
        wrong[name] = sum(sure) / max(len(sure), 1)
    worst = max(wrong, key=lambda name: (wrong[name], str(name)), default=None)
    return worst if worst is not None and wrong[worst] > 0 else None


def _logit(share: float) -> float:
    bounded = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))
