"""What compiled code proposes, and what a run answers."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ocr.document import Box, Document

Kind = Literal["date", "money", "number", "identifier", "party", "address", "text", "enum", "boolean"]
Status = Literal["found", "not_found", "low_confidence", "ungrounded", "corrected"]
Origin = Literal["embedded", "compiled", "ocr_retry", "model", "person"]


class Candidate(NamedTuple):
    """A span of words read as a value (a named tuple: hundreds are made a page, at a quarter of a data class's cost).

    `value` is canonical for its kind: a date as YYYY-MM-DD, money and numbers as plain decimals ("1234.50"),
    everything else with blanks collapsed. `form` names the way it was read ("d.m.Y", "1.234,56"): a span that can
    be read two ways gives two candidates, and the ranker learns which reading the examples meant.
    """

    kind: Kind
    value: str
    text: str
    page: int
    """Index into `Document.pages`, from 0."""
    words: tuple[int, ...]
    """Indices into `Page.words`, ascending, at least one."""
    form: str = ""

    def box(self, document: Document) -> Box:
        """The box around the candidate's words."""
        return document.pages[self.page].box_of(self.words)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """An answer for one field: what, how sure (calibrated, 0 to 1), from where, and why."""

    value: str | None
    status: Status
    confidence: float = 0.0
    page: int | None = None
    """Counted from 1."""
    box: Box | None = None
    source: Origin = "compiled"
    explanation: tuple[tuple[str, float], ...] = ()
    """Features that weighed most, with their weight, strongest first."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one cross-field check: passed, failed, or None where a value it needs is missing."""

    name: str
    passed: bool | None
    message: str = ""


@dataclass(frozen=True)
class Record:
    """All that was read from one document."""

    fields: dict[str, FieldValue]
    line_items: tuple[dict[str, FieldValue], ...] = ()
    checks: tuple[CheckResult, ...] = ()
    doubtful: tuple[str, ...] = field(default=())
    """Names of the fields (`line_items[3].quantity` for a cell) that a person should look at."""
