"""What a model answers for a function spec: what is called, its arguments, and utterances that call it."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field

FUNCTION = """\
You draft the spec of one function that people call in plain words: its name, its parameters, example utterances, as
JSON.

- Names: lower-case English, digits and underscores, a letter first. `function` is the name of what is called, a verb
  and its object, such as `book_table`.
- Types of parameters: string, integer, number, boolean, date (2026-01-31), enum (only with `values`).
- `required`: whether there is no call without the parameter.
- `examples`: utterances as different people would say them, each with the arguments of the right call. A string is
  copied from its utterance word by word; parameters that an utterance does not name are left out.
- `synonyms`: other words that people use for a value of an enum; often none.

Only what the text asks for: no parameter of your own."""

_TYPES: dict[str, dict[str, Any]] = {"date": {"type": "string", "format": "date"}, "enum": {"type": "string"}}


class ParameterDraft(BaseModel):
    """A parameter."""

    name: str = Field(max_length=40)
    type: Literal["string", "integer", "number", "boolean", "date", "enum"]
    description: str = Field("", max_length=200)
    required: bool = False
    values: list[str] = Field(default_factory=list, max_length=40)

    def to_schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        schema = dict(_TYPES.get(self.type, {"type": self.type}))
        if self.type == "enum":
            schema["enum"] = self.values
        return {**schema, **({"description": self.description} if self.description else {})}


class ArgumentDraft(BaseModel):
    """An argument of a call."""

    name: str = Field(max_length=40)
    value: bool | int | float | str


class UtteranceDraft(BaseModel):
    """An utterance, and the call it asks for."""

    utterance: str = Field(min_length=1, max_length=300)
    arguments: list[ArgumentDraft] = Field(max_length=20)


class SynonymDraft(BaseModel):
    """Other words for a value."""

    value: str = Field(max_length=40)
    words: list[str] = Field(max_length=10)


class FunctionDraft(BaseModel):
    """A function spec, in parts."""

    function: str = Field(max_length=40)
    description: str = Field(max_length=200)
    parameters: list[ParameterDraft] = Field(min_length=1, max_length=20)
    examples: list[UtteranceDraft] = Field(min_length=1, max_length=6)
    synonyms: list[SynonymDraft] = Field(default_factory=list, max_length=20)

    def to_spec(self, name: str) -> dict[str, Any]:
        """The spec's mapping; the loader judges it."""
        parameters = {
            "type": "object",
            "properties": {one.name: one.to_schema() for one in self.parameters},
            "required": [one.name for one in self.parameters if one.required],
            "additionalProperties": False,  # so that the loader objects to an argument that is no parameter
        }
        spec: dict[str, Any] = {
            "kind": "function",
            "name": name,
            "description": self.description,
            "function": {"name": self.function, "description": self.description, "parameters": parameters},
        }
        if self.synonyms:
            spec["synonyms"] = {one.value: one.words for one in self.synonyms}
        spec["examples"] = [
            {"utterance": one.utterance, "arguments": {part.name: part.value for part in one.arguments}}
            for one in self.examples
        ]
        return spec

    def confirm(self) -> Iterator[str]:
        """What a person should look at: every parameter, and the call of every example."""
        for one in self.parameters:
            allowed = f" of {', '.join(one.values)}" if one.type == "enum" else ""
            needed = ", required" if one.required else ""
            yield f"{one.name} ({one.type}{allowed}{needed}): {one.description or one.name.replace('_', ' ')}"
        for example in self.examples:
            arguments = ", ".join(f"{part.name}={part.value!r}" for part in example.arguments)
            yield f'"{example.utterance}" calls {self.function}({arguments})'
