"""Printed forms of dates, amounts and identifiers."""

import random
from datetime import date
from decimal import Decimal

import pytest
from stdnum import iban, luhn
from stdnum.at import uid as austrian
from stdnum.ch import uid as swiss
from stdnum.de import vat as german
from stdnum.fr import siret, tva
from stdnum.gb import vat as british
from stdnum.ie import vat as irish

from benchmarks.synthetic import identifiers
from benchmarks.synthetic.forms import canonical, print_date, print_money, print_number, print_quantity

DAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("form", "language", "printed"),
    [
        ("d.m.Y", "de", "03.03.2026"),
        ("d.m.y", "de", "03.03.26"),
        ("d. B Y", "de", "3. März 2026"),
        ("d B Y", "fr", "3 mars 2026"),
        ("d B Y", "en", "3 March 2026"),
        ("B d, Y", "en", "March 3, 2026"),
        ("d-b-Y", "en", "03-Mar-2026"),
        ("m/d/y", "en", "03/03/26"),
        ("Y-m-d", "en", "2026-03-03"),
    ],
)
def test_dates(form: str, language: str, printed: str) -> None:
    assert print_date(DAY, form, language) == printed


@pytest.mark.parametrize(
    ("form", "negative", "printed"),
    [
        ("1.234,56", "before", "-1.234.567,50"),
        ("1,234.56", "brackets", "(1,234,567.50)"),
        ("1 234,56", "before", "-1 234 567,50"),
        ("1'234.56", "after", "1'234'567.50-"),
        ("1234,56", "before", "-1234567,50"),
        ("1234.56", "before", "-1234567.50"),
    ],
)
def test_numbers(form: str, negative: str, printed: str) -> None:
    assert print_number(Decimal("-1234567.50"), form, negative=negative) == printed


@pytest.mark.parametrize(
    ("currency", "style", "printed"),
    [
        ("EUR", "suffix_symbol", "1.234,50 €"),
        ("EUR", "prefix_symbol", "€1.234,50"),
        ("CHF", "prefix_code", "CHF 1.234,50"),
        ("USD", "prefix_symbol", "$1.234,50"),
        ("EUR", "suffix_code", "1.234,50 EUR"),
        ("GBP", "column", "1.234,50"),
    ],
)
def test_money(currency: str, style: str, printed: str) -> None:
    assert print_money(Decimal("1234.5"), "1.234,56", currency, style) == printed


@pytest.mark.parametrize(("value", "printed"), [("3", "3"), ("2.50", "2,5"), ("0.75", "0,75"), ("120", "120")])
def test_quantities_have_no_useless_zeros(value: str, printed: str) -> None:
    assert print_quantity(Decimal(value), "1.234,56") == printed


@pytest.mark.parametrize(
    ("value", "plain"), [(DAY, "2026-03-03"), (Decimal("12.50"), "12.50"), (None, None), ("A 1", "A 1")]
)
def test_canonical(value: object, plain: str | None) -> None:
    assert canonical(value) == plain


@pytest.mark.parametrize("seed", range(5))
def test_check_digits_are_right(seed: int) -> None:
    chance = random.Random(seed)
    checks = {"DE": german, "AT": austrian, "FR": tva, "GB": british, "IE": irish, "CH": swiss}
    for country, check in checks.items():
        assert check.is_valid(identifiers.vat_id(country, chance) or ""), country
    for country in identifiers.BBAN:
        assert iban.is_valid(identifiers.iban(country, chance) or "", check_country=False), country
    number = identifiers.tax_number("FR", chance) or ""
    assert siret.is_valid(number)
    assert luhn.is_valid(number)


def test_a_country_without_the_number_has_none() -> None:
    chance = random.Random(1)
    assert identifiers.iban("US", chance) is None
    assert identifiers.vat_id("US", chance) is None
    assert identifiers.tax_number("GB", chance) is None
