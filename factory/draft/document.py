"""What a model answers for a document spec."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from extractors.candidate import Kind

DOCUMENT = """\
You draft a spec for reading documents of one type: the fields to read, as JSON.

- Names: lower-case English, digits and underscores, a letter first; never a type's plural such as `dates` or `money`.
- Types: date, money, number, identifier (codes, numbers of things), party (people, organisations), address, text,
  enum (only with `values`), boolean.
- `labels`: words that are printed beside or above the value, in the languages of the documents.
- `required`: whether a document without the field must be looked at by a person.
- `columns`: those of the table of line items; empty where the documents have none.
- `checks`: statements that a right record satisfies, over the names of fields, such as `net + tax == total`, or with
  columns: `sum(line_items.amount) == net`. Only those that the text says or that must hold; often none.
- `vendor_field`: the field that says who issued the document; empty where there is none.

Only what the text asks for: no field, value or check of your own."""


class FieldDraft(BaseModel):
    """A field or a column."""

    name: str = Field(max_length=40)
    type: Kind
    description: str = Field("", max_length=200)
    labels: list[str] = Field(default_factory=list, max_length=8)
    required: bool = False
    values: list[str] = Field(default_factory=list, max_length=40)

    def to_spec(self) -> dict[str, Any]:
        """The field's mapping, without what is empty."""
        values = self.values if self.type == "enum" else []
        parts = {"type": self.type, "required": self.required, "description": self.description}
        return {key: value for key, value in {**parts, "labels": self.labels, "values": values}.items() if value}


class CheckDraft(BaseModel):
    """A statement between fields."""

    name: str = Field(max_length=40)
    expression: str = Field(max_length=200)


class DocumentDraft(BaseModel):
    """A document spec, in parts."""

    description: str = Field(max_length=200)
    fields: list[FieldDraft] = Field(min_length=1, max_length=40)
    columns: list[FieldDraft] = Field(default_factory=list, max_length=12)
    checks: list[CheckDraft] = Field(default_factory=list, max_length=8)
    vendor_field: str = ""

    def to_spec(self, name: str) -> dict[str, Any]:
        """The spec's mapping; the loader judges it."""
        spec: dict[str, Any] = {"kind": "document", "name": name, "description": self.description}
        spec["fields"] = {field.name: field.to_spec() for field in self.fields}
        if self.columns:
            columns = {column.name: column.to_spec() for column in self.columns}
            spec["line_items"] = {"columns": {key: {**one, "required": False} for key, one in columns.items()}}
        if self.checks:
            spec["checks"] = [check.model_dump() for check in self.checks]
        return {**spec, **({"vendor_field": self.vendor_field} if self.vendor_field else {})}

    def confirm(self) -> Iterator[str]:
        """What a person should look at."""
        for field in self.fields:
            needed = ", required" if field.required else ""
            yield f"{field.name} ({field.type}{needed}): {field.description or field.name.replace('_', ' ')}"
        for check in self.checks:
            yield f"must hold: {check.expression}"
