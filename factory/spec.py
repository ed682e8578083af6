"""What a user writes: a spec, checked by Pydantic, with errors that name the file, the line and the fix.

`load_spec(path)` takes a spec folder (with `spec.yaml` in it) or the file itself.
"""

import difflib
import keyword
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from extractors.candidate import Kind
from extractors.checks import parse_check
from extractors.fallback import Fallback
from extractors.fields import __all__ as proposers
from factory.spec_file import SpecError, as_name, file_of, parse_mapping, read_text
from factory.yaml_places import mark_of
from security.policy import Policy

RESERVED = frozenset((*keyword.kwlist, *proposers, "document", "line_items", "list"))
"""Each field becomes a function of its name: these would hide what generated code is written with."""


def _free(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"generated code uses the name {name!r} itself; choose another, such as `{name}_value`")
    return name


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
FieldName = Annotated[Name, AfterValidator(_free)]
Compliance = Literal["hipaa", "pci_dss", "soc2", "cms_timeframes"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Part):
    """One field to read from a document."""

    type: Kind = Field(description="What kind of value this is; it decides which proposer reads it.")
    description: str = Field("", description="What the field means, for people and for the model.")
    labels: tuple[str, ...] = Field((), description="Words that usually stand beside or above the value.")
    required: bool = Field(False, description="A document without this field goes to review.")
    values: tuple[str, ...] = Field((), description="For enum: the allowed values.")

    @model_validator(mode="after")
    def _enum_has_values(self) -> "FieldSpec":
        if (self.type == "enum") != bool(self.values):
            raise ValueError("`values` lists the allowed values of an `enum` field, and only of one")
        return self


class LineItems(_Part):
    """The table of line items: its columns, in the order in which records show them."""

    columns: dict[Name, FieldSpec] = Field(min_length=1)


class Check(_Part):
    """A statement about the fields that a right record satisfies, such as `net_total + tax_total == grand_total`.

    Arithmetic, comparisons, `sum(line_items.COLUMN)`, `line_items.quantity * line_items.unit_price` (for each row).
    A check whose fields are missing is not evaluated.
    """

    name: Name
    expression: str
    tolerance: float = Field(0.02, ge=0, description="How far two sides of `==` may lie apart, in the values' unit.")

    @field_validator("expression")
    @classmethod
    def _can_be_read(cls, expression: str, info: ValidationInfo) -> str:
        parse_check(info.data.get("name", "?"), expression)
        return expression


class Accuracy(_Part):
    """What the compiled code must reach on golden data, and how sure an answer must be to be accepted."""

    target_precision: float = Field(0.98, gt=0.5, lt=1)
    minimum: float = Field(0.5, ge=0, le=1, description="Least share of exact answers per field, on held-out folds.")
    minimum_per_field: dict[Name, float] = Field(default_factory=dict)
    audit: float = Field(0.0, ge=0, le=1, description="Share of records whose accepted answers a person checks too.")


class DocumentSpec(_Part):
    """A document type: the fields to read from it and what must hold between them."""

    kind: Literal["document"] = "document"
    name: Name | None = Field(None, description="The artifact's name; the folder's name where it is left out.")
    version: int = Field(1, ge=1)
    description: str = ""
    languages: tuple[str, ...] = Field((), description="ISO 639-1 codes, such as `en`, `de`; a hint for OCR.")
    fields: dict[FieldName, FieldSpec] = Field(min_length=1)
    line_items: LineItems | None = None
    checks: tuple[Check, ...] = ()
    vendor_field: Name | None = Field(None, description="The field by which examples are split; never at random.")
    fallback: Fallback = Fallback()
    accuracy: Accuracy = Accuracy()
    compliance: tuple[Compliance, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> "DocumentSpec":
        named = {"vendor_field": [self.vendor_field] if self.vendor_field else []}
        named["accuracy.minimum_per_field"] = list(self.accuracy.minimum_per_field)
        named["fallback.reliability"] = list(self.fallback.reliability)
        parsed = [parse_check(check.name, check.expression) for check in self.checks]
        named |= {f"checks.{check.name}": list(check.fields) for check in parsed}
        for key, names in named.items():
            for name in names:
                if name not in self.fields:
                    raise ValueError(f"`{key}` names {name!r}, which is not a field{_nearest(name, self.fields)}")
        columns = self.line_items.columns if self.line_items else {}
        for check in parsed:
            for name in check.columns:
                if name not in columns:
                    raise ValueError(
                        f"`checks.{check.name}` names line_items.{name}, no column{_nearest(name, columns)}"
                    )
        return self


Spec = DocumentSpec


def load_spec(path: Path) -> Spec:
    """Read a spec folder or file. Raises SpecError with `file:line:column: what, and how to mend it`."""
    file = file_of(path)
    text = read_text(file, "`factory new NAME` writes a spec folder")
    return parse_spec(text, str(file), default_name=file.resolve().parent.name)


def parse_spec(text: str, file: str = "spec.yaml", default_name: str = "unnamed") -> Spec:
    """Check the text of a spec. `file` stands in the messages; `default_name` serves where it has no `name`."""
    root, data = parse_mapping(text, file, "a spec is a mapping that begins with `kind: document`")
    if data.get("kind", "document") != "document":
        raise SpecError(f"{_where(file, root, ('kind',))}: unknown kind {data['kind']!r}; known: document")
    try:
        spec = DocumentSpec.model_validate(data)
    except ValidationError as error:
        lines = [_explain(file, root, dict(item)) for item in error.errors(include_url=False, include_input=False)]
        raise SpecError("\n".join(lines)) from None
    return spec if spec.name is not None else spec.model_copy(update={"name": as_name(default_name)})


def _nearest(name: str, known: object) -> str:
    matches = difflib.get_close_matches(name, list(known), n=1)  # type: ignore[call-overload]  # any iterable of names
    return f"; did you mean {matches[0]!r}?" if matches else ""


def _explain(file: str, root: yaml.Node, error: dict[str, object]) -> str:
    location = tuple(part for part in error["loc"] if part != "[key]")  # type: ignore[attr-defined]  # a tuple, by Pydantic
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = f"unknown key {location[-1]!r}{_nearest(str(location[-1]), _known_keys(location))}"
    elif error["type"] == "missing":
        message = f"`{location[-1]}` is missing; add it"
    elif error["type"] == "string_type":
        message = "text is wanted here; put it in quotes (YAML reads a bare No, Yes, On or 1.0 as something else)"
    elif error["type"] == "string_pattern_mismatch":
        message = f"{location[-1]!r} is no name: use lower-case letters, digits and underscores, a letter first"
    place = ".".join(str(part) for part in location)
    return f"{_where(file, root, location)}: {place + ': ' if place else ''}{message}"


def _known_keys(location: tuple[object, ...]) -> list[str]:
    """The keys that a mapping at `location` may hold."""
    parents: dict[str, type[BaseModel]] = {"fields": FieldSpec, "columns": FieldSpec, "checks": Check}
    parents |= {"fallback": Fallback, "accuracy": Accuracy, "gates": Policy}
    for part in reversed(location[:-1]):
        if part in parents:
            return list(parents[str(part)].model_fields)
        if part == "line_items":
            return list(LineItems.model_fields)
    return list(DocumentSpec.model_fields)


def _where(file: str, root: yaml.Node, location: tuple[object, ...]) -> str:
    """`file:line:column` of the deepest node that `location` reaches; of the key itself where there is one."""
    line, column = mark_of(root, location)
    return f"{file}:{line}:{column}"
