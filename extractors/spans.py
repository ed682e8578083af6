"""How a span of words begins and ends, and what block it stands in: for names, addresses and texts.

Where an address ends is a matter of its last line, not of the words around it: does it hold a postcode, or stand below
one, does it end in a comma, what kind of line follows? All as array operations over the spans of a page.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from extractors.page_arrays import Floats, Ints, PageArrays

BLOCK = ("kind before", "kind after", "gap before", "gap after", "size before", "size after")
"""The slot of each column that `describe_blocks` gives."""


def describe_blocks(page: PageArrays, first: Ints, last: Ints, numbers: Ints) -> Ints:
    """What kinds of rows stand before and after, how far away, and how high they are for the candidate's own."""
    top, bottom = page.row[first], page.row[last]
    return np.stack(
        [
            numbers[page.row_kind[top - 1]],
            numbers[page.row_kind[bottom + 1]],
            numbers[page.gap[top]],
            numbers[page.gap[bottom + 1]],
            numbers[_ratio(page.row_height[top - 1], page.row_height[top])],
            numbers[_ratio(page.row_height[bottom + 1], page.row_height[bottom])],
        ],
        axis=1,
    )


def count_numbers(page: PageArrays, spans: Sequence[Sequence[int]]) -> Ints:
    """For each span of words, how many of them have a digit in them."""
    counts = np.asarray([len(span) for span in spans])
    flat = np.asarray(list(chain.from_iterable(spans)))
    return np.add.reduceat(page.has_digit[flat].astype(int), np.cumsum(counts) - counts)


def _ratio(other: Floats, own: Floats) -> Ints:
    """How high the other row is for this one, in steps: 0 no row, 1 much smaller … 5 much larger."""
    ratio = other / np.maximum(own, 1e-6)
    return np.where(other == 0, 0, 1 + (ratio >= 0.7).astype(int) + (ratio >= 0.9) + (ratio >= 1.12) + (ratio >= 1.45))
