"""The model sees the rows it needs, and no others."""

from extractors.candidate import Candidate
from extractors.excerpt import Wanted, excerpt, show
from tests.extractors.bounded_documents import document


def test_rows_around_labels_and_candidates() -> None:
    text = document()
    place = next(index for index, word in enumerate(text.pages[0].words) if word.text == "03/04/2024")
    date = Candidate("date", "2024-04-03", "03/04/2024", 0, (place,))
    part = excerpt(text, [Wanted("date", (), [date]), Wanted("money", ("Amount due",), ())], 600)
    assert part.text.splitlines() == [
        "14 Harbour Road  Invoice No: NW-2041/7",
        "Bristol BS1 4RR  Invoice date: 03/04/2024",
        "Description  Qty Unit price Amount",
        "…",
        "VAT 20 %  2.72",
        "Amount due  GBP 16.32",
        "Payment received with thanks",
    ]


def test_few_tokens_keep_the_most_needed_rows() -> None:
    part = excerpt(document(), [Wanted("money", ("amount due",), ())], 12)
    assert part.text == "Amount due  GBP 16.32"


def test_no_label_and_no_candidate_shows_the_top() -> None:
    part = excerpt(document("\n".join(f"line {number}" for number in range(30))), [Wanted("party", (), ())], 600)
    assert part.text.splitlines()[0] == "line 0"
    assert len(part.rows) == 12


def test_empty_document() -> None:
    part = excerpt(document(""), [Wanted("party", ("Seller",), ())], 600)
    assert (part.text, part.rows) == ("", frozenset())


def test_gaps_are_marked() -> None:
    text = document("a\nb\nc\nd")
    assert show(text, [(0, 3), (0, 0), (0, 1)]).text == "a\nb\n…\nd"
