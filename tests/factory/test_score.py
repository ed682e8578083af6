"""Scores against hand-computed cases."""

import pytest

from extractors.candidate import FieldValue
from factory.score import outcome, score_field, wilson


def found(value: str | None, accepted: bool = True) -> FieldValue:
    status = "low_confidence" if not accepted else "not_found" if value is None else "found"
    return FieldValue(value, status, 0.9)  # type: ignore[arg-type]  # one of the statuses


def test_shares() -> None:
    outcomes = [
        outcome("money", "9.00", found("9")),
        outcome("money", "9.00", found("8.00", accepted=False)),
        outcome("money", "9.00", found(None)),
        outcome("money", None, found(None)),
        outcome("money", None, found("1.00")),
    ]
    score = score_field(outcomes)
    assert score.exact == pytest.approx(2 / 5)
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == pytest.approx(1 / 3)
    assert score.accepted == pytest.approx(4 / 5)
    assert score.accepted_right == pytest.approx(2 / 4)


def test_wilson() -> None:
    # 8 of 10: 0.490 to 0.943 (Wilson 1927, by hand).
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.490, abs=1e-3)
    assert high == pytest.approx(0.943, abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
