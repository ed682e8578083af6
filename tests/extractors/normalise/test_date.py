from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.normalise.date import date_readings, find_dates

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2068, 12, 31))
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
NUMERIC = ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%m/%d/%Y", "%m-%d-%y", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]
COMPACT = ["%Y%m%d", "%d %m %Y", "%d. %m. %Y", "%Y-%m-%dT10:20:30Z", "%d/%m/%Y 8:13:39 PM", "%d.%m.%Y, 10:20 Uhr"]


@given(DAYS, st.sampled_from(NUMERIC + COMPACT))
def test_numeric_dates_read_back(day: date, layout: str) -> None:
    assert day.isoformat() in [iso for iso, _ in date_readings(day.strftime(layout))]


@given(
    DAYS,
    st.sampled_from(sorted(MONTHS)),
    st.sampled_from(["{d}. {m} {y}", "{d} {m} {y}", "{m} {d}, {y}", "{d}-{m}-{y}"]),
)
def test_month_names_read_back(day: date, language: str, layout: str) -> None:
    text = layout.format(d=day.day, m=MONTHS[language].split()[day.month - 1], y=day.year)
    assert [iso for iso, _ in date_readings(text)] == [day.isoformat()]
    assert [iso for iso, _ in date_readings(text.upper())] == [day.isoformat()]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/2018", [("2018-04-03", "d/m/Y"), ("2018-03-04", "m/d/Y")]),
        ("04/04/2018", [("2018-04-04", "d/m/Y")]),
        ("25.12.18", [("2018-12-25", "d.m.y")]),
        ("12/25/2018(TUE)", [("2018-12-25", "m/d/Y")]),
        ("25DEC2018", [("2018-12-25", "d b Y")]),
        ("16 Jun'18", [("2018-06-16", "d b Y")]),
        ("1er février 2020", [("2020-02-01", "d b Y")]),
        ("March 3rd, 2021", [("2021-03-03", "b d Y")]),
        ("Tue, 25 Dec 2018", [("2018-12-25", "d b Y")]),
        ("25 de diciembre de 2018", [("2018-12-25", "d b Y")]),
        ("2018 Dec 25", [("2018-12-25", "Y b d")]),
        ("１２/２５/２０１８", [("2018-12-25", "m/d/Y")]),
        ("31.02.2018", []),
        ("29.02.2019", []),
        ("1.2.3", []),
        ("192.168.10.12", []),
        ("12345678", []),
        ("Order 25/12/2018 shipped twice", []),
        ("Marching 3, 2021", []),
        ("", []),
    ],
)
def test_readings(text: str, readings: list[tuple[str, str]]) -> None:
    assert date_readings(text) == readings


def test_dates_are_found_where_they_stand() -> None:
    text = "Flight 12/30/19-01/26/20, printed Dec 3, 2018 (20181031)"
    found = {text[start:end]: [iso for iso, _ in readings] for start, end, readings in find_dates(text)}
    assert found == {
        "12/30/19": ["2019-12-30"],
        "01/26/20": ["2020-01-26"],
        "Dec 3, 2018": ["2018-12-03"],
        "20181031": ["2018-10-31"],
    }


@given(st.text() | st.from_regex(r"[0-9 ./\-a-zäİ]{0,40}", fullmatch=True))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(date.fromisoformat(iso) for iso, _ in date_readings(text))
    assert all(text[start:end] for start, end, _ in find_dates(text))
