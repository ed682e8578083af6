"""What holds for every proposer and every document."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.candidate import Candidate
from extractors.fields import addresses, booleans, dates, enums, identifiers, money, numbers, parties, texts
from extractors.normalise import canonical
from ocr.document import Document, Page, Word

Propose = Callable[[Document], list[Candidate]]
PROPOSERS: dict[str, Propose] = {
    "addresses": addresses,
    "booleans": lambda document: booleans(document, ["x"]),
    "dates": dates,
    "enums": lambda document: enums(document, ["EUR", "No", ""]),
    "identifiers": identifiers,
    "money": money,
    "numbers": numbers,
    "parties": parties,
    "texts": texts,
}
TEXTS = st.text(min_size=1, max_size=12) | st.sampled_from(
    [
        "12.50",
        "RM9.00",
        "25/12/2018",
        "Dec",
        "3,",
        "2018",
        "No:",
        "(1)",
        "A-17",
        "Tel",
        "İ",
        "€",
        "-",
        ".50",
        "ACME",
        "x",
    ]
)
PLACES = st.integers(min_value=0, max_value=300)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    pages = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        words = [
            Word(text, float(x), float(y), float(x + 5 * len(text)), float(y + 10))
            for text, x, y in draw(st.lists(st.tuples(TEXTS, PLACES, PLACES), max_size=25))
        ]
        pages.append(Page.of(number, 400.0, 400.0, words))
    return Document(tuple(pages))


@pytest.mark.parametrize("name", PROPOSERS)
@settings(max_examples=40, deadline=None)
@given(document=documents())
def test_every_candidate_stands_on_the_page(name: str, document: Document) -> None:
    candidates = PROPOSERS[name](document)
    for candidate in candidates:
        page = document.pages[candidate.page]
        assert candidate.words
        assert list(candidate.words) == sorted(set(candidate.words))
        assert all(0 <= place < len(page.words) for place in candidate.words)
        assert candidate.value
        assert canonical(candidate.kind, candidate.value) == candidate.value
        assert candidate.box(document).page == page.number


@pytest.mark.parametrize("name", PROPOSERS)
def test_work_is_done_once_a_document(name: str) -> None:
    document = Document.from_text("ACME Ltd, 5 Mill Lane, 12345 Riverton\n25/12/2018   EUR 9.00   No")
    assert PROPOSERS[name](document)
    assert PROPOSERS[name](document) is PROPOSERS[name](document)


@pytest.mark.parametrize("name", PROPOSERS)
@pytest.mark.parametrize(
    "word", ["1" * 20_000, "1." * 10_000, "a1-" * 7_000, "(" * 20_000, "A:" * 10_000, "Jan" * 7_000]
)
def test_a_monstrous_word_takes_linear_time(name: str, word: str) -> None:
    document = Document.from_text(f"{word} {word}\n{word}")
    assert len(PROPOSERS[name](document)) < 30_000
