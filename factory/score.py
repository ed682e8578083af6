"""Score records against labels: normalised exact match, where missing and spurious values both count.

- `exact`: share of labelled documents whose answer equals the label (a label of None wants no answer);
- `precision`: share of given answers that are right; `recall`: share of labelled values that were found;
- `accepted`: share of labelled documents whose answer needs no review; `accepted_right`: share of those that are right;
- `interval`: 95 % Wilson (1927) interval of `exact`.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from extractors.candidate import FieldValue, Kind, Record
from extractors.normalise import same
from factory.golden import Label
from factory.score_rows import f1, match_rows
from factory.spec import DocumentSpec


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer beside its label."""

    labelled: bool
    """Whether the label names a value."""
    answered: bool
    right: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class FieldScore:
    """Shares over the labelled documents of one field; see the module for their meaning."""

    exact: float
    precision: float
    recall: float
    accepted: float
    accepted_right: float
    interval: tuple[float, float]
    documents: int


def is_right(kind: Kind, label: str | None, value: str | None) -> bool:
    """Whether an answer equals the label; both may be None."""
    if label is None or value is None:
        return label is value
    return same(kind, label, value)


def outcome(kind: Kind, label: str | None, found: FieldValue) -> Outcome:
    """One answer scored."""
    right = is_right(kind, label, found.value)
    return Outcome(
        label is not None, found.value is not None, right, found.status in ("found", "not_found", "corrected")
    )


def score_field(outcomes: Sequence[Outcome]) -> FieldScore:
    """All answers of one field. A share without a denominator is 1."""
    exact = [one.right for one in outcomes]
    given = [one.right for one in outcomes if one.answered]
    wanted = [one.right for one in outcomes if one.labelled]
    accepted = [one.right for one in outcomes if one.accepted]
    return FieldScore(
        _share(exact), _share(given), _share(wanted), len(accepted) / max(len(outcomes), 1), _share(accepted),
        wilson(sum(exact), len(exact)), len(outcomes),
    )  # fmt: skip


def score_records(spec: DocumentSpec, labels: Sequence[Label], records: Sequence[Record]) -> dict[str, object]:
    """`documents, mean_exact, fields, line_items` as `factory eval --json` prints them."""
    fields: dict[str, FieldScore] = {}
    for name, part in spec.fields.items():
        pairs = [(label, record) for label, record in zip(labels, records, strict=True) if label.counts(name)]
        if pairs:
            scored = [outcome(part.type, label.fields[name], record.fields[name]) for label, record in pairs]
            fields[name] = score_field(scored)
    rows = _line_items(spec, labels, records)
    total = sum(score.documents for score in fields.values())
    weighted = sum(score.accepted * score.documents for score in fields.values())
    good = sum(score.accepted_right * score.accepted * score.documents for score in fields.values())
    return {
        "documents": len(records),
        "mean_exact": sum(score.exact for score in fields.values()) / max(len(fields), 1),
        "accepted": weighted / max(total, 1),
        "accepted_right": good / weighted if weighted else 1.0,
        "fields": {name: asdict(score) for name, score in fields.items()},
        "line_items": rows,
    }


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 % by default; (0, 1) without any case."""
    if not total:
        return (0.0, 1.0)
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (max(0.0, middle - half), min(1.0, middle + half))


def _line_items(spec: DocumentSpec, labels: Sequence[Label], records: Sequence[Record]) -> dict[str, float] | None:
    """Precision, recall and F1 over the cells of all labelled documents together."""
    if spec.line_items is None or all(label.line_items is None for label in labels):
        return None
    columns = {name: field.type for name, field in spec.line_items.columns.items()}
    right = read = wanted = 0
    for label, record in zip(labels, records, strict=True):
        if label.line_items is not None:
            got = [{name: cell.value for name, cell in row.items()} for row in record.line_items]
            counts = match_rows(label.line_items, got, columns, label.line_items_visible)
            right, read, wanted = right + counts[0], read + counts[1], wanted + counts[2]
    return {
        "precision": right / read if read else 1.0,
        "recall": right / wanted if wanted else 1.0,
        "f1": f1(right, read, wanted),
    }


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 1.0
