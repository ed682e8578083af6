"""Latency: median, tail, jitter, cold start. All in milliseconds.

Source: Compiled AI paper, sections 4 and 6.1. It gives a jitter without a definition; here it is p99 - p50.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Over warm calls; `cold_start` is the first call, with what it loads."""

    p50: float
    p99: float
    cold_start: float

    @property
    def jitter(self) -> float:
        """p99 - p50."""
        return self.p99 - self.p50


def latency(milliseconds: Sequence[float]) -> Latency:
    """Of calls in order: the first is the cold start, the rest are warm (the first too, where it is the only one).

    Raises ValueError without any call.
    """
    if not milliseconds:
        raise ValueError("no call was timed")
    warm = milliseconds[1:] or milliseconds
    return Latency(quantile(warm, 0.5), quantile(warm, 0.99), milliseconds[0])


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank; Hyndman & Fan 1996, type 1).

    >>> quantile([4, 1, 3, 2], 0.5)
    2
    """
    ordered = sorted(values)
    rank = max(1, -(-round(share * len(ordered) * 1_000_000) // 1_000_000))
    return ordered[min(rank, len(ordered)) - 1]
