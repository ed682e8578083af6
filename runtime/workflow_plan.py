"""The steps of a compiled workflow as data: `workflow.json` of its artifact. Code stands in `activity.py`, by name."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from runtime.errors import ArtifactError

PLAN = "workflow.json"
StepType = Literal[
    "bounded_invocation",
    "deterministic_rule",
    "extract",
    "input_validation",
    "call",
    "foreach",
    "parallel",
    "human_review",
]
ValueType = Literal["boolean", "number", "date", "text"]
InputType = Literal["text", "document", "number", "integer", "date", "boolean", "enum", "record"]


@dataclass(frozen=True)
class Typed:
    """A value's type; `values` for an enum, `kind` is how extractors call it."""

    type: ValueType
    kind: str = "text"
    values: tuple[str, ...] = ()
    whole: bool = False
    absent_is_false: bool = False
    """For a boolean that asks whether a document says something: where it says nothing, the answer is no."""
    description: str = ""


@dataclass(frozen=True)
class PlannedInput:
    """What a case must bring. `fields` for a record; a field of type `record` is a list of rows."""

    name: str
    type: InputType
    required: bool = True
    fields: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedCheck:
    """A condition that values must not break, as a function of the artifact. `line` is the spec's, 0 where added."""

    function: str
    text: str
    inputs: Mapping[str, Typed]
    """The variables that the function takes, in order."""
    line: int
    note: str = ""


@dataclass(frozen=True)
class PlannedBranch:
    """One branch of a rule: its decision, and where it stands in spec and artifact."""

    decision: str
    reason: str
    code: str
    spec_line: int
    artifact_line: int


@dataclass(frozen=True)
class PlannedStep:
    """One step. Which attributes are filled depends on `type`."""

    name: str
    type: StepType
    line: int
    input: str = ""
    """bounded_invocation, extract: the input that is read."""
    fields: Mapping[str, Typed] = field(default_factory=dict)
    """What the step gives, by name."""
    checks: tuple[PlannedCheck, ...] = ()
    threshold: float | None = None
    """bounded_invocation: confidence below which a value is doubtful; None: as calibrated."""
    fallback: Mapping[str, Any] = field(default_factory=dict)
    """bounded_invocation: model and budgets; call: canonical values where the service does not answer."""
    inputs: Mapping[str, Typed] = field(default_factory=dict)
    """deterministic_rule: the variables that the function takes, in order; call: those that its arguments hold."""
    branches: tuple[PlannedBranch, ...] = ()
    asks_for_missing: bool = False
    """Whether the rule itself says what a missing value means."""
    artifact: str = ""
    """extract: the address of the document artifact."""
    columns: tuple[str, ...] = ()
    """extract: of the line items, which become the list INPUT.line_items."""
    over: str = ""
    """foreach: the list, as INPUT.FIELD."""
    join: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """foreach: prefix to (list, key): the row of that list with the same key."""
    item: str = ""
    sums: tuple[str, ...] = ()
    """foreach: number fields of a row that are added up."""
    steps: tuple["PlannedStep", ...] = ()
    """foreach, parallel."""
    when: PlannedCheck | None = None
    """call, human_review: only where this holds."""
    module: str = ""
    service: str = ""
    """call: the entry of the module's settings."""
    operation: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    question: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkflowPlan:
    """All of it. `decision` is the step whose outcome is the workflow's."""

    title: str
    version: int
    compliance: tuple[str, ...]
    inputs: tuple[PlannedInput, ...]
    steps: tuple[PlannedStep, ...]
    decision: str

    def to_json(self) -> str:
        """The same bytes for the same plan."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> "WorkflowPlan":
        """Raises ArtifactError where it is no plan."""
        try:
            data = json.loads(text)
            inputs = tuple(PlannedInput(**{**one, "values": tuple(one["values"])}) for one in data["inputs"])
            steps = tuple(_step(one) for one in data["steps"])
            return WorkflowPlan(
                data["title"], data["version"], tuple(data["compliance"]), inputs, steps, data["decision"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ArtifactError(f"{PLAN} is no plan ({type(error).__name__}); compile the spec again") from error

    def step(self, name: str) -> PlannedStep:
        """A step by name, also one inside another. Raises KeyError."""
        return next(step for step in _all(self.steps) if step.name == name)

    @property
    def all_steps(self) -> tuple[PlannedStep, ...]:
        """Every step, outer ones first."""
        return tuple(_all(self.steps))

    @property
    def readings(self) -> tuple[PlannedStep, ...]:
        """The steps that read fields, and may ask a model."""
        return tuple(step for step in self.all_steps if step.type == "bounded_invocation")

    @property
    def calls(self) -> tuple[PlannedStep, ...]:
        """The steps that call a module."""
        return tuple(step for step in self.all_steps if step.type == "call")


def _all(steps: tuple[PlannedStep, ...]) -> list[PlannedStep]:
    return [found for step in steps for found in (step, *_all(step.steps))]


def _step(data: dict[str, Any]) -> PlannedStep:
    return PlannedStep(
        **{
            **data,
            "fields": {name: _typed(one) for name, one in data["fields"].items()},
            "inputs": {name: _typed(one) for name, one in data["inputs"].items()},
            "checks": tuple(_check(one) for one in data["checks"]),
            "when": None if data["when"] is None else _check(data["when"]),
            "branches": tuple(PlannedBranch(**one) for one in data["branches"]),
            "join": {name: (one[0], one[1]) for name, one in data["join"].items()},
            "steps": tuple(_step(one) for one in data["steps"]),
            "choices": tuple(data["choices"]),
            "sums": tuple(data["sums"]),
            "columns": tuple(data.get("columns", ())),
        }
    )


def _typed(data: dict[str, Any]) -> Typed:
    return Typed(**{**data, "values": tuple(data["values"])})


def _check(data: dict[str, Any]) -> PlannedCheck:
    return PlannedCheck(**{**data, "inputs": {name: _typed(one) for name, one in data["inputs"].items()}})
