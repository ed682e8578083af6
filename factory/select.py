"""Choose what a spec is compiled with: the template, and which proposers each field may use."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import templates.workflows
from extractors.candidate import Kind
from factory.spec import DocumentSpec

PROPOSERS: dict[Kind, tuple[str, ...]] = {
    "date": ("dates",),
    "money": ("money", "numbers"),
    "number": ("numbers", "money"),
    "identifier": ("identifiers", "texts"),
    "party": ("parties", "texts"),
    "address": ("addresses", "texts"),
    "text": ("texts", "addresses", "identifiers", "parties"),
    "enum": ("enums",),
    "boolean": ("booleans",),
}
"""For each field type, the proposers of `extractors.fields` that suit it, the narrowest first."""


@dataclass(frozen=True)
class Plan:
    """The trusted parts of one compilation."""

    template: str
    template_source: str
    proposers: dict[str, tuple[str, ...]]
    """For each field, the proposers it may use."""

    @property
    def template_sha256(self) -> str:
        return hashlib.sha256(self.template_source.encode()).hexdigest()


def select(spec: DocumentSpec) -> Plan:
    """Algorithm 1, lines 1 and 2 of the paper: the template for the spec's kind, and the modules its fields need."""
    return select_template(spec.kind, spec)


def select_template(template: str, spec: DocumentSpec) -> Plan:
    """The same with a template of that name."""
    path = Path(templates.workflows.__file__).with_name(f"{template}.py")
    proposers = {name: PROPOSERS[field.type] for name, field in spec.fields.items()}
    return Plan(template, path.read_text(encoding="utf-8"), proposers)
