"""Each cause by an answer that shows it."""

import pytest

from extractors.candidate import Candidate
from factory.causes import cause, most_common

CANDIDATES = [Candidate("party", text, text, 0, (0,)) for text in ("Corner Store Ltd", "Main Street 5")]


@pytest.mark.parametrize(
    ("label", "value", "why"),
    [
        ("Corner Store Ltd", "Corner Store Ltd", None),
        (None, None, None),
        (None, "Corner Store Ltd", "spurious"),
        ("Corner Store Ltd", None, "no answer, ranked lower"),
        ("Corner Store", "Corner Store Ltd", "too long, not proposed"),
        ("Corner Store Ltd", "Store Ltd", "too short, ranked lower"),
        ("Corner Store Ltd", "Main Street 5", "other value, ranked lower"),
        ("Comer Store Ltd", "Corner Store Ltd", "misread, not proposed"),
    ],
)
def test_cause(label: str | None, value: str | None, why: str | None) -> None:
    assert cause("party", label, value, CANDIDATES) == why


def test_causes_are_counted_by_field_commonest_first() -> None:
    found = [{"total": "spurious"}, {"total": "too long, not proposed"}, {"total": "too long, not proposed"}, {}]
    assert most_common(found) == {"total": {"too long, not proposed": 2, "spurious": 1}}
    assert list(most_common(found)["total"]) == ["too long, not proposed", "spurious"]
