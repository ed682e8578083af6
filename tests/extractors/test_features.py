"""What the ranker sees around a candidate."""

from extractors.candidate import Candidate
from extractors.features import COLUMNS, describe, shape
from extractors.relations import relations
from extractors.spans import BLOCK
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


def test_names_and_addresses_know_their_block() -> None:
    document = Document.from_text("Acme Ltd\n12 Hill Road,\n90210 Springfield\nTel: 555 0100\n\nTotal  9.50\n")
    lines = [row for row, _ in document.pages[0].rows]
    address = tuple(range(lines[1], lines[3]))
    found = seen(document, Candidate("address", "12 Hill Road, 90210 Springfield", "", 0, address))
    assert {("numbers", "2"), ("ends in", "a"), ("size before", "3"), ("size after", "3")} <= found
    short = seen(document, Candidate("address", "12 Hill Road,", "", 0, tuple(range(lines[1], lines[2]))))
    assert ("ends in", ",") in short
    kinds = {token for slot, token in found if slot == "kind after"}
    assert kinds and kinds != {token for slot, token in short if slot == "kind after"}
    assert not any(slot in BLOCK for slot, _ in seen(document, word(document, "9.50")))


def amounts(text: str) -> dict[str, set[str]]:
    return {value: set(tokens) for value, tokens in relations(Document.from_text(text), "money").tokens.items()}


def test_a_sum_is_told_from_its_parts_and_what_stands_below_from_what_stands_above() -> None:
    found = amounts("Net  10.00\nTax  2.00\nTotal  12.00\n")
    assert {"sum of two", "sum below", "rank 0", "from last 0"} <= found["12.00"]
    assert {"part of a sum", "part above"} <= found["2.00"]
    turned = amounts("Total  12.00\nNet  10.00\nTax  2.00\n")
    assert "sum of two" in turned["12.00"] and "sum below" not in turned["12.00"]


def test_a_telephone_number_is_no_largest_amount() -> None:
    found = amounts("Tel  55423228\nBolt  9.50\nTotal  12.00\n")
    assert "rank 0" in found["12.00"] and found["55423228"] == {"whole"}
    assert "rank 0" in amounts("Bolt  950\nTotal  1200\n")["1200"]


def test_a_credit_note_is_looked_at_with_the_other_sign() -> None:
    found = amounts("Net  -10.00\nTax  -2.00\nTotal  -12.00\n")
    assert {"rank 0", "share all", "sum below"} <= found["-12.00"]
    assert "negative" in found["12.00"]
    plain = amounts("Net  10.00\nDiscount  -2.00\nTotal  8.00\n")
    assert "negative" in plain["-2.00"] and "part above" not in plain["8.00"]
