"""Folds keep groups whole, are of like size, and do not follow the order of the examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.folds import FoldsError, split

groups = st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=60).filter(lambda found: len(set(found)) > 1)


@given(groups, st.integers(2, 6))
def test_groups_stay_whole(found: list[str], count: int) -> None:
    folds = split(found, count)
    for group in set(found):
        assert len({folds.of[place] for place, other in enumerate(found) if other == group}) == 1
    assert set(folds.of) == set(folds.numbers)
    assert len(folds.numbers) == min(count, len(set(found)))


@given(groups, st.randoms())
def test_order_of_examples_does_not_matter(found: list[str], random: object) -> None:
    shuffled = sorted(found)
    first = dict(zip(found, split(found, 3).of, strict=True))
    second = dict(zip(shuffled, split(shuffled, 3).of, strict=True))
    assert first == second


def test_even_sizes() -> None:
    folds = split([str(place) for place in range(100)], 5)
    assert [folds.of.count(fold) for fold in folds.numbers] == [20] * 5


def test_one_group_is_an_error() -> None:
    with pytest.raises(FoldsError, match="at least two groups"):
        split(["a", "a"], 5)
