"""Calibration and straight-through rate: does a system know when it is right?

Sources: expected calibration error after Naeini, Cooper and Hauskrecht (2015) over equal-width bins; risk and coverage
after El-Yaniv and Wiener (2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Sure:
    """An answer: the confidence the system gave it, 0 to 1, and whether it was right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram."""

    count: int
    confidence: float
    accuracy: float


def reliability_bins(answers: Sequence[Sure], bins: int = BINS) -> list[Bin]:
    """Answers by confidence in `bins` of equal width, without the empty ones."""
    places: list[list[Sure]] = [[] for _ in range(bins)]
    for answer in answers:
        places[min(int(answer.confidence * bins), bins - 1)].append(answer)
    return [
        Bin(len(part), sum(one.confidence for one in part) / len(part), sum(one.right for one in part) / len(part))
        for part in places
        if part
    ]


def calibration_error(answers: Sequence[Sure], bins: int = BINS) -> float:
    """ECE = sum over bins of n_b / n x |accuracy_b - confidence_b|; 0 without answers."""
    total = len(answers)
    parts = reliability_bins(answers, bins)
    return sum(part.count / total * abs(part.accuracy - part.confidence) for part in parts)


def straight_through(answers: Sequence[Sure], precision: float) -> float:
    """The largest share of answers that can be taken unseen, most confident first, with at least this precision.

    Hindsight over the given answers: the best that any threshold could do. Answers of equal confidence go together.
    """
    ordered = sorted(answers, key=lambda answer: -answer.confidence)
    best = right = 0
    for count, answer in enumerate(ordered, start=1):
        right += answer.right
        last = count == len(ordered) or ordered[count].confidence < answer.confidence
        if last and right / count >= precision:
            best = count
    return best / len(ordered) if ordered else 0.0
