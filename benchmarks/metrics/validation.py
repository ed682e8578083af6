"""Validation effectiveness: how much passes each stage at the first try, and how many rounds the rest takes.

Source: Compiled AI paper, section 4 (FirstPassRate per stage, OverallFirstPass).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STAGES = ("security", "syntax", "execution", "accuracy")


@dataclass(frozen=True, slots=True)
class Compilation:
    """One compile: what each stage that ran in the first round said, and how it ended."""

    first_round: Mapping[str, bool]
    """Verdicts of the first round, up to and including the first that failed."""
    rounds: int
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Validation:
    """Shares over compiles."""

    first_pass: dict[str, float | None]
    """FirstPassRate_s: of the compiles that reached stage s in round one, the share that passed it. None: none did."""
    overall_first_pass: float
    """Share of compiles that passed all stages in round one."""
    succeeded: float
    rounds_mean: float


def validation(compilations: Sequence[Compilation]) -> Validation:
    """First-pass rates over compiles. Raises ValueError without any."""
    if not compilations:
        raise ValueError("nothing was compiled")
    rates: dict[str, float | None] = {}
    for stage in STAGES:
        reached = [one.first_round[stage] for one in compilations if stage in one.first_round]
        rates[stage] = sum(reached) / len(reached) if reached else None
    count = len(compilations)
    whole = [all(one.first_round.get(stage, False) for stage in STAGES) for one in compilations]
    return Validation(
        rates,
        sum(whole) / count,
        sum(one.succeeded for one in compilations) / count,
        sum(one.rounds for one in compilations) / count,
    )
