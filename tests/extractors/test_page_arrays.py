"""Rows of a page as arrays: what stands in them, how high they are, how far apart."""

import numpy as np

from extractors.page_arrays import page_arrays
from extractors.rows import AMOUNT, CODE, COLON, DIGIT, OPEN, bits_of, row_kinds
from extractors.vocabulary import Vocabulary
from ocr.document import Document, Page, Word


def test_rows_know_their_height_and_the_blank_above_them() -> None:
    words = [
        Word("Acme", 0, 0, 40, 10),
        Word("Ltd", 45, 2, 60, 10),
        Word("12", 0, 12, 20, 22),
        Word("Hill", 25, 12, 50, 22),
        Word("Total:", 0, 60, 40, 70),
    ]
    arrays = page_arrays(Document((Page.of(1, 100, 100, words),)), 0, Vocabulary())
    assert arrays.row_height.tolist() == [10, 10, 10, 0]
    assert arrays.gap.tolist() == [0, 3, 6, 0]  # none above the first row and after the last
    kinds = arrays.row_kind.tolist()
    assert kinds[-1] == 0 and len(set(kinds)) == 4


def test_a_page_without_words() -> None:
    arrays = page_arrays(Document.from_text(""), 0, Vocabulary())
    assert arrays.count == 0 and arrays.row_kind.tolist() == [0] and arrays.gap.tolist() == [0]


def test_the_kind_of_a_row_tells_all_that_is_in_it() -> None:
    rows = (("(see", "note"), ("90210", "Springfield"), ("Total:", "9.50"), ("plain", "words"))
    bits = [bits_of(word) for row in rows for word in row]
    assert bits[2] & (DIGIT | CODE) == DIGIT | CODE and bits[0] & OPEN and bits[4] & COLON and bits[5] & AMOUNT
    found = row_kinds(np.asarray([*bits, 0]), np.asarray([0, 2, 4, 6, 8])).tolist()
    assert found == [1 + 8, 1 + 1 + 2, 1 + 1 + 4 + 16, 1, 0]
