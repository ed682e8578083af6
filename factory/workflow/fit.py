"""What a workflow may ask of its template: `decision` does all; the others decide on values and records alone."""

from collections.abc import Iterator, Mapping
from typing import Any

import templates.workflows.logic as logic
import templates.workflows.values as reading
from factory.rules import Variable
from factory.rules.parse import nearest
from factory.rules.tree import argument
from factory.workflow.calls import canonical
from factory.workflow.spec import InputValidation, WorkflowSpec
from factory.yaml_places import Location
from runtime.given import Given, to_python
from runtime.workflow_plan import Typed

OWN = ("values", "handle", "check", "fallback", "process", "respond", "validate")
TAKEN = frozenset((*OWN, *vars(logic), *vars(reading)))
"""Names that the templates and what fills them use themselves."""
STEPS = {
    "sync": ("deterministic_rule", "input_validation"),
    "stream": ("deterministic_rule", "input_validation"),
    "batch": ("deterministic_rule", "input_validation"),
    "input_validator": ("input_validation",),
}
"""The steps that a template performs, where that is not all."""


class TemplateError(ValueError):
    """Something that the spec asks of its template and cannot have."""

    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location


def check_template(spec: WorkflowSpec) -> None:
    """Raises TemplateError, with the location in the spec, for the first thing that the template cannot do."""
    template = spec.metadata.template
    for location, what in _beyond(spec) if template in STEPS else ():
        raise TemplateError(location, f"the template {template!r} {what}")


def check_fallback(step: InputValidation, variables: Mapping[str, Variable]) -> None:
    """Every fallback is a value of an input's type. Raises TemplateError; the location is below the step."""
    for name, value in step.fallback.items():
        if name not in variables:
            raise TemplateError(("fallback", name), f"no input {name!r}{nearest(name, variables)}")
        about = variables[name]
        kind: Any = about.type
        if to_python(Given(canonical(value)), Typed(kind, "", about.values, about.whole)) is None:
            raise TemplateError(("fallback", name), f"not {kind_of(about)}")


def kind_of(about: Variable) -> str:
    """A variable's type for people."""
    if about.values:
        return f"one of {', '.join(about.values)}"
    number = "a whole number" if about.whole else "a number"
    return {"boolean": "true or false", "number": number, "date": "a date YYYY-MM-DD", "text": "a text"}[about.type]


def _beyond(spec: WorkflowSpec) -> Iterator[tuple[Location, str]]:
    template = spec.metadata.template
    if "cms_timeframes" in spec.metadata.compliance:
        yield ("metadata", "compliance"), "has no timers, which cms_timeframes needs; use `template: decision`"
    for place, one in enumerate(spec.inputs):
        if one.type == "document":
            yield ("inputs", place, "type"), "takes values and records, no document; use `template: decision`"
        for name in (one.name, *(argument(f"{one.name}.{field}") for field in one.fields)):
            if name in TAKEN:
                yield ("inputs", place, "name"), f"uses the name {name!r} itself; choose another"
    for place, step in enumerate(spec.logic_requirements):
        here: Location = ("logic_requirements", place)
        if step.type not in STEPS[template]:
            allowed = " and ".join(STEPS[template])
            yield (*here, "type"), f"performs {allowed} steps alone; for {step.type} use `template: decision`"
        if step.step in TAKEN:
            yield (*here, "step"), f"uses the name {step.step!r} itself; choose another"
        if isinstance(step, InputValidation) and step.fallback and template != "input_validator":
            yield (*here, "fallback"), "mends nothing; use `template: input_validator`, or take `fallback` out"
