"""Names, addresses and texts: spans of lines and blocks of lines."""

import json

import pytest

from extractors.candidate import Candidate
from extractors.fields import addresses, parties, texts
from ocr.document import Document

RECEIPT = """\
BAKER STREET HARDWARE
TRADING (HILLSIDE)
LTD 822737-X
NO. 17-G, MILL LANE
(X) U13, HILLSIDE,   40170 RIVERTON
TEL: 012 - 6651783 FAX: 03 - 33623608
INVOICE
1 BRUSH        12.00   12.00
"""
INVOICE = """\
Kern & Söhne GmbH · Hauptstr. 5 · DE-12345 Bad Neustadt

Advertiser: Friends of Trees (4913)        Customer Blue Door Inc   Page 1
POL/ Ann Example / D / US Invoice Date     Trees.com Inc

10 rue de la Mer, 2e étage                 London SW1A 1AA
75018 PARIS, FR                            Springfield, IL 62704

Zahlungsbedingungen: Zahlbar innerhalb 30 Tagen netto, 3% Skonto
innerhalb 10 Tagen ab Rechnungsdatum
"""


def values(candidates: list[Candidate]) -> set[str]:
    return {candidate.value for candidate in candidates}


@pytest.mark.parametrize(
    "name",
    [
        "BAKER STREET HARDWARE",
        "BAKER STREET HARDWARE TRADING",
        "BAKER STREET HARDWARE TRADING (HILLSIDE)",
        "BAKER STREET HARDWARE TRADING (HILLSIDE) LTD",
        "BAKER STREET HARDWARE TRADING (HILLSIDE) LTD 822737-X",
    ],
)
def test_a_name_may_take_three_lines_and_lose_what_accompanies_it(name: str) -> None:
    assert name in values(parties(Document.from_text(RECEIPT)))


@pytest.mark.parametrize(
    "name",
    [
        "Kern & Söhne GmbH",
        "Friends of Trees (4913)",
        "Friends of Trees",
        "Blue Door Inc",
        "POL/ Ann Example / D / US",
        "Trees.com Inc",
        "POL/ Ann Example / D / US Invoice Date",
    ],
)
def test_names_without_label_or_neighbour(name: str) -> None:
    assert name in values(parties(Document.from_text(INVOICE)))


def test_rows_of_a_table_and_telephones_are_no_names() -> None:
    document = Document.from_text("1 BRUSH 12.00\nwww.example.com\nTotal:\n10:20\nand so on")
    assert values(parties(document)) == set()


@pytest.mark.parametrize(
    "address",
    [
        "NO. 17-G, MILL LANE (X) U13, HILLSIDE, 40170 RIVERTON",
        "(X) U13, HILLSIDE, 40170 RIVERTON",
        "NO. 17-G, MILL LANE",
    ],
)
def test_addresses_are_blocks_of_lines(address: str) -> None:
    assert address in values(addresses(Document.from_text(RECEIPT)))


def test_an_address_ends_before_a_telephone() -> None:
    assert not any("TEL" in value or "12.00" in value for value in values(addresses(Document.from_text(RECEIPT))))
    one = Document.from_text("Add: 5 Mill Lane, Riverton Tel 0123")
    assert "5 Mill Lane, Riverton" in values(addresses(one))


@pytest.mark.parametrize(
    "text",
    [
        "10 rue de la Mer",
        "PARIS",
        "FR",
        "Bad Neustadt",
        "Hauptstr. 5",
        "London",
        "Springfield",
        "Zahlbar innerhalb 30 Tagen netto, 3% Skonto innerhalb 10 Tagen ab Rechnungsdatum",
    ],
)
def test_texts_are_parts_of_lines_and_paragraphs(text: str) -> None:
    assert text in values(texts(Document.from_text(INVOICE)))


def test_a_cell_that_touches_its_neighbour_begins_at_its_column() -> None:
    words = [
        ("Sales", 0, 0),
        ("Advertiser", 100, 0),
        ("Notes", 0, 12),
        ("here", 30, 12),
        ("ACME", 100, 12),
        ("PAC", 130, 12),
    ]
    rows = [
        {"text": text, "x0": x, "y0": y, "x1": x + (68 if text == "here" else 25), "y1": y + 10} for text, x, y in words
    ]
    page = {"number": 1, "width": 200, "height": 50, "words": rows}
    assert "ACME PAC" in values(parties(Document.from_json(json.dumps({"pages": [page]}))))
