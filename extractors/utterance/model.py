"""All that compiled functions learned and know of their schemas, as plain numbers and words: `weights.json`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from extractors.utterance.check import Check, checker
from extractors.utterance.features import NAMES, NUMBER_OF, Slot
from extractors.utterance.route import Profile, Router, Signals
from extractors.utterance.score import Scorer

UNBOUND = frozenset(("type", "description", "title", "default", "examples", "items"))
"""Keywords that do not narrow a value further than its type does."""


@dataclass(frozen=True)
class FunctionModel:
    """One function: its schema, its slots in order, and what the router knows of it."""

    name: str
    schema: dict[str, Any]
    slots: tuple[Slot, ...]
    profile: Profile

    @cached_property
    def fits(self) -> Check:
        """Whether the schema accepts arguments."""
        return checker(self.schema)

    @cached_property
    def bounds(self) -> tuple[Check | None, ...]:
        """By slot a check of its values, where the parameter's schema says more than a type."""
        parts = [part_of(self.schema, slot.path) for slot in self.slots]
        return tuple(None if about.keys() <= UNBOUND else checker(about) for about in parts)

    def allows(self, name: str, value: Any) -> bool:
        """Whether the schema of this parameter accepts the value by itself."""
        return name in self.parameters and self.parameters[name](value)

    @cached_property
    def parameters(self) -> dict[str, Check]:
        """Checks of the parameters by name."""
        return {name: checker(about) for name, about in (self.schema.get("properties") or {}).items()}


@dataclass(frozen=True)
class CallModel:
    """Functions, the weights of all indicators (in the order of `features.NAMES`), the router and the threshold."""

    functions: tuple[FunctionModel, ...]
    weights: tuple[float, ...]
    router: Router
    calibration: tuple[tuple[float, float], ...]
    threshold: float
    """Confidence from which a call needs no second look."""
    least: float
    """Probability under which no function is asked for."""

    @cached_property
    def scorers(self) -> dict[str, tuple[Scorer, ...]]:
        """For each function one scorer a slot."""
        return {one.name: tuple(Scorer(slot, self.weights) for slot in one.slots) for one in self.functions}

    @cached_property
    def signals(self) -> dict[str, Signals]:
        """For each function what the router looks at."""
        return {one.name: Signals(one.profile, self.router) for one in self.functions}

    def to_json(self) -> str:
        """The same model gives the same text."""
        data = {
            "functions": [
                {
                    "name": function.name,
                    "schema": function.schema,
                    "slots": [_slot_to_dict(slot) for slot in function.slots],
                    "profile": function.profile.to_dict(),
                }
                for function in self.functions
            ],
            "weights": {name: weight for name, weight in zip(NAMES, self.weights, strict=True) if weight},
            "router": asdict(self.router),
            "calibration": self.calibration,
            "threshold": self.threshold,
            "least": self.least,
        }
        return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @staticmethod
    def from_json(text: str) -> "CallModel":
        """Raises ValueError, KeyError or TypeError where the text is no model."""
        data = json.loads(text)
        functions = tuple(
            FunctionModel(
                str(one["name"]),
                one["schema"],
                tuple(_slot_from_dict(slot) for slot in one["slots"]),
                Profile.from_dict(one["profile"]),
            )
            for one in data["functions"]
        )
        knots = tuple((float(raw), float(share)) for raw, share in data["calibration"])
        return CallModel(
            functions,
            weights_of(data["weights"]),
            Router(**data["router"]),
            knots,
            float(data["threshold"]),
            float(data["least"]),
        )


def weights_of(named: Mapping[str, float]) -> tuple[float, ...]:
    """Weights in the order of NAMES. Raises KeyError for a name that is no indicator."""
    weights = [0.0] * len(NAMES)
    for name, weight in named.items():
        weights[NUMBER_OF[name]] = float(weight)
    return tuple(weights)


def part_of(schema: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The schema of the parameter that `path` leads to."""
    about: Any = schema
    for key in path:
        about = about["properties"][key]
    return dict(about)


def _slot_to_dict(slot: Slot) -> dict[str, Any]:
    data = asdict(slot)
    return data | {"function_words": sorted(slot.function_words), "spelled": sorted(slot.spelled)}


def _slot_from_dict(data: Mapping[str, Any]) -> Slot:
    anchors = tuple((tuple(left), tuple(right)) for left, right in data["anchors"])
    return Slot(
        **{
            **data,
            "path": tuple(data["path"]),
            "function_words": frozenset(data["function_words"]),
            "spelled": frozenset(data["spelled"]),
            "anchors": anchors,
            "forms": tuple(data["forms"]),
            "units": tuple(data["units"]),
            "other_units": tuple(data["other_units"]),
        }
    )
