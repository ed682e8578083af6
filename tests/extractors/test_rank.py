"""Rankings: a softmax over what is there, and what usually is."""

import math

import numpy as np
import pytest

from extractors.candidate import Candidate
from extractors.model import Usual
from extractors.rank import to_ranking


def amounts(*values: str) -> list[Candidate]:
    return [Candidate("money", value, value, 0, (place,)) for place, value in enumerate(values)]


def test_equal_values_add_up_and_none_takes_part() -> None:
    found = to_ranking(amounts("5", "7", "5"), np.log([2.0, 3.0, 2.0]), Usual(math.log(1.0)))
    assert [one.value for one in found.values] == ["5", "7"]
    assert [round(one.probability, 9) for one in found.values] == [0.5, 0.375]
    assert found.none == pytest.approx(0.125) and found.unknown == 0.0


def test_where_rivals_are_missing_the_best_is_not_certain() -> None:
    """One weak candidate alone would have 9 of 10; with rivals of odds 9, as such pages have, half of it is unknown."""
    alone = to_ranking(amounts("5"), np.log([9.0]), Usual(0.0))
    assert alone.values[0].probability == pytest.approx(0.9)
    found = to_ranking(amounts("5"), np.log([9.0]), Usual(0.0, math.log(9.0)))
    assert found.values[0].probability == pytest.approx(0.5)
    assert found.none == pytest.approx(1 / 18) and found.unknown == pytest.approx(8 / 18)


def test_where_rivals_are_as_usual_nothing_changes() -> None:
    plain = to_ranking(amounts("5", "7"), np.log([9.0, 2.0]), Usual(0.0))
    assert to_ranking(amounts("5", "7"), np.log([9.0, 2.0]), Usual(0.0, math.log(3.0))) == plain


def test_none_is_not_certain_either() -> None:
    """A page that has no candidate worth the name does not prove that the document has no value."""
    found = to_ranking(amounts("5"), np.log([0.01]), Usual(0.0, math.log(1.0)))
    assert found.none == pytest.approx(0.5)


def test_least_is_the_probability_of_a_value_that_is_half_believed() -> None:
    found = to_ranking(amounts("5", "7"), np.log([9.0, 2.0]), Usual(0.0, None, math.log(3.0)))
    assert found.least == pytest.approx(3 / 12)
    assert to_ranking(amounts("5"), np.log([9.0]), Usual(0.0)).least == 0.0
