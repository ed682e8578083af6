"""What was learned about line items, as plain numbers, and sums of weights over sparse features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.candidate import Kind

Floats = npt.NDArray[np.float64]
NONE = ""
"""The class of words that belong to no column."""
BELOW, ABOVE, NEITHER = "below", "above", "neither"
"""Classes of rows beside an anchor: they belong to the anchor above them, to the one beneath them, or to no item."""


@dataclass(frozen=True)
class Linear:
    """A linear classifier over sparse features: softmax over `classes` of the sums of weights."""

    classes: tuple[str, ...]
    weights: Mapping[str, Sequence[float]]
    """Feature, weight for each class."""

    @cached_property
    def _table(self) -> tuple[dict[str, int], Floats]:
        places = {name: place for place, name in enumerate(self.weights, start=1)}
        table = np.zeros((len(places) + 1, len(self.classes)))
        for name, place in places.items():
            table[place] = self.weights[name]
        return places, table

    def log_probabilities(self, rows: Sequence[Sequence[str]]) -> Floats:
        """A row of log probabilities for each row of features. O(features)."""
        if not rows:
            return np.zeros((0, len(self.classes)))
        places, table = self._table
        flat = np.fromiter(map(places.get, chain.from_iterable(rows), repeat(0)), np.intp)
        starts = np.cumsum([0] + [len(row) for row in rows[:-1]])
        scores = np.add.reduceat(table.take(flat, axis=0), starts, axis=0)
        scores -= scores.max(axis=1, keepdims=True)
        result: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return result

    def explain(self, features: Sequence[str], name: str, most: int = 5) -> tuple[tuple[str, float], ...]:
        """The features that weighed most for class `name`, strongest first."""
        place = self.classes.index(name)
        found = {feature: self.weights[feature][place] for feature in features if feature in self.weights}
        strongest = sorted(found.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
        return tuple((feature, round(weight, 3)) for feature, weight in strongest if weight)

    def to_json(self) -> dict[str, Any]:
        """Plain data: classes, and for each feature its weights."""
        return {
            "classes": list(self.classes),
            "weights": {name: [round(weight, 4) for weight in row] for name, row in sorted(self.weights.items())},
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Linear":
        """Raises KeyError or TypeError where the data is no classifier."""
        return Linear(tuple(data["classes"]), {name: tuple(row) for name, row in data["weights"].items()})


@dataclass(frozen=True)
class ColumnModel:
    """What is known of one column: its kind, what a missing cell means, and how far its cells are trusted."""

    kind: Kind
    constant: str | None = None
    """What a cell means that is not printed, where the examples agree: a quantity of "1"."""
    derived: bool = False
    """Whether a cell that is not printed is computed from the product it is part of."""
    calibration: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))
    """Knots from the raw probability to the share that was right out of fold; linear between them."""
    threshold: float | None = None
    """Least confidence at which a cell is accepted; None where the examples cannot show the target precision."""


@dataclass(frozen=True)
class LineItemModel:
    """How rows and words become line items. Made by `factory.generate.line_items.fit_line_items`."""

    columns: Mapping[str, ColumnModel]
    anchors: Linear
    """Classes: `item` and none, for a row proposed as an anchor."""
    rows: Linear
    """Classes: `above`, `below`, `neither`, for the rows between anchors."""
    words: Linear
    """Classes: the columns and none, for each word of an item."""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words that head each column, as learned."""
    reach: tuple[int, int] = (1, 3)
    """How many rows above and below an anchor may belong to its item."""
    cut: float = 0.5
    """Least probability of an anchor."""
    product: tuple[str, str, str] | None = None
    """Three columns of which the first times the second is the third, as found in the examples."""
    bonus: float = 0.0
    """Added to the log probability of a reading in which the product holds."""

    def to_json(self) -> dict[str, Any]:
        """Plain data for `weights.json`; the same model gives the same data."""
        return {
            "columns": {
                name: {
                    "kind": column.kind,
                    "constant": column.constant,
                    "derived": column.derived,
                    "calibration": [[round(x, 6), round(y, 6)] for x, y in column.calibration],
                    "threshold": column.threshold,
                }
                for name, column in self.columns.items()
            },
            "anchors": self.anchors.to_json(),
            "rows": self.rows.to_json(),
            "words": self.words.to_json(),
            "headers": {name: list(words) for name, words in self.headers.items()},
            "reach": list(self.reach),
            "cut": round(self.cut, 4),
            "product": list(self.product) if self.product else None,
            "bonus": round(self.bonus, 4),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "LineItemModel":
        """Raises KeyError, ValueError or TypeError where the data is no model."""
        columns = {
            name: ColumnModel(
                column["kind"],
                column["constant"],
                bool(column["derived"]),
                tuple((float(x), float(y)) for x, y in column["calibration"]),
                column["threshold"],
            )
            for name, column in data["columns"].items()
        }
        above, below = data["reach"]
        return LineItemModel(
            columns,
            Linear.from_json(data["anchors"]),
            Linear.from_json(data["rows"]),
            Linear.from_json(data["words"]),
            {name: tuple(words) for name, words in data["headers"].items()},
            (int(above), int(below)),
            float(data["cut"]),
            tuple(data["product"]) if data["product"] else None,
            float(data["bonus"]),
        )
