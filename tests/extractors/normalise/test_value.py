from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.candidate import Kind
from extractors.normalise import canonical, same

KINDS = st.sampled_from(get_args(Kind))
DATA_LIKE = st.from_regex(r"[-$(]?[0-9]{1,4}[ ./,'-]?[0-9A-Za-z]{0,4}[ ./,-]?[0-9]{0,4}[ %)]?", fullmatch=True)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "25/12/2018 8:13:39 PM", "2018-12-25"),
        ("date", "03/04/2018", "2018-04-03"),
        ("date", "soon", None),
        ("money", "RM9.00", "9.00"),
        ("money", "(1.234,56)", "-1234.56"),
        ("money", "n/a", None),
        ("number", "19 %", "19"),
        ("identifier", " RE  7 ", "RE 7"),
        ("party", "ACME\n GmbH", "ACME GmbH"),
        ("party", "  ", None),
        ("boolean", "Ja", "true"),
        ("boolean", "☐", "false"),
        ("boolean", "perhaps", None),
    ],
)
def test_canonical(kind: Kind, text: str, value: str | None) -> None:
    assert canonical(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "gold", "got", "equal"),
    [
        ("date", "03/04/2018", "2018-04-03", True),
        ("date", "03/04/2018", "2018-03-04", True),
        ("date", "13/04/2018", "2018-04-14", False),
        ("date", "2018-04-03", "2018-03-04", False),
        ("money", "$8.60", "8.6", True),
        ("money", "1234.50", "1,234.50", True),
        ("money", "10", "-10", False),
        ("number", "100.0000", "100", True),
        ("identifier", "ab-1", "AB-1.", True),
        ("identifier", "ab-1", "AB1", False),
        ("party", "ACME (M) Ltd.", "acme m ltd", True),
        ("party", "ACME Ltd", "ACME", False),
        ("address", "NO.5, JALAN 1", "NO 5 JALAN 1", True),
        ("text", "...", "---", False),
        ("enum", "EUR", "eur", True),
        ("enum", "E-UR", "EUR", False),
        ("boolean", "true", "yes", True),
        ("boolean", "true", "no", False),
        ("text", None, None, True),
        ("text", None, "x", False),
        ("text", "x", None, False),
    ],
)
def test_same(kind: Kind, gold: str | None, got: str | None, equal: bool) -> None:
    assert same(kind, gold, got) is equal


@given(KINDS, st.text() | DATA_LIKE)
def test_canonical_is_idempotent_and_says_the_same(kind: Kind, text: str) -> None:
    value = canonical(kind, text)
    if value is not None:
        assert canonical(kind, value) == value
        assert same(kind, text, value)


@given(KINDS, st.text() | DATA_LIKE, st.text() | DATA_LIKE)
def test_same_never_raises_and_is_reflexive(kind: Kind, gold: str, got: str) -> None:
    assert same(kind, gold, got) in (True, False)
    assert same(kind, gold, gold)
