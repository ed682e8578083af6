"""From the ranker's probability to a share that can be believed, and from there to a status."""

from bisect import bisect_right
from collections.abc import Sequence

from extractors.candidate import Status
from extractors.model import FieldModel


def calibrated(model: FieldModel, probability: float, given: bool) -> float:
    """The share of answers that were right out of fold at this probability. `given`: whether there is a value."""
    return interpolate(probability, model.knots(given))


def interpolate(raw: float, knots: Sequence[tuple[float, float]]) -> float:
    """The value at `raw`, linear between the knots (at least one, ascending) and level outside them."""
    place = bisect_right(knots, (raw, 2.0))
    if place == 0:
        return knots[0][1]
    if place == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[place - 1], knots[place]
    return y0 + (y1 - y0) * (raw - x0) / (x1 - x0) if x1 > x0 else y1


def accepted(model: FieldModel, confidence: float, given: bool) -> bool:
    """Whether an answer of this confidence needs no second look. `given`: whether there is a value."""
    limit = model.limit(given)
    return limit is not None and confidence >= limit


def status_of(model: FieldModel, value: str | None, confidence: float) -> Status:
    """`found` and `not_found` are answers to rely on; `low_confidence` is not."""
    if not accepted(model, confidence, value is not None):
        return "low_confidence"
    return "not_found" if value is None else "found"
