import time

import pytest

from extractors.pattern import PatternError, contains, find, find_all, matches, spans


def test_whole_and_part() -> None:
    assert matches(r"[A-Z]{2}-\d+", "RE-17")
    assert not matches(r"[A-Z]{2}-\d+", "RE-17 ")
    assert contains(r"\d{2}", "RE-17 ")


def test_the_first_group_is_what_is_found() -> None:
    assert find(r"No\.? (\d+)", "Invoice No. 12 No. 13") == "12"
    assert find(r"No\.? \d+", "Invoice No. 12 No. 13") == "No. 12"
    assert find(r"x(y)?", "x") is None
    assert find(r"\d", "none") is None
    assert find_all(r"No\. (\d+)", "No. 12 No. 13") == ["12", "13"]
    assert spans(r"\d+", "ü1 22") == [(1, 2), (3, 5)]


@pytest.mark.parametrize("pattern", [r"(?=x)", r"(a)\1", r"(", r"[z-a]"])
def test_what_re2_cannot_run_is_named(pattern: str) -> None:
    with pytest.raises(PatternError, match="pattern"):
        find(pattern, "text")


def test_time_is_linear() -> None:
    begun = time.perf_counter()
    assert not matches(r"(a+)+b", "a" * 100_000)
    assert time.perf_counter() - begun < 2
