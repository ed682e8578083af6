"""Reliability: how often a transaction ends in an answer, what stopped the others, and what was recovered.

Source: Compiled AI paper, sections 4 and 6.1 (task completion 384 of 400).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempted:
    """One transaction: the class name of its last error (None: it was answered), and how often it was tried."""

    error: str | None
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Reliability:
    """Shares over transactions. `recovered`: of those that failed at least once, the share answered in the end."""

    completed: float
    recovered: float | None
    errors: dict[str, int]


def reliability(attempts: Sequence[Attempted]) -> Reliability:
    """Completion, recovery (None where nothing ever failed) and counts by error class.

    Raises ValueError without any transaction.
    """
    if not attempts:
        raise ValueError("no transaction was attempted")
    failed_once = [one for one in attempts if one.error is not None or one.tries > 1]
    return Reliability(
        sum(one.error is None for one in attempts) / len(attempts),
        sum(one.error is None for one in failed_once) / len(failed_once) if failed_once else None,
        dict(sorted(Counter(one.error for one in attempts if one.error is not None).items())),
    )
