"""Answers are found among the words, or they do not count."""

import pytest

from extractors.candidate import Candidate, Kind
from extractors.grounding import ground
from tests.extractors.bounded_documents import document


@pytest.mark.parametrize(
    ("kind", "answer", "value", "words"),
    [
        ("money", "16.32", "16.32", "16.32"),
        ("money", "£16.32", "16.32", "16.32"),
        ("money", "GBP 10.00", "10.00", "10.00"),
        ("date", "3 April 2024", "2024-04-03", "03/04/2024"),
        ("date", "2024-04-03", "2024-04-03", "03/04/2024"),
        ("identifier", "NW-2041/7", "NW-2041/7", "NW-2041/7"),
        ("identifier", "nw 2041 7", "NW-2041/7", "NW-2041/7"),
        ("party", "NORTHWIND SUPPLIES, LTD.", "Northwind Supplies Ltd", "Northwind Supplies Ltd"),
        ("address", "14 Harbour Road\nBristol BS1 4RR", "14 Harbour Road Bristol BS1 4RR", None),
        ("text", "Payment received with thanks", "Payment received with thanks", None),
    ],
)
def test_printed(kind: Kind, answer: str, value: str, words: str | None) -> None:
    page = document().pages[0]
    found = ground(document(), kind, answer)
    assert found is not None
    assert found.value == value
    assert " ".join(page.words[index].text for index in found.words) == (words or value)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("money", "1.00"),
        ("money", "16.3"),
        ("date", "2024-04-05"),
        ("identifier", "NW-2041/8"),
        ("identifier", "NW-2041"),
        ("party", "Northwind Supplies Limited"),
        ("address", "14 Harbour Road London"),
        ("text", "..."),
        ("money", "much"),
    ],
)
def test_not_printed(kind: Kind, answer: str) -> None:
    assert ground(document(), kind, answer) is None


def test_candidate_gives_its_reading() -> None:
    text = document()
    place = next(index for index, word in enumerate(text.pages[0].words) if word.text == "03/04/2024")
    candidate = Candidate("date", "2024-03-04", "03/04/2024", 0, (place,), "m/d/Y")
    found = ground(text, "date", "03/04/2024", [candidate])
    assert found is not None
    assert (found.value, found.words) == ("2024-03-04", (place,))


def test_rows_limit_where_to_look() -> None:
    text = document()
    row = text.pages[0].row_of[next(i for i, word in enumerate(text.pages[0].words) if word.text == "10.00")]
    assert ground(text, "money", "10.00", rows=frozenset([(0, row)])) is not None
    assert ground(text, "money", "10.00", rows=frozenset([(0, row + 1)])) is None
    assert ground(text, "text", "Copper pipe", rows=frozenset([(0, row)])) is not None
    assert ground(text, "text", "Copper pipe", rows=frozenset([(0, row + 1)])) is None
