"""What a decision rests on, step by step: the decision trace of a case."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from runtime.given import Given

ReviewKind = Literal["validation", "missing", "doubtful", "rule", "asked", "unread"]


@dataclass(frozen=True)
class ReviewReason:
    """Why a person must decide. `text` names fields, conditions and lines, never values."""

    kind: ReviewKind
    step: str
    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckTrace:
    """A condition and whether it held; None where a value it needs is missing."""

    text: str
    line: int
    passed: bool | None
    note: str = ""


@dataclass(frozen=True)
class StepTrace:
    """One step. For a rule: its decision, branch, reason, and the branch's line in spec and artifact."""

    step: str
    type: str
    line: int
    decision: str = ""
    branch: int = 0
    reason: str = ""
    code: str = ""
    spec_line: int = 0
    artifact_line: int = 0
    inputs: Mapping[str, Given] = field(default_factory=dict)
    checks: tuple[CheckTrace, ...] = ()
    rows: tuple[tuple["StepTrace", ...], ...] = ()
    skipped: bool = False


@dataclass(frozen=True)
class DecisionTrace:
    """A decided case. `decision` is what the rule says on the values; with status `review` a person has to confirm."""

    artifact: str
    name: str
    version: int
    decision: str
    status: Literal["decided", "review"]
    reasons: tuple[ReviewReason, ...]
    steps: tuple[StepTrace, ...]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """The decision of every rule step outside loops."""

    @property
    def final(self) -> str:
        """The decision where it stands, else REVIEW."""
        return self.decision if self.status == "decided" else "REVIEW"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; the same case and artifact give the same dict."""
        found: dict[str, Any] = _plain(asdict(self))
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
