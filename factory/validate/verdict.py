"""What a stage is, what it looks at, and what it answers."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from factory.calibrate import Answer
from factory.golden import Example
from factory.select import Plan
from factory.spec import DocumentSpec
from runtime.artifact import Artifact
from security.finding import Finding


@dataclass(frozen=True)
class Evidence:
    """What a stage may hold an artifact against."""

    examples: Sequence[Example]
    held_out: Mapping[str, Sequence[Answer]]
    """For each field, one answer a labelled example, from folds that had not learned from it."""
    plan: Plan


@dataclass(frozen=True)
class Verdict:
    """The answer of one stage. Any finding blocks."""

    stage: str
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, without the time: the same artifact gives the same dict."""
        return {"stage": self.stage, "passed": self.passed, "findings": [found.to_dict() for found in self.findings]}


class Stage(Protocol):
    """One check that an artifact must pass. What is wrong with the artifact is a finding, not an exception."""

    __name__: str

    def __call__(self, artifact: Artifact, spec: DocumentSpec, evidence: Evidence) -> Verdict: ...


def judge(stage: str, findings: Iterable[Finding]) -> Verdict:
    """Collect the findings, timed: pass a generator, so that the work is done here."""
    start = time.perf_counter()
    collected = tuple(findings)
    return Verdict(stage, collected, time.perf_counter() - start)


def in_order(
    stages: Iterable[tuple[str, Callable[[], Verdict]]], progress: Callable[[str], None] = lambda text: None
) -> tuple[Verdict, ...]:
    """Run named stages, up to and including the first that fails."""
    verdicts: list[Verdict] = []
    for name, stage in stages:
        progress(f"validate: {name}")
        verdicts.append(stage())
        if not verdicts[-1].passed:
            break
    return tuple(verdicts)
