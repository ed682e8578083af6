"""The `function` and `toolset` kinds: a callable function as JSON Schema, with example utterances.

    kind: function
    function: {name, description, parameters}     parameters is the JSON Schema of an object
    examples: [{utterance, arguments}]            one is enough, none is allowed
    synonyms: {VALUE: [other words for it]}       of enum values
    utterances: [utterance]                       without arguments: a model drafts them
    several: [{utterance, calls: [{function, arguments}]}]

A toolset holds several functions under `functions`; the compiled router picks one of them or none.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from extractors.utterance.schema import FunctionSchemaError, validator
from factory.spec import Name

FunctionName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.:/-]{0,127}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FunctionSchema(_Part):
    """What is called: the shape that function-calling models take."""

    name: FunctionName = Field(description="The name that a call carries.")
    description: str = Field("", description="What the function does; the router reads it.")
    parameters: dict[str, JsonValue] = Field(description="JSON Schema (draft 2020-12) of the arguments, an object.")

    @field_validator("parameters")
    @classmethod
    def _is_a_schema(cls, parameters: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if parameters.get("type", "object") != "object" or not isinstance(parameters.get("properties", {}), dict):
            raise ValueError("the schema of the arguments is of `type: object` with `properties`")
        try:
            validator(parameters)
        except FunctionSchemaError as error:
            raise ValueError(str(error)) from None
        return parameters


class UtteranceExample(_Part):
    """An utterance and the arguments that a right call has for it."""

    utterance: str = Field(min_length=1)
    arguments: dict[str, JsonValue]


class CallExample(_Part):
    """One of several calls."""

    function: FunctionName
    arguments: dict[str, JsonValue]


class SeveralExample(_Part):
    """An utterance that asks for several calls, in its order."""

    utterance: str = Field(min_length=1)
    calls: tuple[CallExample, ...] = Field(min_length=2)


class FunctionPart(_Part):
    """A function with its examples."""

    function: FunctionSchema
    examples: tuple[UtteranceExample, ...] = ()
    utterances: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        (), description="Utterances that ask for it, without arguments: a model drafts them for you to confirm."
    )
    synonyms: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Other words for enum values.")

    @field_validator("examples")
    @classmethod
    def _examples_fit(
        cls, examples: tuple[UtteranceExample, ...], info: ValidationInfo
    ) -> tuple[UtteranceExample, ...]:
        function = info.data.get("function")
        if function is not None:
            allowed = validator(function.parameters)
            for place, example in enumerate(examples, start=1):
                fault = next(iter(allowed.iter_errors(example.arguments)), None)
                if fault is not None:
                    where = ".".join(str(part) for part in fault.absolute_path) or "the arguments"
                    raise ValueError(f"example {place}: {where} do not fit the schema ({fault.validator})")
        return examples


class CallAccuracy(_Part):
    """What the compiled functions must reach."""

    minimum: float = Field(0.8, ge=0, le=1, description="Least share of exact calls on perturbed examples.")
    several: float = Field(
        0.8, ge=0, le=1, description="Least share of perturbed utterances of several calls that get all of them."
    )
    held_out: float = Field(0.0, ge=0, le=1, description="Least share of exact calls on examples left out in turn.")


class _Callable(_Part):
    name: Name | None = Field(None, description="The artifact's name; the folder's name where it is left out.")
    version: int = Field(1, ge=1)
    description: str = ""
    accuracy: CallAccuracy = CallAccuracy()
    several: tuple[SeveralExample, ...] = Field((), description="Utterances that ask for several calls, with those.")


class FunctionSpec(_Callable, FunctionPart):
    """One function: utterances become its arguments."""

    kind: Literal["function"] = "function"

    @property
    def parts(self) -> tuple[FunctionPart, ...]:
        """The one function, as a toolset would hold it."""
        return (self,)

    @model_validator(mode="after")
    def _calls_fit(self) -> "FunctionSpec":
        _check_calls(self.several, self.parts)
        return self

    def with_examples(self, place: int, examples: tuple[UtteranceExample, ...]) -> "FunctionSpec":
        """The same with other examples of the function at this place, which is 0."""
        del place
        return self.model_copy(update={"examples": examples})


class ToolsetSpec(_Callable):
    """Several functions: an utterance becomes a call of one of them, or of none."""

    kind: Literal["toolset"] = "toolset"
    functions: tuple[FunctionPart, ...] = Field(min_length=1)
    irrelevant: tuple[str, ...] = Field((), description="Utterances that ask for none of the functions.")

    @model_validator(mode="after")
    def _names_differ(self) -> "ToolsetSpec":
        names = [part.function.name for part in self.functions]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"the function {min(twice)!r} stands twice; every function has a name of its own")
        _check_calls(self.several, self.parts)
        return self

    @property
    def parts(self) -> tuple[FunctionPart, ...]:
        """All functions."""
        return self.functions

    def with_examples(self, place: int, examples: tuple[UtteranceExample, ...]) -> "ToolsetSpec":
        """The same with other examples of the function at this place."""
        changed = self.functions[place].model_copy(update={"examples": examples})
        return self.model_copy(update={"functions": (*self.functions[:place], changed, *self.functions[place + 1 :])})


CallableSpec = FunctionSpec | ToolsetSpec


def _check_calls(several: tuple[SeveralExample, ...], parts: tuple[FunctionPart, ...]) -> None:
    """Raises ValueError for a call of a function that is not there, or with arguments outside its schema."""
    schemas = {part.function.name: part.function.parameters for part in parts}
    for place, example in enumerate(several, start=1):
        for call in example.calls:
            if call.function not in schemas:
                raise ValueError(f"several {place}: no function {call.function!r}; there are: {', '.join(schemas)}")
            fault = next(iter(validator(schemas[call.function]).iter_errors(call.arguments)), None)
            if fault is not None:
                where = ".".join(str(part) for part in fault.absolute_path) or "the arguments"
                raise ValueError(f"several {place}: {where} do not fit the schema ({fault.validator})")
