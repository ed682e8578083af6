"""What the ranker sees around a candidate."""

from extractors.candidate import Candidate
from extractors.features import COLUMNS, describe, shape
from extractors.vocabulary import Vocabulary
from ocr.document import Document

TEXT = """\
Acme Ltd
Invoice No   INV-7        Date   2026-03-01
Item              Price
Bolt               9.50
Total              9.50
"""


def seen(document: Document, candidate: Candidate) -> set[tuple[str, str]]:
    vocabulary = Vocabulary(learning=True)
    (row,) = describe(document, [candidate], vocabulary).tolist()
    return {(slot, vocabulary.token(number)) for slot, number in zip(COLUMNS, row, strict=True) if number}


def word(document: Document, text: str, kind: str = "money", occurrence: int = 0) -> Candidate:
    page = document.pages[0]
    places = [place for place, found in enumerate(page.words) if found.text == text]
    return Candidate(kind, text, text, 0, (places[occurrence],))  # type: ignore[arg-type]  # a kind


def test_labels_beside_and_above() -> None:
    document = Document.from_text(TEXT)
    found = seen(document, word(document, "9.50", occurrence=1))
    assert {("left 1", "total"), ("left label", "total"), ("left cell", "total"), ("right 1", "-")} <= found
    assert ("above 2", "price") in found and ("above 1", "0.00") in found
    assert ("from bottom", "0") in found and ("page", "only") in found
    number = seen(document, word(document, "INV-7", "identifier"))
    assert {("left 1", "no"), ("left 2", "invoice"), ("left label", "invoice no"), ("right 1", "date")} <= number
    assert ("shape", "A-9") in number and ("below", "price") not in number


def test_edges_of_the_page() -> None:
    document = Document.from_text(TEXT)
    first = seen(document, Candidate("party", "Acme Ltd", "Acme Ltd", 0, (0, 1)))
    assert {
        ("line before", "edge"),
        ("first word", "acme"),
        ("last word", "ltd"),
        ("word", "acme"),
        ("left 1", "-"),
    } <= first
    assert ("line after", "invoice") in first


def test_a_fixed_vocabulary_knows_no_new_tokens() -> None:
    document = Document.from_text(TEXT)
    matrix = describe(document, [word(document, "9.50")], Vocabulary(("item",)))
    assert set(matrix.ravel().tolist()) <= {0, 1}


def test_together_or_alone_makes_no_difference() -> None:
    document = Document.from_text(TEXT)
    candidates = [word(document, "9.50"), word(document, "INV-7", "identifier"), word(document, "Acme", "party")]
    vocabulary = Vocabulary(learning=True)
    together = describe(document, candidates, vocabulary)
    for place, candidate in enumerate(candidates):
        assert (describe(document, [candidate], vocabulary)[0] == together[place]).all()


def test_no_candidates() -> None:
    assert describe(Document.from_text("x"), [], Vocabulary()).shape == (0, len(COLUMNS))


def test_shape() -> None:
    assert shape("INV-2041/7") == "A-9/9"
    assert shape("") == ""
