"""Two readings of one field put together."""

import pytest

from extractors.agree import ask_again, model_answer, read_again
from extractors.candidate import FieldValue
from extractors.model import FieldModel

MODEL = FieldModel("money", {}, threshold=0.9)
LABEL = "local:tester"


def compiled(value: str | None, confidence: float) -> FieldValue:
    return FieldValue(value, "low_confidence", confidence)


def answer(value: str | None, confidence: float = 0.95) -> FieldValue:
    return FieldValue(value, "found" if value else "not_found", confidence, source="model")


def test_agreement_is_as_sure_as_the_surer_of_the_two_and_no_surer() -> None:
    joined = ask_again(MODEL, compiled("12.00", 0.6), answer("12"), LABEL)
    assert (joined.value, joined.confidence, joined.status, joined.source) == ("12.00", 0.95, "found", "model")
    unmeasured = ask_again(MODEL, compiled("12.00", 0.6), answer("12.00", 0.5), LABEL)
    assert (unmeasured.confidence, unmeasured.status, unmeasured.source) == (0.6, "low_confidence", "compiled")


@pytest.mark.parametrize(("ours", "theirs", "kept"), [(0.8, 0.5, "12.00"), (0.3, 0.9, "99.00"), (0.7, 0.7, "12.00")])
def test_disagreement_keeps_the_likelier_and_makes_it_less_sure(ours: float, theirs: float, kept: str) -> None:
    joined = ask_again(MODEL, compiled("12.00", ours), answer("99.00", theirs), LABEL)
    assert joined.value == kept
    assert joined.confidence < max(ours, theirs)
    assert joined.status == "low_confidence"
    assert [note for note, _ in joined.explanation] == ["compiled: 12.00", f"{LABEL}: 99.00"]


def test_two_sure_readings_that_differ_are_accepted_by_nobody() -> None:
    joined = ask_again(MODEL, compiled("12.00", 0.89), answer("99.00", 1.0), LABEL)
    assert joined.value == "99.00"
    assert joined.confidence <= 1.0
    less = ask_again(MODEL, compiled("12.00", 0.89), answer("99.00", 0.97), LABEL)
    assert less.status == "low_confidence"


def test_ungrounded_answer_never_becomes_the_value() -> None:
    lost = FieldValue("1.00", "ungrounded", 0.0, source="model")
    kept = ask_again(MODEL, compiled("12.00", 0.6), lost, LABEL)
    assert (kept.value, kept.status, kept.confidence, kept.source) == ("12.00", "low_confidence", 0.6, "compiled")
    nothing = ask_again(MODEL, compiled(None, 0.4), lost, LABEL)
    assert (nothing.value, nothing.status, nothing.source) == (None, "ungrounded", "model")
    assert model_answer(nothing, LABEL) == (False, "1.00")


def test_answer_can_be_read_back_from_the_explanation() -> None:
    assert model_answer(ask_again(MODEL, compiled("12.00", 0.6), answer("99.00"), LABEL), LABEL) == (True, "99.00")
    assert model_answer(ask_again(MODEL, compiled("12.00", 0.6), answer(None), LABEL), LABEL) == (True, None)
    assert model_answer(compiled("12.00", 0.6), LABEL) is None


def test_sharper_reading_counts_where_it_is_surer() -> None:
    again = FieldValue("18.00", "found", 0.93)
    better = read_again(MODEL, compiled("13.00", 0.4), again)
    assert (better.value, better.source, better.status) == ("18.00", "ocr_retry", "found")
    assert better.explanation[0] == ("first reading: 13.00", 0.4)
    worse = read_again(MODEL, compiled("13.00", 0.4), FieldValue("18.00", "low_confidence", 0.2))
    assert (worse.value, worse.source) == ("13.00", "compiled")
    same = read_again(MODEL, compiled("13.00", 0.4), FieldValue("13.00", "found", 0.95))
    assert (same.source, same.confidence, same.status) == ("compiled", 0.95, "found")
