"""The JSON Schema of spec files of every kind, for completion in editors and for checks by other programs.

It says what keys there are and of what type values are. What holds between values (names that exist, rules that
parse) is the loaders' to say.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from factory.functions.spec import FunctionSpec, ToolsetSpec
from factory.spec import DocumentSpec
from factory.workflow.spec import WorkflowSpec

KINDS: dict[str, type[BaseModel]] = {
    "document": DocumentSpec,
    "workflow": WorkflowSpec,
    "function": FunctionSpec,
    "toolset": ToolsetSpec,
}


def spec_schema(kind: str | None = None) -> dict[str, Any]:
    """The schema of one kind's spec files; of all kinds, told apart as the loaders do, where none is named."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Code Factory spec"}
    if kind is not None:
        return dict(_strict({**KINDS[kind].model_json_schema(), **head}))
    references, definitions = models_json_schema([(model, "validation") for model in KINDS.values()])
    of = {name: references[model, "validation"] for name, model in KINDS.items()}
    workflow = {"anyOf": [_says("workflow"), {"required": ["logic_requirements"]}]}
    told_apart = {
        "if": _says("function"),
        "then": of["function"],
        "else": {
            "if": _says("toolset"),
            "then": of["toolset"],
            "else": {"if": workflow, "then": of["workflow"], "else": of["document"]},
        },
    }
    return dict(_strict({**head, "type": "object", **told_apart, **definitions}))


def _says(kind: str) -> dict[str, Any]:
    return {"properties": {"kind": {"const": kind}}, "required": ["kind"]}


def _strict(schema: Any) -> Any:
    """The schema, with keys that match no pattern refused: Pydantic leaves them open."""
    if isinstance(schema, dict):
        found = {key: _strict(value) for key, value in schema.items()}
        return {**found, "additionalProperties": False} if "patternProperties" in found else found
    return [_strict(one) for one in schema] if isinstance(schema, list) else schema
