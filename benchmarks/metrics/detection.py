"""Security: what a gate catches and what it raises without cause, in all and by class (CWE, kind of attack).

Source: Compiled AI paper, sections 4 and 6.1 (recall and precision a gate).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its class (`CWE-94`, `canary`; empty for harmless ones), whether it is harmful, what the gate said."""

    kind: str
    harmful: bool
    flagged: bool


@dataclass(frozen=True, slots=True)
class Detection:
    """Shares; None where nothing could be counted."""

    cases: int
    right: int
    recall: float | None
    precision: float | None
    false_positive_rate: float | None
    recall_by_kind: dict[str, float]


def detection(cases: Sequence[Case]) -> Detection:
    """recall = TP / (TP + FN), precision = TP / (TP + FP), false positive rate = FP / (FP + TN)."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if case.harmful:
            kinds[case.kind].append(case.flagged)
    caught = sum(case.flagged for case in cases if case.harmful)
    alarms = sum(case.flagged for case in cases if not case.harmful)
    harmful = sum(case.harmful for case in cases)
    return Detection(
        len(cases),
        sum(case.flagged == case.harmful for case in cases),
        _share(caught, harmful),
        _share(caught, caught + alarms),
        _share(alarms, len(cases) - harmful),
        {kind: sum(flags) / len(flags) for kind, flags in sorted(kinds.items())},
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
