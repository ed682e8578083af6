import pytest

from extractors.candidate import Kind
from factory.score_rows import f1, match_rows, pair_rows

COLUMNS: dict[str, Kind] = {"description": "text", "quantity": "number", "line_total": "money"}
PEN = {"description": "Blue pen", "quantity": "2", "line_total": "3.00"}
INK = {"description": "Ink", "quantity": "1", "line_total": "9.00"}


@pytest.mark.parametrize(
    ("gold", "got", "counts"),
    [
        ([PEN, INK], [PEN, INK], (6, 6, 6)),
        ([PEN, INK], [INK, PEN], (6, 6, 6)),
        ([PEN, INK], [PEN], (3, 3, 6)),
        ([PEN], [PEN, INK], (3, 6, 3)),
        ([PEN], [], (0, 0, 3)),
        ([], [PEN], (0, 3, 0)),
        ([PEN], [{**PEN, "description": "BLUE  PEN.", "quantity": "2.000"}], (3, 3, 3)),
        ([PEN], [{**PEN, "quantity": None}], (2, 2, 3)),
        ([{**PEN, "quantity": None}], [PEN], (2, 3, 2)),
        ([PEN], [{"line_total": "4.00"}], (0, 1, 3)),
    ],
)
def test_counts_equal_cells_of_the_best_pairs(gold: list, got: list, counts: tuple[int, int, int]) -> None:
    assert match_rows(gold, got, COLUMNS) == counts


def test_a_cell_that_is_not_visible_counts_on_neither_side() -> None:
    shown = [{"quantity": False}]
    assert match_rows([PEN], [PEN], COLUMNS, shown) == (2, 2, 2)
    assert match_rows([PEN], [{**PEN, "quantity": "9"}], COLUMNS, shown) == (2, 2, 2)


def test_equal_rows_keep_their_order() -> None:
    assert pair_rows([PEN, PEN, PEN], [PEN, PEN], COLUMNS) == [(0, 0), (1, 1)]


def test_f1() -> None:
    assert f1(0, 0, 0) == 1.0
    assert f1(0, 3, 0) == 0.0
    assert f1(3, 4, 6) == pytest.approx(0.6)
