"""What a document's way up the ladder took: hashes, words and numbers, never a value or a document's text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inference.usage import Usage


@dataclass(frozen=True, slots=True)
class Called:
    """A question that was put to a model."""

    purpose: str
    model: str
    request: str
    """The request's hash; empty where no fitting answer came."""
    outcome: str
    """`answered`, or why not, as in `Climbed.left`."""
    usage: Usage


@dataclass(frozen=True, slots=True)
class Climbed:
    """`left` says in one word why calling stopped before its time, `message` what to do.

    The words: `budget`, `unavailable`, `gate`, `rejected`, `invalid`, `failed`; empty where nothing was left.
    """

    calls: tuple[Called, ...] = ()
    left: str = ""
    message: str = ""
    skipped: tuple[str, ...] = ()
    """Rungs that were not climbed, and why."""
    after: float | None = None
    """Seconds after which an `unavailable` model is to be asked again, where its server said so."""

    @property
    def usage(self) -> Usage:
        """What all calls spent."""
        return sum((call.usage for call in self.calls), Usage())

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Climbed":
        """The inverse of `to_dict`. Raises KeyError or TypeError where the shape is wrong."""
        calls = tuple(Called(**{**call, "usage": Usage(**call["usage"])}) for call in data["calls"])
        return Climbed(calls, data["left"], data["message"], tuple(data["skipped"]), data.get("after"))
