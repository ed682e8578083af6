"""Is this the document of a vendor that the examples have, and how many examples speak for each of its answers?

A name alone proves little: a known vendor's name may be printed as the buyer, by coincidence, or planted. So a document
is familiar where the value chosen for the vendor field is a vendor of the examples, and where it also says something
else that this vendor's examples say, in a field of habit: one whose value the documents of one vendor mostly share,
such as an address or a tax number. In a field of habit itself the very answer must be one that the vendor's examples
have. Where no field is of habit, the name is all that can be asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractors.candidate import Kind
from extractors.normalise.identifier import identifier_key
from extractors.normalise.text import collapse, fold
from extractors.normalise.value import canonical

ABSENT = ""
"""The key of "the document has no such value"."""
LEAST = 2
"""In a field of habit an answer is supported where so many examples of the vendor have it: one may be a slip."""


@dataclass(frozen=True)
class Vendor:
    """One vendor of the examples."""

    examples: int
    habits: Mapping[str, Mapping[str, int]]
    """For each field of habit, how many examples have each value, by `key_of`."""


@dataclass(frozen=True)
class Vendors:
    """The vendors of the examples, by `key_of` their name."""

    field: str
    kind: Kind
    habits: Mapping[str, Kind]
    """Fields whose value the documents of one vendor mostly share."""
    known: Mapping[str, Vendor]

    def support(self, answers: Mapping[str, str | None]) -> dict[str, int]:
        """For each answer, how many examples of the document's vendor speak for it; 0: as if of a stranger. O(fields).

        For the vendor and for fields that change from document to document these are the examples that share the most
        common of the document's answers in fields of habit.
        """
        name = answers.get(self.field)
        vendor = None if name is None else self.known.get(key_of(self.kind, name))
        if vendor is None:
            return dict.fromkeys(answers, 0)
        same = {
            field: vendor.habits.get(field, {}).get(key_of(kind, answers.get(field)), 0)
            for field, kind in self.habits.items()
        }
        shown = max((count for field, count in same.items() if answers.get(field) is not None), default=0)
        document = shown if self.habits else vendor.examples
        own = {field: min(count, document) if count >= LEAST else 0 for field, count in same.items()}
        return {field: own.get(field, document) for field in answers}

    def to_dict(self) -> dict[str, object]:
        """Plain JSON values, as `weights.json` has them."""
        known = {name: {"examples": one.examples, "habits": one.habits} for name, one in self.known.items()}
        return {"field": self.field, "kind": self.kind, "habits": dict(self.habits), "known": known}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Vendors":
        """Raises KeyError where a key is missing."""
        known = {name: Vendor(one["examples"], one["habits"]) for name, one in data["known"].items()}
        return Vendors(data["field"], data["kind"], data["habits"], known)


def key_of(kind: Kind, value: str | None) -> str:
    """What two prints of one value share, as `extractors.normalise.same` compares them; ABSENT for None."""
    if value is None:
        return ABSENT
    if kind == "identifier":
        return identifier_key(value)
    if kind in ("party", "address", "text"):
        return fold(value) or collapse(value)
    return (canonical(kind, value) or collapse(value)).casefold()
