"""Dates, money, numbers, identifiers, enums and booleans, each in a line of text."""

import pytest

from extractors.candidate import Candidate
from extractors.fields import booleans, dates, enums, identifiers, money, numbers
from ocr.document import Document


def values(candidates: list[Candidate]) -> list[str]:
    return [candidate.value for candidate in candidates]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DATE:25/12/2018 8:13:39 PM", ["2018-12-25"]),
        ("Date  18 MAR 2018", ["2018-03-18"]),
        ("Due 03/04/2018", ["2018-04-03", "2018-03-04"]),
        ("Flight 12/30/19-01/26/20", ["2019-12-30", "2020-01-26"]),
        ("DATE/TIME : 20180428/191204", ["2018-04-28"]),
        ("Tel 07-3507405 at 10:20", []),
    ],
)
def test_dates(line: str, expected: list[str]) -> None:
    assert values(dates(Document.from_text(line))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Total:RM9.00", ["9.00"]),
        ("TOTAL AMT......... RM   60.31", ["60.31"]),
        ("Summe 1.234,56 EUR", ["1234.56"]),
        ("Montant 1 234,56 €", ["1234.56"]),
        ("Gross $1,234.56CR", ["-1234.56", "1234.56"]),
        ("Skonto -5.00 EUR", ["-5.00", "5.00"]),
        ("Rest (12.50)", ["-12.50", "12.50"]),
        ("2 X 10.49  20.98 S", ["10.49", "20.98"]),
        ("3X10.49", ["10.49"]),
        ("Netto 1.234 EUR", ["1.234", "1234"]),
        ("CHANGE RM  .10", ["0.10"]),
        ("Total   1500", ["1500"]),
        ("Zahlbar in 30 Tagen, 99199 Riverton, Nr. 0042, Seite 7", []),
        ("Anzahlung  0", ["0"]),
        ("19,00 % MwSt", []),
        ("17.11.2018 12:30 07-3507405 A4", []),
    ],
)
def test_money(line: str, expected: list[str]) -> None:
    assert values(money(Document.from_text(line))) == expected


def test_the_form_tells_a_reading_from_its_size() -> None:
    forms = [candidate.form for candidate in money(Document.from_text("Rabatt (1.234,50)"))]
    assert forms == ["-1.234,56", "|1.234,56"]


@pytest.mark.parametrize(
    ("line", "expected"), [("10 Stk 4kg", ["10", "4"]), ("19,00 %", ["19.00"]), ("No 12:30 1/2", [])]
)
def test_numbers(line: str, expected: list[str]) -> None:
    assert values(numbers(Document.from_text(line))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Invoice No. RE-2024/07", "RE-2024/07"),
        ("Invoice:INV12345", "INV12345"),
        ("Rechnung Nr.12345", "12345"),
        ("Contract #1022634-1", "1022634-1"),
        ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("TVA FR 05 987 654 321", "FR 05 987 654 321"),
        ("BIC COBADEFFXXX", "COBADEFFXXX"),
        ("Order: pick-up one", "pick-up one"),
        ("DE-99199 Musterhausen", "99199"),
        ("GST ID:000097492992", "000097492992"),
        ("(CO.REG : 933109-X)", "933109-X"),
    ],
)
def test_identifiers(line: str, expected: str) -> None:
    assert expected in values(identifiers(Document.from_text(line)))


def test_amounts_dates_and_times_are_no_identifiers() -> None:
    assert identifiers(Document.from_text("RM12.50 25/12/2018 10:20 6.5%")) == []


def test_enums_are_whole_words_and_know_signs_and_names() -> None:
    document = Document.from_text("Betrag EUR 5 in EUROPA, it is $7 no DE-99199 Österreich DE123456789")
    assert values(enums(document, ["EUR", "USD", "GBP"])) == ["EUR", "USD"]
    assert values(enums(document, ["DE", "AT", "IT", "NO"])) == ["DE", "AT"]
    assert values(enums(document, ["betrag", "paid in full"])) == ["betrag"]
    assert [candidate.form for candidate in enums(document, ["EUR", "USD"])] == ["value", "alias"]


def test_booleans_are_words_boxes_and_cues() -> None:
    document = Document.from_text("Smoker: No   Insured ☒   denies chest pain 1")
    found = [(candidate.value, candidate.text, candidate.form) for candidate in booleans(document, ["chest pain"])]
    assert found == [("false", "No", "word"), ("true", "☒", "word"), ("true", "chest pain", "cue")]


def test_the_later_date_of_a_word_is_told_apart() -> None:
    found = dates(Document.from_text("Schedule 01/27/20-02/22/20 changed 01/24/20, printed 4 May 2020"))
    assert [(one.value, one.form) for one in found] == [
        ("2020-01-27", "m/d/y"),
        ("2020-02-22", "m/d/y later"),
        ("2020-01-24", "m/d/y"),
        ("2020-05-04", "d b Y"),
    ]
