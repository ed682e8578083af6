"""What the proposers read: a table a kind."""

from typing import Any

import pytest

from extractors.utterance import Utterance, booleans, dates, enums, floats, integers, lists, names, quoted, times
from extractors.utterance.phrases import expressions


def values(spans: list[Any]) -> list[Any]:
    return [span.value for span in spans]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a=1, b=-3, c=2.", [1, -3, 2]),
        ("between 10-20 units", [10, 20]),
        ("[1,200,300]", [1, 200, 300]),
        ("twenty-five people and a dozen eggs", [25, 12]),
        ("two hundred and five", [205]),
        ("$5,000 or 3 million", [5000, 3_000_000]),
        ("the 5th and the third", [5, 3]),
        ("nothing here", []),
    ],
)
def test_whole_numbers(text: str, wanted: list[int]) -> None:
    found = values(integers(Utterance.of(text)))
    assert found == wanted
    assert all(type(value) is int for value in found)


def test_percent_is_read_in_both_ways() -> None:
    assert values(floats(Utterance.of("at 8% a year"))) == [0.08, 8.0]


@pytest.mark.parametrize(
    ("text", "form", "wanted"),
    [
        ("on March 5, 2024", "Y-m-d", ["2024-03-05"]),
        ("on 5th of March 2024", "Y-m-d", ["2024-03-05"]),
        ("from 2024-01-31 to 02/14/2024", "m/d/Y", ["01/31/2024", "02/14/2024"]),
        ("next friday", "Y-m-d", ["next friday"]),
        ("on 31/02/2024", "", ["31/02/2024"]),
    ],
)
def test_dates(text: str, form: str, wanted: list[str]) -> None:
    assert values(dates(Utterance.of(text), form)) == wanted


def test_times_are_given_as_the_clock_shows_them() -> None:
    assert values(times(Utterance.of("at 7:30 pm"))) == ["19:30", "7:30 pm"]


def test_text_by_shape() -> None:
    assert "Santa Marta" in values(names(Utterance.of("the weather in Santa Marta today")))
    assert values(quoted(Utterance.of("play “Slow Sunday” now"))) == ["Slow Sunday"]


def test_lists_in_brackets_and_in_words() -> None:
    assert [3, 5, 8] in values(lists(Utterance.of("the mean of 3, 5 and 8"), "integer"))
    assert [1.5, -2.0] in values(lists(Utterance.of("of [1.5, -2]"), "float"))
    assert ["otter", "mango", "cedar"] in values(lists(Utterance.of("buy otter, mango, and cedar"), "text"))


def test_choices_by_name_synonym_and_likeness() -> None:
    allowed = ("celsius", "fahrenheit")
    assert values(enums(Utterance.of("in Celsius"), allowed)) == ["celsius"]
    assert values(enums(Utterance.of("in centigrade"), allowed, {"celsius": ("centigrade",)})) == ["celsius"]
    assert values(enums(Utterance.of("in farenheit"), allowed)) == ["fahrenheit"]


def test_booleans_by_cue_and_negation() -> None:
    assert values(booleans(Utterance.of("with human impact"), ("human impact",))) == [True]
    assert values(booleans(Utterance.of("without human impact"), ("human impact",))) == [False]


def test_formulas_without_what_they_define() -> None:
    found = values(expressions(Utterance.of("the derivative of f(x) = 3x^2 + 2x - 1 at 5")))
    assert found == ["3x^2 + 2x - 1"]
    assert values(expressions(Utterance.of("a well-known state-of-the-art tool (or two)"))) == []
