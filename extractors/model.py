"""What the compiler learned, as plain numbers: the content of an artifact's `weights.json`."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from extractors.candidate import Kind
from extractors.features import SLOT_OF_COLUMN, SLOTS
from extractors.page_arrays import Ints
from extractors.tables.model import LineItemModel
from extractors.vocabulary import Vocabulary

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Absence:
    """How far "the document has no such value" is trusted, which is another matter than a value that was read."""

    calibration: tuple[tuple[float, float], ...]
    threshold: float | None
    threshold_note: str = ""


class Usual(NamedTuple):
    """What a field's scores are like: the members of `FieldModel` of these names."""

    none: float
    rivals: float | None = None
    least: float | None = None


@dataclass(frozen=True)
class FieldModel:
    """How one field's candidates are ranked and how far the answer is trusted."""

    kind: Kind
    weights: dict[str, dict[str, float]]
    """Slot, token, weight."""
    none: float = 0.0
    """The score of "this document has no such value"."""
    rivals: float | None = None
    """Logarithm of the odds that a value's rivals usually have together; a page with fewer is not trusted for it."""
    least: float | None = None
    """The score of a value that is believed by half; right ones have more."""
    calibration: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))
    """Knots from the ranker's probability to the share that was right out of fold; linear between them."""
    threshold: float | None = None
    """Least confidence at which an answer is accepted; None where the examples cannot show the target precision."""
    threshold_note: str = ""
    required: bool = False
    spellings: tuple[str, ...] = ()
    """How examples spell names and addresses that several of them share; a near miss is read as one of these."""
    absence: Absence | None = None
    """For answers without a value; None: as for values."""

    @property
    def usual(self) -> Usual:
        """What a page's scores are compared with."""
        return Usual(self.none, self.rivals, self.least)

    def knots(self, given: bool) -> tuple[tuple[float, float], ...]:
        """The calibration of answers with a value, or without."""
        return self.calibration if given or self.absence is None else self.absence.calibration

    def limit(self, given: bool) -> float | None:
        """The threshold of answers with a value, or without."""
        return self.threshold if given or self.absence is None else self.absence.threshold


@dataclass(frozen=True)
class CheckModel:
    """A cross-field check and how often it held on right records (Laplace-smoothed share)."""

    name: str
    expression: str
    tolerance: float
    holds: float


@dataclass(frozen=True)
class ExtractorModel:
    """All fields of one document type."""

    fields: dict[str, FieldModel]
    checks: tuple[CheckModel, ...] = ()
    line_items: dict[str, Any] | None = None
    """The table reader's model (`extractors.line_items.LineItemModel`), as JSON."""

    @cached_property
    def scorer(self) -> "Scorer":
        """The weights of all fields as one matrix, made once a process."""
        return Scorer.of(self.fields)

    @cached_property
    def table(self) -> LineItemModel | None:
        """How line items are read, made once a process; None where the spec has none."""
        return None if self.line_items is None else LineItemModel.from_json(self.line_items)

    def to_json(self) -> str:
        """The same bytes for the same model, on every run: keys sorted, weights rounded to six digits."""
        data = {
            "fields": {name: _field_to_dict(model) for name, model in self.fields.items()},
            "checks": [check.__dict__ for check in self.checks],
            "line_items": self.line_items,
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"

    @staticmethod
    def from_json(text: str) -> "ExtractorModel":
        """Raises ValueError, KeyError or TypeError where the text is no model."""
        data = json.loads(text)
        return ExtractorModel(
            {name: _field_from_dict(model) for name, model in data["fields"].items()},
            tuple(CheckModel(**check) for check in data["checks"]),
            data["line_items"],
        )


@dataclass(frozen=True, eq=False)
class Scorer:
    """Weights of all fields side by side, laid out so that what one document asks for lies close together in memory.

    Features are numbered token by token, and hold the weights of all fields that are scored together in one place: a
    document knows a few hundred tokens, and asks for tens of thousands of weights.
    """

    vocabulary: Vocabulary
    rows: Ints
    """For each token number and slot, the row of `weights`; row 0 is zero: what no field has learned."""
    weights: Floats
    """A row for each token and slot that some field has learned, a column a field."""
    fields: dict[str, int]
    """The column of each field."""
    _blocks: dict[tuple[str, ...], Floats] = field(default_factory=dict, repr=False)

    def rows_of(self, described: Ints) -> Ints:
        """The rows of `weights` for what `features.describe` gives: a row a column of it, a column a candidate."""
        return self.rows.take((described * len(SLOTS) + SLOT_OF_COLUMN).T)

    def scores(self, rows: Ints, names: tuple[str, ...]) -> Floats:
        """The sums of weights of candidates (`rows_of`) for some fields: a row a field."""
        if names not in self._blocks:
            self._blocks[names] = np.ascontiguousarray(self.weights[:, [self.fields[name] for name in names]])
        scores: Floats = self._blocks[names].take(rows, axis=0).sum(axis=0).T
        return scores

    @staticmethod
    def of(fields: dict[str, FieldModel]) -> "Scorer":
        tokens = dict.fromkeys(
            token for model in fields.values() for known in model.weights.values() for token in known
        )
        vocabulary = Vocabulary(tuple(tokens))
        cells = [
            (vocabulary.number(token), SLOTS.index(slot), column, weight)
            for column, model in enumerate(fields.values())
            for slot, known in model.weights.items()
            for token, weight in known.items()
        ]
        rows = np.zeros((len(vocabulary), len(SLOTS)), dtype=np.intp)
        for row, place in enumerate(sorted({cell[:2] for cell in cells}), start=1):
            rows[place] = row
        weights = np.zeros((int(rows.max()) + 1, len(fields)))
        for number, slot, column, weight in cells:
            weights[rows[number, slot], column] = weight
        return Scorer(vocabulary, rows, weights, {name: place for place, name in enumerate(fields)})


def _field_to_dict(model: FieldModel) -> dict[str, object]:
    return {
        "kind": model.kind,
        "weights": {
            slot: {token: round(weight, 6) for token, weight in sorted(tokens.items())}
            for slot, tokens in sorted(model.weights.items())
        },
        "none": round(model.none, 6),
        "rivals": None if model.rivals is None else round(model.rivals, 6),
        "least": None if model.least is None else round(model.least, 6),
        **_trust_to_dict(model),
        "absence": None if model.absence is None else _trust_to_dict(model.absence),
        "required": model.required,
        "spellings": list(model.spellings),
    }


def _trust_to_dict(trust: FieldModel | Absence) -> dict[str, object]:
    return {
        "calibration": [[round(score, 6), round(share, 6)] for score, share in trust.calibration],
        "threshold": None if trust.threshold is None else round(trust.threshold, 6),
        "threshold_note": trust.threshold_note,
    }


def _field_from_dict(data: dict[str, Any]) -> FieldModel:
    values = dict(data)
    values["calibration"] = _pairs(values["calibration"])
    values["spellings"] = tuple(values["spellings"])
    absence = values.get("absence")
    if absence is not None:
        values["absence"] = Absence(**{**absence, "calibration": _pairs(absence["calibration"])})
    return FieldModel(**values)


def _pairs(knots: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(score), float(share)) for score, share in knots)
