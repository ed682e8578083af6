"""A value that a decision may rest on, with where it came from; and how rules compute with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

from extractors.candidate import FieldValue
from ocr.document import Box
from runtime.workflow_plan import Typed
from templates.workflows.values import as_day, as_number, as_text, as_truth

Source = Literal["input", "embedded", "compiled", "ocr_retry", "model", "person", "call", "rule"]


@dataclass(frozen=True)
class Given:
    """One value. `value` is canonical text: `true`, `8.4`, `2026-01-31`; None where there is none."""

    value: str | None
    status: str = "found"
    """As of a FieldValue: found, not_found, low_confidence, ungrounded, corrected."""
    confidence: float = 1.0
    source: Source = "input"
    by: str = ""
    """Which artifact, model or person gave it."""
    quote: str = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    """x0, y0, x1, y1 in page units."""

    @property
    def doubtful(self) -> bool:
        """Whether nobody should rely on it."""
        return self.status in ("low_confidence", "ungrounded")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Given":
        """The inverse. Raises TypeError where the shape is wrong."""
        box = data.get("box")
        return Given(**{**data, "box": None if box is None else (box[0], box[1], box[2], box[3])})


Recorded = dict[str, Given]
"""All values of a case that did not come from a rule, by name; rows of lists as `invoice.lines` in one JSON text."""


def given_of(value: FieldValue, by: str, quote: str = "") -> Given:
    """An extracted value."""
    box = value.box
    corners = None if box is None else (box.x0, box.y0, box.x1, box.y1)
    return Given(value.value, value.status, value.confidence, value.source, by, quote, value.page, corners)


def field_value(given: Given) -> FieldValue:
    """The same as the store keeps it."""
    box = None if given.box is None else Box(given.page or 1, *given.box)
    status: Any = given.status
    source: Any = (
        given.source if given.source in ("embedded", "compiled", "ocr_retry", "model", "person") else "compiled"
    )
    return FieldValue(given.value, status, given.confidence, given.page, box, source)


def to_python(given: Given | None, typed: Typed) -> bool | Fraction | int | str | None:
    """What a rule computes with; None where the value is missing or is no value of its type."""
    if given is None or given.value is None:
        return None
    match typed.type:
        case "boolean":
            return as_truth(given.value)
        case "number":
            return as_number(given.value, typed.whole)
        case "date":
            return as_day(given.value)
        case "text":
            return as_text(given.value, typed.values)
