"""What the systems that ask a model on every document share: schema, question, server."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from benchmarks.baselines.system import Answer, Cells, NotHereError, Options, Tokens
from extractors.normalise.value import canonical
from factory.golden import Example
from factory.spec import DocumentSpec
from inference.local import serve
from inference.model import ModelName

INSTRUCTIONS = (
    "Extract the fields from the document. Give dates as YYYY-MM-DD and amounts as plain decimals; null where a field "
    "is not in the document. Answer with one JSON object."
)
LONGEST_DOCUMENT = 12_000
"""Characters of a document that are sent: about 4,000 tokens, so that question and answer fit a small context."""
OUTPUT_TOKENS = 1500

ENDPOINTS = {"openai": "https://api.openai.com/v1", "anthropic": "https://api.anthropic.com/v1/"}


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible chat server."""

    url: str
    key: str
    model: str


def need_model(options: Options) -> ModelName:
    """The model. Raises NotHereError without one."""
    if options.model is None:
        raise NotHereError("asks a model on every document; give one with --model")
    return options.model


def endpoint(model: ModelName) -> Endpoint:
    """Where frameworks reach `model`. Raises NotHereError for servers without the OpenAI protocol."""
    if model.provider == "local":
        server = serve(Path(model.name))
        return Endpoint(server.url, server.key, Path(model.name).stem)
    if model.provider == "anthropic-compatible":
        raise NotHereError("the frameworks speak the OpenAI protocol; name the server as openai-compatible:NAME@URL")
    url = model.url or ENDPOINTS[model.provider]
    return Endpoint(url, os.environ.get(model.key_variable) or "none", model.name)


def question(spec: DocumentSpec, example: Example) -> str:
    """The user's message: the fields and the document's text."""
    return f"{describe(spec)}\n\nDocument:\n{text_of(example)}"


def describe(spec: DocumentSpec) -> str:
    """A line a field: name, type, description."""
    return "\n".join(f"- {name} ({part.type}): {part.description}" for name, part in spec.fields.items())


def text_of(example: Example) -> str:
    """The document's text, row by row, as much as is sent."""
    return example.document.text[:LONGEST_DOCUMENT]


def answer_model(spec: DocumentSpec, line_items: bool) -> type[BaseModel]:
    """The shape of the answer: every field a text or null, and rows of such cells where asked for."""
    parts: dict[str, Any] = {
        name: (str | None, Field(default=None, description=part.description)) for name, part in spec.fields.items()
    }
    if line_items and spec.line_items is not None:
        cells: dict[str, Any] = {name: (str | None, Field(default=None)) for name in spec.line_items.columns}
        row = create_model("Row", __config__=ConfigDict(extra="forbid"), **cells)
        parts["line_items"] = (list[row], Field(default_factory=list))
    return create_model("Extraction", __config__=ConfigDict(extra="forbid"), **parts)


def to_answer(spec: DocumentSpec, data: dict[str, Any], tokens: Tokens) -> Answer:
    """An answer from parsed JSON, each value made canonical where it can be read as its type."""
    fields = {name: _value(part.type, data.get(name)) for name, part in spec.fields.items()}
    rows: list[Cells] = []
    if spec.line_items is not None:
        columns = spec.line_items.columns
        for row in data.get("line_items") or []:
            rows.append({name: _value(part.type, row.get(name)) for name, part in columns.items()})
    return Answer(fields, rows, tokens=tokens)


def _value(kind: Any, value: Any) -> str | None:
    if value is None or not str(value).strip():
        return None
    return canonical(kind, str(value)) or str(value)


def missing(package: str) -> str:
    """The sentence for a package that is not installed."""
    return f"{package} is not installed here; `make bench-tools` installs it into .venv-bench"
