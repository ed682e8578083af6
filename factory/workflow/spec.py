"""What a user writes for a workflow: the shape of the paper's Listing 1 (Appendix A), and more kinds of steps."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from extractors.fallback import Fallback
from factory.spec import Accuracy, Compliance, Name

ALIASES = {
    "hipaa": "hipaa", "pci_dss": "pci_dss", "pci": "pci_dss", "soc2": "soc2", "soc_2": "soc2",
    "cms_timeframes": "cms_timeframes", "cms_decision_timeframes": "cms_timeframes", "cms": "cms_timeframes",
}  # fmt: skip
TYPES = {
    "boolean": "boolean", "bool": "boolean", "float": "number", "number": "number", "decimal": "number",
    "money": "number", "int": "integer", "integer": "integer", "date": "date", "string": "text", "str": "text",
    "text": "text", "enum": "enum",
}  # fmt: skip
"""Types as people write them."""
Template = Literal["decision", "sync", "stream", "batch", "input_validator"]
"""Of `templates/workflows/`."""


def _any_case(words: Iterable[str]) -> dict[str, Any]:
    """JSON Schema of words in any letter case, with `-` or a blank for `_`; editors complete them as here."""
    letters = (
        "".join("[-_ ]" if char == "_" else f"[{char.upper()}{char}]" if char.isalpha() else char for char in word)
        for word in words
    )
    return {"type": "string", "anyOf": [{"enum": list(words)}, {"pattern": f"^({'|'.join(letters)})$"}]}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ValueSpec(_Part):
    """The type of a value; alone (`bmi: float`) or with more (`bmi: {type: float, description: ...}`)."""

    type: Literal["boolean", "number", "integer", "date", "text", "enum"]
    description: str = ""
    values: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    required: bool = False

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, data: Any) -> Any:
        data = {"type": data} if isinstance(data, str) else data
        if isinstance(data, dict) and isinstance(data.get("type"), str):
            return {**data, "type": TYPES.get(data["type"].lower(), data["type"])}
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Either form; types as people write them."""
        full = handler.resolve_ref_schema(handler(core))
        own = full["properties"]["type"]["enum"]
        words = _any_case((*TYPES, *(one for one in own if one not in TYPES)))
        full["properties"]["type"] = words
        return {"anyOf": [words, full]}

    @model_validator(mode="after")
    def _enum_has_values(self) -> "ValueSpec":
        if (self.type == "enum") != bool(self.values):
            raise ValueError("`values` lists the allowed values of an `enum`, and only of one")
        return self


class RecordField(ValueSpec):
    """A field of a record; of type `list` it holds rows, each with `fields`."""

    type: Literal["boolean", "number", "integer", "date", "text", "enum", "list"]  # type: ignore[assignment]
    fields: dict[Name, ValueSpec] = Field(default_factory=dict)


class InputSpec(_Part):
    """One input of a case."""

    name: Name
    type: Annotated[
        Literal["text", "document", "number", "integer", "date", "boolean", "enum", "record"],
        WithJsonSchema(_any_case((*TYPES, "document", "record"))),
    ]
    description: str = ""
    required: bool = True
    values: tuple[str, ...] = ()
    fields: dict[Name, RecordField] = Field(default_factory=dict)

    @field_validator("type", mode="before")
    @classmethod
    def _written_short(cls, value: Any) -> Any:
        return TYPES.get(value.lower(), value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _record_has_fields(self) -> "InputSpec":
        if (self.type == "record") != bool(self.fields):
            raise ValueError("`fields` lists the fields of a `record`, and only of one")
        if (self.type == "enum") != bool(self.values):
            raise ValueError("`values` lists the allowed values of an `enum`, and only of one")
        return self


class Escalation(_Part):
    """When a value is too doubtful to decide with."""

    threshold: float | None = Field(None, ge=0, le=1, description="Confidence; left out: as calibrated on golden data.")


class BoundedInvocation(_Part):
    """Read values of a text or document: compiled functions first, one bounded model call if there is a model."""

    step: Name
    type: Literal["bounded_invocation"]
    input: Name | None = Field(None, description="Which input; may be left out where there is one text or document.")
    values: dict[Name, ValueSpec] = Field(alias="schema", min_length=1)
    validation: tuple[str, ...] = Field((), description="Conditions; where one is false, a person decides.")
    fallback: Fallback = Fallback()
    escalation: Escalation = Escalation()


class DeterministicRule(_Part):
    """IF / THEN / ELSE. `missing: unmet` counts a condition that a missing value leaves open as not met."""

    step: Name
    type: Literal["deterministic_rule"]
    logic: str = Field(min_length=1)
    missing: Literal["review", "unmet"] = "review"
    restated: str = Field("", description="For logic in prose: the rule as a person confirmed it.")
    confirmed_by: str = Field("", description="Who confirmed `restated`.")


class Extract(_Part):
    """Fields of a document, read by the artifact of a `document` spec; its rows become the list INPUT.line_items."""

    step: Name
    type: Literal["extract"]
    input: Name
    spec: str = Field(description="Folder of the document spec, relative to this one.")
    fields: tuple[Name, ...] = Field(min_length=1)
    line_items: tuple[Name, ...] = Field((), description="Columns, for a `foreach` over INPUT.line_items.")
    validation: tuple[str, ...] = ()


class InputValidation(_Part):
    """Conditions on inputs; where one is false, a person decides. `fallback` is what `input_validator` mends with."""

    step: Name
    type: Literal["input_validation"]
    validation: tuple[str, ...] = Field((), description="Conditions; none: types alone.")
    fallback: dict[str, bool | int | float | str | date] = Field(
        default_factory=dict, description="By input, or RECORD.FIELD: the value where none can be used."
    )


class Call(_Part):
    """Call a module: `http`, `db` or `notify`. `with` holds its arguments; `{name}` in them is a value.

    `service` names an entry of `modules.toml` beside the registry: hosts, addresses and credentials stand there.
    """

    step: Name
    type: Literal["call"]
    module: Literal["http", "db", "notify"]
    service: Name
    operation: Literal["get", "post", "select", "execute", "send"]
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    returns: dict[Name, ValueSpec] = Field(default_factory=dict)
    fallback: dict[Name, bool | int | float | str | date] = Field(
        default_factory=dict, description="Values of `returns` where the service does not answer; else a person sees."
    )
    when: str = ""


class HumanReview(_Part):
    """Ask a person. The answer is one of `choices`."""

    step: Name
    type: Literal["human_review"]
    question: str
    choices: tuple[str, ...] = Field(min_length=2)
    when: str = ""


class Join(_Part):
    """The row of another list with the same key."""

    rows: str = Field(alias="list", description="INPUT.FIELD")
    by: Name


class Foreach(_Part):
    """The steps for every row of a list; the rows' decisions are counted as STEP.count and STEP.DECISION."""

    step: Name
    type: Literal["foreach"]
    over: str
    item: Name = Field("row", alias="as")
    join: dict[Name, Join] = Field(default_factory=dict)
    sums: tuple[Name, ...] = Field((), alias="sum", description="Number fields of a row to add up, as STEP.sum_FIELD.")
    steps: tuple["Step", ...] = Field(min_length=1)


class Parallel(_Part):
    """Steps that do not need each other."""

    step: Name
    type: Literal["parallel"]
    steps: tuple["Step", ...] = Field(min_length=2)


Step = Annotated[
    BoundedInvocation | DeterministicRule | Extract | InputValidation | Call | HumanReview | Foreach | Parallel,
    Field(discriminator="type"),
]
STEPS: dict[str, type[_Part]] = {
    "bounded_invocation": BoundedInvocation, "deterministic_rule": DeterministicRule, "extract": Extract,
    "input_validation": InputValidation, "call": Call, "human_review": HumanReview, "foreach": Foreach,
    "parallel": Parallel,
}  # fmt: skip


class Metadata(_Part):
    """Title, version, and the rules that the workflow is bound to."""

    name: str = Field(min_length=1, description="The title; the artifact's name is the folder's.")
    version: int = Field(1, ge=1)
    description: str = ""
    compliance: tuple[Annotated[Compliance, WithJsonSchema(_any_case(ALIASES))], ...] = ()
    template: Template = Field(
        "decision",
        description="What runs the rules: decision cases as they come, or one of "
        "sync, stream, batch, input_validator for values and records alone.",
    )

    @field_validator("compliance", mode="before")
    @classmethod
    def _written_freely(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [ALIASES.get(str(one).lower().replace("-", "_").replace(" ", "_"), one) for one in value]
        return value


class WorkflowSpec(_Part):
    """A workflow: what comes in, and what is done with it, in order."""

    kind: Literal["workflow"] = "workflow"
    metadata: Metadata
    inputs: tuple[InputSpec, ...] = Field(min_length=1)
    logic_requirements: tuple[Step, ...] = Field(min_length=1)
    accuracy: Accuracy = Accuracy()

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """Every step, outer ones first."""
        return tuple(inner for step in self.logic_requirements for inner in _with_inner(step))


def _with_inner(step: Step) -> list[Step]:
    inner = step.steps if isinstance(step, Foreach | Parallel) else ()
    return [step, *(found for one in inner for found in _with_inner(one))]


Foreach.model_rebuild()
Parallel.model_rebuild()
