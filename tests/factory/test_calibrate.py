"""Calibration and thresholds against hand-computed and simulated cases."""

import random

import pytest

from factory.calibrate import Answer, calibrate, lower_bound, platt, threshold, thresholds


def test_lower_bound_is_clopper_pearson() -> None:
    # All of n right: the bound is 0.05 ** (1 / n).
    assert lower_bound(149, 149) == pytest.approx(0.05 ** (1 / 149))
    assert lower_bound(0, 10) == 0.0
    # 18 of 20, one-sided 95 %: 0.7174 (Clopper & Pearson's tables).
    assert lower_bound(18, 20) == pytest.approx(0.7174, abs=1e-3)


def test_threshold_needs_evidence() -> None:
    few = threshold([Answer(0.9, True)] * 148, 0.98)
    assert few.value is None and "at least 149" in few.note
    assert threshold([Answer(0.9, True)] * 149, 0.98).value == 0.9


def test_threshold_is_the_lowest_that_holds() -> None:
    answers = [Answer(0.99, True)] * 200 + [Answer(0.92, True)] * 100 + [Answer(0.91, False)] * 30
    assert threshold(answers, 0.98).value == 0.92


def test_an_unsure_answer_is_not_accepted_for_the_others_sake() -> None:
    answers = [Answer(0.99, True)] * 1000 + [Answer(0.6, True)] * 3
    assert threshold(answers, 0.98).value == 0.99


def test_fields_with_few_examples_share_a_threshold() -> None:
    answers = {name: [Answer(0.95, True)] * 80 for name in "ab"}
    answers["bad"] = [Answer(0.95, True)] * 20 + [Answer(0.95, False)] * 20
    found = thresholds({name: answers[name] for name in "ab"}, 0.98)
    assert found["a"].value == found["b"].value == 0.95
    assert "shared" in found["a"].note
    assert thresholds(answers, 0.98)["bad"].value is None


def test_platt_learns_that_the_ranker_boasts() -> None:
    rng = random.Random(1)
    answers = [Answer(score, rng.random() < 0.3 + 0.5 * score) for score in (rng.random() for _ in range(4000))]
    knots = dict(platt(answers))
    assert knots[0.9] == pytest.approx(0.75, abs=0.06)
    shares = list(knots.values())
    assert shares == sorted(shares) and len(set(shares)) == len(shares)


def test_a_field_with_few_examples_is_trusted_as_the_others_are() -> None:
    rng = random.Random(2)
    answers = {
        "many": [Answer(score, rng.random() < score) for score in (rng.uniform(0.5, 1.0) for _ in range(3000))],
        "few": [Answer(0.7, True)] * 5,
    }
    found = calibrate(answers)
    assert dict(found["many"].given)[0.7] == pytest.approx(0.7, abs=0.05)
    # By themselves, five right answers of five would be trusted far more.
    assert dict(found["few"].given)[0.7] < dict(platt(answers["few"]))[0.7] - 0.05


def test_what_is_missing_is_trusted_apart_from_what_was_read() -> None:
    rng = random.Random(3)
    given = [Answer(0.95, rng.random() < 0.99) for _ in range(500)]
    absent = [Answer(0.95, rng.random() < 0.7, given=False) for _ in range(500)]
    found = calibrate({"a": given[:250] + absent[:250], "b": given[250:] + absent[250:]})["a"]
    assert dict(found.given)[0.95] > 0.96 and dict(found.absent)[0.95] == pytest.approx(0.7, abs=0.05)


def test_fields_that_spoil_the_shared_threshold_leave_it() -> None:
    answers = {name: [Answer(0.95, True)] * 80 for name in "ab"}
    answers["bad"] = [Answer(0.95, True)] * 30 + [Answer(0.97, False)] * 20
    found = thresholds(answers, 0.98)
    assert found["a"].value == found["b"].value == 0.95 and found["bad"].value is None
