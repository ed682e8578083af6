"""Units, currencies, cities, clocks, dates, frequencies and lists: what is read, and what must not be."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractors.utterance import (
    Utterance,
    booleans,
    cities,
    clocks,
    codes,
    currencies,
    dates,
    enums,
    floats,
    frequencies,
    lists,
    literals,
    measures,
    times,
    units,
)
from extractors.utterance.text import _PARTS, _SHORT_PARTS, SHORT, UtteranceError
from extractors.utterance.words import readable, shape


def values(spans: list[Any]) -> list[Any]:
    return [span.value for span in spans]


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        ("5 ft 10 in", "meter", [1.524]),
        ("1 hour 30 minutes", "second", [5400.0]),
        ("2.5 km and 300 meters", "meter", [2500.0]),
        ("two years", "month", [24.0]),
        ("1,200 g", "kilogram", [1.2]),
        ("-4 km", "meter", [-4000.0]),
        ("90 minutes", "minute", []),  # as it is printed: the numbers have it
        ("10 in a row", "meter", []),
        ("5 square meters", "kilometer", []),
        ("7 kg", "meter", []),
        ("7 kg", "parsec", []),
        ("68 fahrenheit", "celsius", [20.0]),
        ("32 °F", "celsius", [0.0]),
        ("20 degrees Celsius", "kelvin", [293.15]),
        ("20 degrees", "kelvin", []),
    ],
)
def test_measures_in_another_unit(text: str, unit: str, wanted: list[float]) -> None:
    assert values(measures(Utterance.of(text), unit)) == pytest.approx(wanted)


def test_a_whole_measure_is_an_int_and_a_broken_one_none() -> None:
    found = values(measures(Utterance.of("2 minutes or 1.51 seconds"), "millisecond", True))
    assert found == [120_000, 1510]
    assert all(type(value) is int for value in found)
    assert measures(Utterance.of("3 miles"), "kilometer", True) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the speed in km/h", ["km/h"]),
        ("as grams per mole", ["grams per mole"]),
        ("5 m/s^2", ["m/s^2"]),
        ("meters per second squared", ["meters per second squared"]),
        ("a plan for m", []),  # a letter alone is no unit
    ],
)
def test_units_as_they_are_typed(text: str, wanted: list[str]) -> None:
    assert values(units(Utterance.of(text))) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("US dollars to euros", ["USD", "EUR"]),
        ("Canadian dollars", ["CAD"]),  # not the dollar alone
        ("from GBP to JPY", ["GBP", "JPY"]),
        ("Turkish lira, then yen", ["TRY", "JPY"]),
        ("three pounds of flour", []),
        ("TRY it, ALL of it", ["TRY"]),  # a code is a code
    ],
)
def test_currencies(text: str, wanted: list[str]) -> None:
    assert values(currencies(Utterance.of(text))) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from Boston to Austin, Texas", ["Boston, MA", "Austin, TX"]),
        ("Portland, Maine and Portland", ["Portland, ME", "Portland, OR"]),
        ("in Saint Marie, WA", ["Saint Marie, WA"]),
        ("Kansas City, Kansas", ["Kansas City, KS"]),
        ("St. Louis or Cleveland", ["St. Louis, MO", "Cleveland, OH"]),
        ("near Paris", []),
        ("a plan for mobile phones", []),
    ],
)
def test_cities_with_their_states(text: str, wanted: list[str]) -> None:
    assert values(cities(Utterance.of(text))) == wanted


@pytest.mark.parametrize(
    ("text", "clock", "hours", "minutes"),
    [
        ("at 12 am", ["00:00"], [0], [0]),
        ("at 12:15 pm", ["12:15"], [12], [15]),
        ("from 9 a.m. to 5:30 p.m.", ["09:00", "17:30"], [9, 17, 5], [0, 30]),
        ("at 7", [], [], []),
        ("at 25:10", [], [], []),
    ],
)
def test_clocks(text: str, clock: list[str], hours: list[int], minutes: list[int]) -> None:
    utterance = Utterance.of(text)
    assert [span.value for span in times(utterance) if span.form == "clock"] == clock
    assert values(clocks(utterance, "hour")) == hours
    assert values(clocks(utterance, "minute")) == minutes


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from May 3 to May 5, 2024", ["2024-05-03", "2024-05-05"]),
        ("2024 March 5", ["2024-03-05"]),
        ("on 29 February 2024", ["2024-02-29"]),
        ("on 29 February 2023", ["29 February 2023"]),  # no such day: as it is typed
        ("on 03.04.2025", ["2025-04-03"]),
        ("on 03/04/2025", ["2025-03-04"]),
        ("on 13/02/2025", ["2025-02-13"]),
        ("may I go in May 2025", ["May 2025"]),
        ("Jan. 7, 1999", ["1999-01-07"]),
        ("this weekend", ["this weekend"]),
    ],
)
def test_dates_as_iso(text: str, wanted: list[str]) -> None:
    assert values(dates(Utterance.of(text), "Y-m-d")) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("two per cent", [0.02, 2.0]),
        ("2 per cent of it", [0.02, 2.0]),
        ("2 per customer", [2.0]),
        ("$1,200.50", [1200.5]),
        ("1.5bn or 3k", [1.5e9, 3000.0]),
        ("x = −4", [-4.0]),
        ("the 2 of m/s^2", [2.0]),
        ("9" * 40, []),
    ],
)
def test_numbers_with_what_belongs_to_them(text: str, wanted: list[float]) -> None:
    assert values(floats(Utterance.of(text))) == pytest.approx(wanted)


def test_frequencies() -> None:
    assert values(frequencies(Utterance.of("quarterly, not semi-annually"))) == [4, 2]
    assert frequencies(Utterance.of("every quarter")) == []


@pytest.mark.parametrize(
    ("text", "items", "wanted"),
    [
        ("from x = -1 to x = 2", "float", [-1.0, 2.0]),
        ("apples, pears, or plums", "text", ["apples", "pears", "plums"]),
        ("'a, b' and 'c'", "text", ["a, b", "c"]),
        ("Oslo & Cork", "text", ["Oslo", "Cork"]),
        ("5%, 7% and 9%", "float", [0.05, 0.07, 0.09]),
        ("the 1st, 2nd and 3rd", "integer", [1, 2, 3]),
        ("[3, -4, 5.5]", "float", [3.0, -4.0, 5.5]),
    ],
)
def test_lists(text: str, items: str, wanted: list[Any]) -> None:
    assert wanted in values(lists(Utterance.of(text), items))


def test_numbers_of_different_things_are_no_list() -> None:
    assert [3, 5] not in values(lists(Utterance.of("3 cats with 5 dogs"), "integer"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ('with {"a": [2]}', {"a": [2]}),
        ("[1, 2", None),
        ("[x]", None),
        ("[" * 500, None),
    ],
)
def test_nested_literals(text: str, wanted: Any) -> None:
    found = values(literals(Utterance.of(text)))
    assert found[:1] == ([] if wanted is None else [wanted])


@pytest.mark.parametrize(
    ("text", "cues", "wanted"),
    [
        ("with images but no ads", ("images", "ads"), [True, False]),
        ("stats please", ("statistics",), [True]),
        ("statistics please", ("stats",), [True]),
        ("sta please", ("statistics",), []),  # three letters abbreviate nothing
        ("disable the filter", ("filter",), [False]),
    ],
)
def test_booleans(text: str, cues: tuple[str, ...], wanted: list[bool]) -> None:
    assert values(booleans(Utterance.of(text), cues)) == wanted


def test_enums_that_are_words_of_each_other() -> None:
    assert values(enums(Utterance.of("in dark blue"), ("blue", "dark blue", "dark red"))) == ["blue", "dark blue"]
    assert values(enums(Utterance.of("option A, not a"), ("A", "B"))) == ["A"]


def test_codes_with_what_is_glued_to_them() -> None:
    found = values(codes(Utterance.of("C# in 2019-2020 at 12 Market Street, bo@x.org")))
    assert {"C#", "2019-2020", "12 Market Street", "bo@x.org"} <= set(found)


CHUNKS = st.text(st.sampled_from("ab1_.,:;@/\\-+'&^($xT0eE"), min_size=1, max_size=SHORT)


@settings(max_examples=400, deadline=None)
@given(CHUNKS)
@example("http://a.b/c?d,")
@example("a_1.txt")
@example("2024-01-02T03:04Z")
def test_both_engines_part_a_short_chunk_alike(chunk: str) -> None:
    short = [(match.lastindex, *match.span()) for match in _SHORT_PARTS.finditer(chunk)]
    assert short == [(match.lastindex, *match.span()) for match in _PARTS.finditer(readable(chunk))]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_tokens_are_what_stands_at_their_places(text: str) -> None:
    utterance = Utterance.of(text)
    assert [text[at:end] for at, end in zip(utterance.starts, utterance.ends, strict=True)] == utterance.tokens
    assert utterance.starts == sorted(utterance.starts)
    assert "".join(utterance.tokens).replace(" ", "") == "".join(text.split())


@pytest.mark.parametrize(("text", "wanted"), [("San Jose", "Aa Aa"), ("C4", "A0"), ("ÉÉé-12", "Aa-0"), ("", "")])
def test_shapes(text: str, wanted: str) -> None:
    assert shape(text) == wanted


@pytest.mark.parametrize("text", ["a " * 601, "a" * 4001, "[" * 601])
def test_too_much_is_refused(text: str) -> None:
    with pytest.raises(UtteranceError):
        Utterance.of(text)
