"""How line items are scored.

Gold rows and rows read are paired one to one so that as many cells as possible are equal (maximum matching). A cell
counts where it has a value: `precision` is the share of the cells read that are equal to their pair's gold cell,
`recall` the share of the gold cells that were read, F1 their harmonic mean. Equal means `extractors.normalise.same`:
numbers as numbers, text without case and punctuation. Cells of rows without a pair count as missing or spurious.
A gold cell whose `visible` flag is false counts on neither side.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from extractors.candidate import Kind
from extractors.normalise import same

Cells = Mapping[str, str | None]


def match_rows(
    gold: Sequence[Cells],
    got: Sequence[Cells],
    columns: Mapping[str, Kind],
    visible: Sequence[Mapping[str, bool | None]] | None = None,
) -> tuple[int, int, int]:
    """Cells read rightly, cells read, gold cells. `columns`: kind of each column that counts."""
    shown = [_shown(row, columns, visible[place] if visible else {}) for place, row in enumerate(gold)]
    pairs = pair_rows(gold, got, columns)
    right = read = 0
    wanted = sum(gold[place].get(name) is not None for place, names in enumerate(shown) for name in names)
    paired = {column: row for row, column in pairs}
    for place, cells in enumerate(got):
        partner = paired.get(place)
        for name, kind in columns.items():
            value = cells.get(name)
            if value is None or (partner is not None and name not in shown[partner]):
                continue
            read += 1
            right += partner is not None and same(kind, gold[partner].get(name), value)
    return right, read, wanted


def pair_rows(gold: Sequence[Cells], got: Sequence[Cells], columns: Mapping[str, Kind]) -> list[tuple[int, int]]:
    """Index pairs of gold rows and rows read, with the most equal cells; among such, those that keep the order."""
    if not gold or not got:
        return []
    equal = np.array([[_equal(left, right, columns) for right in got] for left in gold], dtype=float)
    distance = np.abs(np.arange(len(gold))[:, None] - np.arange(len(got))[None, :])
    left, right = linear_sum_assignment(-equal + 1e-6 * distance)
    return [(int(row), int(column)) for row, column in zip(left, right, strict=True)]


def f1(right: int, read: int, wanted: int) -> float:
    """Harmonic mean of right/read and right/wanted; 1 where there was nothing to read and nothing was read."""
    return 2 * right / (read + wanted) if read + wanted else 1.0


def _equal(gold: Cells, got: Cells, columns: Mapping[str, Kind]) -> int:
    return sum(
        got.get(name) is not None and gold.get(name) is not None and same(kind, gold[name], got[name])
        for name, kind in columns.items()
    )


def _shown(row: Cells, columns: Mapping[str, Kind], visible: Mapping[str, bool | None]) -> list[str]:
    return [name for name in columns if visible.get(name) is not False]
