"""The cases of `cases/*.yaml`: a note and what it says; and what no evidence may rest on."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors.candidate import Candidate
from extractors.clinical import conditions, measures, trials
from ocr.document import Document

CASES = Path(__file__).with_name("cases")


def cases(name: str) -> list[Any]:
    rows = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(row, id=str(row["note"])[:48]) for row in rows]


def note(row: dict[str, Any]) -> Document:
    return Document.from_text(row["note"])


def says_yes(found: list[Candidate]) -> bool:
    return any(one.value == "true" for one in found)


@pytest.mark.parametrize("row", cases("conditions"))
def test_condition(row: dict[str, Any]) -> None:
    found = conditions(note(row), "type_2_diabetes")
    assert found, "every note gives an answer"
    assert says_yes(found) is row["said"]


@pytest.mark.parametrize("row", cases("measures"))
def test_measure(row: dict[str, Any]) -> None:
    present = {one.value for one in measures(note(row), row["measure"]) if one.form == "present"}
    assert present == ({row["value"]} if row["value"] else set())


@pytest.mark.parametrize("row", cases("trials"))
def test_trial(row: dict[str, Any]) -> None:
    found = trials(note(row), "glucose_and_weight")
    assert found, "every note gives an answer"
    assert says_yes(found) is row["said"]


def test_a_mention_has_its_place() -> None:
    document = Document.from_text("No asthma.\nShe has type 2 diabetes.")
    (found,) = conditions(document, "type_2_diabetes")
    assert (found.text, found.form) == ("type 2 diabetes", "affirmed by name")
    assert [document.pages[0].words[place].text for place in found.words] == ["type", "2", "diabetes."]


def test_sentences_that_a_page_wraps_are_read_whole() -> None:
    document = Document.from_text(
        "The patient came in for a routine visit and reports that he denies any history of type 2\n"
        "diabetes, and he has had no trouble sleeping.\n"
    )
    assert not says_yes(conditions(document, "type_2_diabetes"))


def test_a_note_that_says_elsewhere_that_it_is_over_is_doubtful() -> None:
    document = Document.from_text("PMH: type 2 diabetes.\nAssessment: T2DM in remission since surgery.")
    found = conditions(document, "type_2_diabetes")
    assert [(one.value, one.form) for one in found] == [("true", "affirmed, over elsewhere"), ("false", "resolved")]
