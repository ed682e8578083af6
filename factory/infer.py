"""A first spec from labelled examples: types from values, labels from what stands by them, required from use."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import yaml

from extractors.candidate import Candidate, Kind
from extractors.normalise import canonical, same
from extractors.normalise.text import fold
from factory.generate.examples import bind, label_of
from factory.golden import Example
from factory.select import PROPOSERS
from factory.spec import Check, DocumentSpec, FieldSpec, LineItems

ALMOST_ALL = 0.9
REQUIRED = 0.98
ENUM_VALUES = 8
"""A field with at most so many different values, each seen several times, is an enum."""
ADDRESS_PARTS = 3
LONG = 4
"""Letters from which on a value inside a label is no chance, as "no" in "job no" would be."""


def infer_spec(name: str, examples: Sequence[Example]) -> DocumentSpec:
    """The spec that the examples speak for. Every choice is a guess for a person to read. Raises ValidationError."""
    names = dict.fromkeys(key for example in examples for key in example.label.fields)
    fields = {key: infer_field(key, examples) for key in names}
    parties = [key for key, field in fields.items() if field.type == "party"]
    rows = [row for example in examples for row in example.label.line_items or ()]
    columns = {
        key: _column([row.get(key) for row in rows]) for key in dict.fromkeys(key for row in rows for key in row)
    }
    return DocumentSpec(
        name=name,
        description=f"First draft from {len(examples)} labelled examples.",
        fields=fields,
        line_items=LineItems(columns=columns) if columns else None,
        vendor_field=parties[0] if parties else None,
        checks=tuple(_sums(fields, examples)),
    )


def infer_field(name: str, examples: Sequence[Example]) -> FieldSpec:
    """One field: its type, the labels that stand by its values at least three times, whether all documents have it."""
    labelled = [example for example in examples if example.label.counts(name)]
    values = [value for example in labelled if (value := example.label.fields[name]) is not None]
    kind = infer_kind(values)
    field = FieldSpec(type=kind, values=tuple(sorted(set(values))) if kind == "enum" else ())
    return field.model_copy(
        update={
            "labels": tuple(_labels(name, field, labelled)) if kind not in ("enum", "boolean") else (),
            "required": len(values) >= REQUIRED * max(len(labelled), 1),
        }
    )


def infer_kind(values: Sequence[str]) -> Kind:
    """The narrowest type that reads almost all values."""
    if not values:
        return "text"
    if _share(value.lower() in ("true", "false") for value in values) >= ALMOST_ALL:
        return "boolean"
    for kind, fits in (("date", _is_date), ("money", _is_money), ("number", _is_number)):
        if _share(fits(value) for value in values) >= ALMOST_ALL:
            return kind  # type: ignore[return-value]  # the tuple holds kinds
    if len(set(values)) <= ENUM_VALUES and len(values) >= 5 * len(set(values)):
        return "enum"
    if _share(any(char.isdigit() for char in value) and len(value.split()) <= 2 for value in values) >= ALMOST_ALL:
        return "identifier"
    if _share(len(value.split()) > ADDRESS_PARTS and any(char.isdigit() for char in value) for value in values) >= 0.6:
        return "address"
    return "party" if _share(2 <= len(value) <= 60 for value in values) >= ALMOST_ALL else "text"


def write_spec(spec: DocumentSpec) -> str:
    """The spec as YAML, without what is left at its default."""
    data = spec.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump({"kind": "document", **data}, sort_keys=False, allow_unicode=True, width=110)


def _column(values: Sequence[str | None]) -> FieldSpec:
    known = [value for value in values if value is not None]
    kind = infer_kind(known)
    if kind in ("enum", "boolean", "party", "address"):
        kind = "text"
    whole = bool(known) and _share("." not in value and "," not in value for value in known) >= ALMOST_ALL
    return FieldSpec(type="number" if kind == "money" and whole else kind)


def _labels(name: str, field: FieldSpec, examples: Sequence[Example]) -> Iterable[str]:
    counted: Counter[str] = Counter()
    propose = bind(PROPOSERS[field.type][0], field)
    for example in examples:
        right = _first(field.type, example.label.fields[name], propose(example.document))
        label = label_of(example.document, right) if right else None
        if label and not any(char.isdigit() for char in label) and not _is_value(label, example):
            counted[label] += 1
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [label for label, count in ordered[:8] if count >= 3]


def _is_value(label: str, example: Example) -> bool:
    """Whether what stands by a value is another field's value, as it is in a table; a spec holds no names of people."""
    found = fold(label)
    values = [fold(value) for value in example.label.fields.values() if value]
    return any(value == found or (len(value) >= LONG and value in found) for value in values)


def _first(kind: Kind, value: str | None, candidates: Iterable[Candidate]) -> Candidate | None:
    if value is None:
        return None
    return next((candidate for candidate in candidates if same(kind, value, candidate.value)), None)


def _sums(fields: Mapping[str, FieldSpec], examples: Sequence[Example]) -> Iterable[Check]:
    """Additive checks that hold on almost all examples which have the three amounts, five at least."""
    amounts = [name for name, field in fields.items() if field.type == "money"]
    for total in amounts:
        for place, first in enumerate(amounts):
            for second in amounts[place + 1 :]:
                if total not in (first, second) and _adds_up(first, second, total, examples):
                    yield Check(name=f"{first}_and_{second}", expression=f"{first} + {second} == {total}")


def _adds_up(first: str, second: str, total: str, examples: Sequence[Example]) -> bool:
    held = []
    for example in examples:
        found = [canonical("money", example.label.fields.get(name) or "") for name in (first, second, total)]
        if all(value is not None for value in found):
            one, two, three = (float(value or 0) for value in found)
            if one and two:
                held.append(abs(one + two - three) <= 0.02)
    return len(held) >= 5 and _share(held) >= ALMOST_ALL


def _is_date(value: str) -> bool:
    return sum(char.isdigit() for char in value) >= 3 and canonical("date", value) is not None


def _is_money(value: str) -> bool:
    found = canonical("money", value)
    return found is not None and "." in found and len(found.rsplit(".", 1)[1]) == 2


def _is_number(value: str) -> bool:
    plain = value.lstrip("-").replace(".", "", 1)
    return plain.isdigit() and not (plain.startswith("0") and len(plain) > 1 and "." not in value) and len(plain) <= 6


def _share(flags: Iterable[bool]) -> float:
    known = list(flags)
    return sum(known) / len(known) if known else 0.0
