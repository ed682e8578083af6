"""Strangers' answers and familiar ones are trusted apart, each as far as its own held-out answers show."""

import random

from factory.calibrate import Answer
from factory.trust import FEWEST, Trusts, trusts


def held(right: float, count: int, support: int, seed: int = 1) -> list[Answer]:
    rng = random.Random(seed)
    return [Answer(rng.uniform(0.9, 0.99), rng.random() < right, support=support) for _ in range(count)]


def found(parted: list[Answer], strangers: list[Answer] | None = None) -> Trusts:
    return trusts({"name": strangers or held(0.85, 400, 0)}, {"name": parted}, 0.98)


def test_a_known_vendor_s_name_is_accepted_where_a_stranger_s_is_not() -> None:
    made = found(held(1.0, 300, 5))
    assert made.given["name"].threshold is None
    familiar = made.familiar["name"].given
    assert familiar.threshold is not None and "300 of 300" in familiar.threshold_note
    assert dict(familiar.calibration)[0.95] > dict(made.given["name"].calibration)[0.95] + 0.05


def test_strangers_that_look_familiar_count_against_the_familiar() -> None:
    """Known names on strangers' pages, read wrongly: what is accepted as familiar would be wrong as often."""
    planted = [Answer(0.97, False, support=3) for _ in range(15)]
    made = found(held(1.0, 300, 5), held(0.85, 400, 0) + planted)
    assert made.familiar["name"].given.threshold is None or made.familiar["name"].given.threshold > 0.97


def test_few_known_documents_are_trusted_as_strangers() -> None:
    assert found(held(1.0, FEWEST - 1, 5)).familiar == {}
    some = trusts({"name": held(1.0, 400, 0)}, {"name": held(1.0, FEWEST + 5, 5)}, 0.98)
    assert some.familiar["name"].given == some.given["name"] and some.given["name"].threshold is not None


def test_slips_of_labels_prove_nothing() -> None:
    slips = [Answer(0.98, False, support=5, slip=True) for _ in range(30)]
    made = found(held(1.0, 300, 5) + slips)
    assert made.familiar["name"].given.threshold is not None
    assert sum(not answer.right for answer in made.known["name"]) == 30  # and are still told
