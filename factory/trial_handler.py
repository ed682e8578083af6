"""Inside the sandbox: what a template calls of its artifact, on cases at the edge, held against the artifact's plan."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from factory.promises import PromiseError
from runtime.given import Given
from runtime.load import LoadedWorkflow
from runtime.workflow_plan import PlannedInput
from runtime.workflow_run import decide
from templates.workflows.values import canonical

WRONG = {"list": "no list", "boolean": 7, "number": "no number", "integer": 0.5, "date": "no date", "enum": "?"}
"""A value that is none, by type; texts have none."""
EDGES: Mapping[str, tuple[Any, Any]] = {
    "boolean": (False, True),
    "number": (0, 10**30),
    "integer": (0, 10**30),
    "date": ("0001-01-01", "9999-12-31"),
    "text": ("", "x" * 10_000),
    "list": ([], [{}] * 1_000),
}


def handler_answers(loaded: LoadedWorkflow) -> list[object]:
    """What it answers on each of these cases. Raises PromiseError where that is another decision than the plan's."""
    validate: Callable[[dict[str, Any]], Any] | None = getattr(loaded.module, "validate", None)
    if validate is not None:
        return [_plain(asdict(validate(case))) for case in edge_cases(loaded)]
    answers = [(case, _plain(loaded.module.HANDLE(case))) for case in edge_cases(loaded)]
    for case, answer in answers:
        recorded = {name: Given(canonical(value)) for name, value in case.items() if value is not None}
        wanted = dict(decide(loaded, recorded).outcomes)
        if {name: one["decision"] for name, one in answer["rules"].items()} != wanted:
            raise PromiseError("wrong-decision", "handles a case other than its rules decide it")
    return [answer for _, answer in answers]


def edge_cases(loaded: LoadedWorkflow) -> Iterator[dict[str, Any]]:
    """All missing, least and most of every type; each input missing, and each one no value of its type."""
    inputs = loaded.plan.inputs
    full = [{one.name: _value(one, place) for one in inputs} for place in (0, 1)]
    yield {}
    yield {"no such input": 1}
    yield from full
    for case in full:
        for one in inputs:
            yield {**case, one.name: None}
            yield {**case, one.name: _value(one, 2)}


def _value(one: PlannedInput, place: int) -> Any:
    if one.type == "record":
        return {name: _edge(about["type"], about.get("values", ()), place) for name, about in one.fields.items()}
    return _edge(one.type, one.values, place)


def _edge(kind: str, values: Any, place: int) -> Any:
    if place == 2:
        return WRONG.get(kind, "")
    return values[-place] if values else EDGES[kind][place]


def _plain(answer: Any) -> Any:
    """The answer as JSON. Raises PromiseError."""
    try:
        return json.loads(json.dumps(answer))
    except (TypeError, ValueError):
        raise PromiseError("wrong-type", "answers something that is no JSON") from None
