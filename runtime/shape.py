"""Which fields a record has, in the order of the spec, and what kind of value each holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast, get_args

import yaml
from pydantic import ValidationError

from extractors.candidate import Kind
from runtime.artifact import HANDLERS, SPEC, Artifact, template_of
from runtime.errors import ArtifactError
from runtime.record import HEADER, place_of
from runtime.workflow_plan import PLAN, WorkflowPlan
from security.policy import Policy


@dataclass(frozen=True)
class Column:
    """A field or a column of the line items; `choices` are the allowed values of an enum."""

    kind: Kind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """Fields and line-item columns by name, in the order of the spec."""

    fields: dict[str, Column]
    line_items: dict[str, Column]
    audit: float = 0.0
    """Share of records of which a person checks what was accepted, drawn at random."""
    inputs: tuple[str, ...] = ()
    """Of a template that handles values: the case's inputs, `amount` or `order.placed`, which are fields too."""

    @staticmethod
    def of(artifact: Artifact) -> "Shape":
        """Read from the artifact's own spec, or a workflow's plan. Raises ArtifactError where it has none."""
        if PLAN in artifact.files:
            plan = WorkflowPlan.from_json(artifact.files[PLAN].decode("utf-8", "replace"))
            return _of_plan(plan, template_of(artifact.manifest) in HANDLERS)
        try:
            data = yaml.safe_load(artifact.spec_yaml)
            columns = (data.get("line_items") or {}).get("columns") or {}
            audit = float((data.get("accuracy") or {}).get("audit", 0.0))
            return Shape(_columns(data["fields"]), _columns(columns), audit)
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError):
            raise ArtifactError(f"{SPEC} names no fields; compile the spec again") from None

    def column(self, field: str) -> Column:
        """The column that a path such as `iban` or `line_items[3].quantity` belongs to; text where it is unknown."""
        row, name = place_of(field)
        return (self.fields if row == HEADER else self.line_items).get(name, Column("text"))


def _of_plan(plan: WorkflowPlan, handles_values: bool) -> Shape:
    """A workflow's record: what its steps read, or its case brings, then what its rules decide."""
    fields: dict[str, Column] = dict(_inputs(plan)) if handles_values else {}
    inputs = tuple(fields)
    for step in plan.all_steps:
        if step.type in ("bounded_invocation", "extract", "call"):
            fields |= {name: Column(cast(Kind, one.kind), one.values) for name, one in step.fields.items()}
    for step in plan.steps:
        if step.type in ("deterministic_rule", "human_review"):
            decisions = tuple(dict.fromkeys((*(one.decision for one in step.branches), *step.choices)))
            fields[step.name] = Column("enum", decisions)
    return Shape(fields, {}, inputs=inputs)


def _inputs(plan: WorkflowPlan) -> Iterator[tuple[str, Column]]:
    for one in plan.inputs:
        if one.type != "record":
            yield one.name, _column(one.type, one.values)
        for name, about in one.fields.items():
            given = {"type": about} if isinstance(about, str) else about
            yield f"{one.name}.{name}", _column(given["type"], tuple(map(str, given.get("values") or ())))


def _column(kind: str, values: tuple[str, ...]) -> Column:
    """Extractors call a whole number a number."""
    return Column(cast(Kind, "number" if kind == "integer" else kind), values)


def gates_of(artifact: Artifact) -> Policy:
    """What the artifact's spec says happens to what the gates find. Raises ArtifactError where it cannot be read."""
    try:
        data = yaml.safe_load(artifact.spec_yaml)
        return Policy.model_validate((data.get("fallback") or {}).get("gates") or {})
    except (yaml.YAMLError, ValidationError, AttributeError):
        raise ArtifactError(f"{SPEC}: `fallback.gates` cannot be read; compile the spec again") from None


def _columns(data: dict[str, dict[str, object]]) -> dict[str, Column]:
    columns = {}
    for name, about in data.items():
        kind, choices = about["type"], about.get("values") or ()
        if kind not in get_args(Kind) or not isinstance(choices, list | tuple):
            raise TypeError(name)
        columns[name] = Column(cast(Kind, kind), tuple(str(choice) for choice in choices))
    return columns
