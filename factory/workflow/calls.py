"""What a `call` step may say: the operation is the module's, and every `{name}` in its arguments is a known value."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from factory.rules import Variable
from factory.rules.parse import nearest
from factory.workflow.spec import Call
from factory.yaml_places import Location
from runtime.call_arguments import names_in
from runtime.given import Given, to_python
from runtime.workflow_plan import Typed

OPERATIONS: Mapping[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("http", "get"): (("path",), ("parameters",)),
    ("http", "post"): (("path", "body"), ()),
    ("db", "select"): (("statement",), ("parameters",)),
    ("db", "execute"): (("statement",), ("parameters",)),
    ("notify", "send"): (("what",), ()),
}
"""By module and operation: the arguments that must stand in `with`, and those that may."""
FIXED = ("statement",)
"""Arguments that hold no value: a statement takes its values as :parameters."""


class CallError(ValueError):
    """Something that a `call` step says and cannot mean; `location` below the step."""

    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location


def check_call(step: Call, variables: Mapping[str, Variable], decided: set[str]) -> dict[str, Variable]:
    """The values that the arguments hold, by name. `decided`: the rules so far. Raises CallError."""
    wanted = OPERATIONS.get((step.module, step.operation))
    if wanted is None:
        known = ", ".join(operation for module, operation in OPERATIONS if module == step.module)
        raise CallError(("operation",), f"{step.module} has no {step.operation!r}; it has {known}")
    needed, possible = wanted
    for name in step.arguments:
        if name not in (*needed, *possible):
            raise CallError(("with", name), f"no argument {name!r}{nearest(name, (*needed, *possible))}")
    for name in needed:
        if name not in step.arguments:
            raise CallError(("with",), f"`{name}` is missing; add it")
    _check_shape(step)
    _check_returns(step)
    found: dict[str, Variable] = {}
    for location, name in _named(step.arguments):
        if location[0] in FIXED:
            raise CallError(("with", *location), f"no value stands in a {location[0]}; use :{name} and `parameters`")
        if name not in variables:
            raise CallError(("with", *location), f"unknown value {name!r}{nearest(name, variables)}")
        if step.module == "notify" and name not in decided:
            raise CallError(
                ("with", *location), f"a notice holds no values of a case, only what rules decide: not {name!r}"
            )
        found[name] = variables[name]
    return found


def canonical(value: bool | int | float | str | date) -> str:
    """A value of a spec as it is recorded."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _check_shape(step: Call) -> None:
    for name, value in step.arguments.items():
        wanted: type = dict if name in ("parameters", "body") else str
        if not isinstance(value, wanted):
            raise CallError(("with", name), "a mapping is wanted" if wanted is dict else "text is wanted")
    path = step.arguments.get("path", "/")
    if not path.startswith("/") or path.startswith("//"):
        raise CallError(("with", "path"), "a path begins with one `/`; the host stands in modules.toml")


def _check_returns(step: Call) -> None:
    if step.returns and step.operation in ("execute", "send"):
        raise CallError(("returns",), f"{step.operation} answers nothing; take `returns` out")
    for name, value in step.fallback.items():
        if name not in step.returns:
            raise CallError(("fallback", name), f"not one of `returns`{nearest(name, step.returns)}")
        about = step.returns[name]
        basic: Any = {"integer": "number", "enum": "text"}.get(about.type, about.type)
        if to_python(Given(canonical(value)), Typed(basic, "", about.values, about.type == "integer")) is None:
            raise CallError(("fallback", name), f"not a value of type {about.type}")
    if step.fallback and (left := sorted(set(step.returns) - set(step.fallback))):
        raise CallError(("fallback",), f"says nothing of {left[0]!r}; a fallback gives every value of `returns`")


def _named(value: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _named(one, (*location, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _named(one, (*location, place))
    elif isinstance(value, str):
        try:
            names = names_in(value)
        except ValueError:
            raise CallError(("with", *location), "a value is `{name}`; a brace itself is `{{` or `}}`") from None
        for name in names:
            yield location, name
