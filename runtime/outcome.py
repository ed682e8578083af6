"""What became of one document of a batch."""

from dataclasses import dataclass
from typing import Any, Literal

from extractors.candidate import Record
from extractors.climbed import Climbed
from ocr.profile import Profile

Kind = Literal["recorded", "known", "duplicate", "failed"]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a worker made of a document. `document` is the SHA-256 of the file; times are milliseconds."""

    document: str
    record: Record
    pages: int
    size: int
    read_ms: float
    extract_ms: float
    decision: dict[str, Any] | None = None
    """Of a workflow: `recorded` values and the decision `trace`, as JSON."""
    climbed: Climbed | None = None
    """What the ladder took; None where it was not asked for."""
    profile: Profile | None = None
    """What the document looks like; None where no page was read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`recorded` now, `known` from an earlier run, `duplicate` of another path of this batch, or `failed`.

    `position` counts the paths of the batch from 0. A failure has a `reason`, one stable word, and a `message` with
    the remedy, neither with document text; so has a recorded document that left the ladder early (`Climbed.left`).
    """

    position: int
    path: str
    kind: Kind
    document: str | None = None
    reason: str = ""
    message: str = ""
    extraction: Extraction | None = None
