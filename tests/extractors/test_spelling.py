"""Spellings: what is learned, what is corrected, and what must stay as it is."""

import pytest

from extractors.spelling import learn_spellings, respell

KNOWN = ("NORTHWIND STATIONERY LTD", "UNIT 12, MILL LANE, OLDHAM", "UNIT 13, MILL LANE, OLDHAM")


def test_the_commonest_way_to_write_a_shared_value() -> None:
    values = ["Northwind Ltd.", "NORTHWIND LTD", "NORTHWIND LTD", "Seen Once Only Ltd", "Acme", "Acme"]
    assert learn_spellings(values) == ("NORTHWIND LTD",)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("N0RTHWIND STATIONERY LTD", "N0RTHWIND STATIONERY LTD"),
        ("NORTHWIND STATI0NERY LTD", "NORTHWIND STATI0NERY LTD"),
        ("NORTHWIND STATIOMERY LTD", "NORTHWIND STATIONERY LTD"),
        ("UNIT 12, MILL LAME, OLDHAM", "UNIT 12, MILL LANE, OLDHAM"),
        ("UNIT 14, MILL LANE, OLDHAM", "UNIT 14, MILL LANE, OLDHAM"),
        ("UNIT 13, MILL LANE, OLDHAM", "UNIT 13, MILL LANE, OLDHAM"),
        ("SOUTHWIND BAKERY LTD", "SOUTHWIND BAKERY LTD"),
        ("Acme", "Acme"),
    ],
)
def test_letters_may_differ_digits_may_not(read: str, meant: str) -> None:
    assert respell(read, KNOWN) == meant


def test_nothing_known_nothing_changed() -> None:
    assert respell("NORTHWIND STATIOMERY LTD", ()) == "NORTHWIND STATIOMERY LTD"
