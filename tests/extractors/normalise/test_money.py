from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.normalise.money import as_decimal, digits_readings, money_readings, number_readings

AMOUNTS = st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2)
STYLES = {
    "1,234.56": (",", "."),
    "1.234,56": (".", ","),
    "1'234.56": ("'", "."),
    "1 234,56": (" ", ","),
    "1234.56": ("", "."),
}
DRESSES = ["{}", "$ {}", "EUR {}", "{} €", "RM{}", "US${}", "{} CHF", "{}USD", "*{}*"]


def render(amount: Decimal, style: str) -> str:
    group, point = STYLES[style]
    return f"{amount:,.2f}".replace(",", "g").replace(".", "p").replace("g", group).replace("p", point)


@given(AMOUNTS, st.sampled_from(sorted(STYLES)), st.sampled_from(DRESSES))
def test_amounts_read_back(amount: Decimal, style: str, dress: str) -> None:
    text = dress.format(render(amount, style))
    assert [Decimal(value) for value, _ in money_readings(text)] == [amount]


@given(st.decimals(min_value="0.01", max_value=999999, places=2))
def test_negative_prints(amount: Decimal) -> None:
    for text in (f"({amount:,.2f})", f"{amount:,.2f}-", f"-$ {amount:,.2f}", f"$-{amount:,.2f}", f"{amount:,.2f} CR"):
        assert [Decimal(value) for value, _ in money_readings(text)] == [-amount], text


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.234", [("1.234", "1234.56"), ("1234", "1.234")]),
        ("1,234", [("1234", "1,234"), ("1.234", "1234,56")]),
        ("0.500", [("0.500", "1234.56")]),
        ("1.234.567", [("1234567", "1.234")]),
        ("1,23,456.00", [("123456.00", "1,234.56")]),
        ("1234567,891", [("1234567.891", "1234,56")]),
        ("12,--", [("12", "1234")]),
        ("CHF 1'000.-", [("1000", "1'234")]),
        (".50", [("0.50", "1234.56")]),
        ("007.50", [("7.50", "1234.56")]),
        ("8.60%", []),
        ("1.2.3", []),
        ("A4", []),
        ("Total", []),
        ("", []),
    ],
)
def test_readings(text: str, readings: list[tuple[str, str]]) -> None:
    assert money_readings(text) == readings


def test_a_number_may_be_a_percentage() -> None:
    assert number_readings("7,7 %") == [("7.7", "1234,56")]


@given(st.text() | st.from_regex(r"[-+$€(]?[0-9 .,']{0,30}[)%-]?", fullmatch=True))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for value, _ in [*money_readings(text), *number_readings(text)]:
        assert as_decimal(value) is not None
        assert digits_readings(value.lstrip("-"))
