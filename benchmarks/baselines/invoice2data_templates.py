"""invoice2data: the real package with the templates that it ships, where one matches; else no answer.

Its names for what it reads are translated to those of the spec by type and usual meaning.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.baselines.asking import missing
from benchmarks.baselines.system import Answer, NotHereError, Options, Prepared, System
from extractors.normalise.value import canonical
from factory.golden import Example
from factory.spec import DocumentSpec

MEANINGS: Mapping[str, tuple[str, ...]] = {
    "issuer": ("company", "seller_name", "vendor", "supplier"),
    "amount": ("total", "grand_total", "amount", "gross_amount"),
    "date": ("date", "issue_date", "invoice_date"),
    "invoice_number": ("invoice_number", "number"),
    "vat": ("seller_vat_id",),
    "currency": ("currency",),
}


class Invoice2Data:
    """See the module."""

    name = "invoice2data"

    def __init__(self) -> None:
        try:
            from invoice2data.extract.loader import read_templates
            from invoice2data.input import text
        except ImportError:
            raise NotHereError(missing("invoice2data")) from None
        self._templates, self._input = read_templates(), text

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        self._names = {
            theirs: next((name for name in ours if name in spec.fields), None) for theirs, ours in MEANINGS.items()
        }
        if not any(self._names.values()):
            raise NotHereError("its templates read none of this spec's fields")
        self._spec = spec
        return Prepared()

    def answer(self, example: Example) -> Answer:
        found = self._extract(example.document.text, str(example.label.path))
        fields: dict[str, str | None] = dict.fromkeys(self._spec.fields)
        for theirs, ours in self._names.items():
            if ours is not None and found.get(theirs) is not None:
                text = _text(found[theirs])
                fields[ours] = canonical(self._spec.fields[ours].type, text) or text
        return Answer(fields)

    def _extract(self, text: str, path: str) -> dict[str, Any]:
        for template in self._templates:
            prepared = template.prepare_input(text)
            if template.matches_input(prepared):
                return dict(template.extract(prepared, path, self._input) or {})
        return {}


def _text(value: Any) -> str:
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def make(options: Options) -> System:
    """The system. Raises NotHereError without the package."""
    return Invoice2Data()
