"""Deterministic: label patterns written from the spec alone, no examples and no model. The paper's regex variant.

For each field, its labels in order: the first text of the field's type right behind a label on the same row, or else
on the row below; without labels, the first text of that type anywhere.
"""

import re
from collections.abc import Sequence

from benchmarks.baselines.system import Answer, Options, Prepared, System
from extractors.normalise.value import canonical
from factory.golden import Example
from factory.spec import DocumentSpec, FieldSpec

PATTERNS = {
    "date": r"\d{4}-\d{2}-\d{2}|\d{1,2}[./ -](?:\d{1,2}|[^\W\d_]{3,9})[./ -]\d{2,4}",
    "money": r"\d{1,3}(?:[.,' ]\d{3})*[.,]\d{2}|\d+[.,]\d{2}",
    "number": r"\d+(?:[.,]\d+)?",
    "identifier": r"[A-Za-z0-9][\w/.-]*\d[\w/.-]*",
}
REST_OF_ROW = r"\S.*"


class Deterministic:
    """See the module."""

    name = "deterministic"

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        self._spec = spec
        return Prepared()

    def answer(self, example: Example) -> Answer:
        rows = example.document.text.splitlines()
        return Answer({name: _find(part, rows) for name, part in self._spec.fields.items()})


def _find(part: FieldSpec, rows: Sequence[str]) -> str | None:
    shape = PATTERNS.get(part.type, REST_OF_ROW)
    for label in part.labels:
        behind = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)[\s:#.]*(.*)", re.IGNORECASE)
        for place, row in enumerate(rows):
            if found := behind.search(row):
                for text in (found.group(1), rows[place + 1] if place + 1 < len(rows) else ""):
                    if value := re.search(shape, text):
                        return canonical(part.type, value.group()) or value.group()
    for row in [] if part.labels else rows:
        if value := re.search(shape, row):
            return canonical(part.type, value.group()) or value.group()
    return None


def make(options: Options) -> System:
    """The system."""
    return Deterministic()
