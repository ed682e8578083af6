import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.normalise.identifier import checks, identifier_key, shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RE-2024/07", "AA-9999/99"),
        ("Rg7 b", "Aa9 a"),
        ("é1Ü", "a9A"),
        ("12345678901234567890", "999999999999+"),
        ("123456789012", "999999999999"),
        ("", ""),
    ],
)
def test_shape(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "schemes"),
    [
        ("DE89 3704 0044 0532 0130 00", {"iban"}),
        ("DE89 3704 0044 0532 0130 01", set()),
        ("COBADEFFXXX", {"bic"}),
        ("DE136695976", {"eu_vat"}),
        ("DE136695977", set()),
        ("4111 1111 1111 1111", {"luhn"}),
        ("hello", set()),
    ],
)
def test_check_digits(text: str, schemes: set[str]) -> None:
    assert checks(text) == schemes


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("No. 12-3", "no.12-3.", True),
        ("#A 77 ", "a77", True),
        ("FR 05 987 654 321", "FR05987654321", True),
        ("12-3", "123", False),
        ("A/1", "A1", False),
        ("---", "***", False),
    ],
)
def test_key_ignores_case_blanks_and_edges_alone(one: str, other: str, equal: bool) -> None:
    assert (identifier_key(one) == identifier_key(other)) is equal


@given(st.text())
def test_any_text_has_a_shape_and_a_key(text: str) -> None:
    assert len(shape(text)) <= 80
    assert identifier_key(identifier_key(text)) == identifier_key(text)
    assert checks(text) <= {"iban", "bic", "eu_vat", "de_tax", "luhn"}
