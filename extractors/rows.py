"""What words and rows look like, apart from what they say: digits, marks, postcodes, heights, blanks between rows."""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
POSTCODE = re.compile(r"\D{0,3}\d{4,6}\W{0,2}")
DIGIT, CODE, COLON, OPEN, LETTERS, AMOUNT = 1, 2, 4, 8, 16, 32
"""Bits of a word: a digit in it; the shape of a postcode; a colon at its end; a parenthesis; letters; an amount."""
_AMOUNT = re.compile(r"\D{0,4}\d[\d.,]*[.,]\d\d\D?")


@lru_cache(maxsize=65536)
def bits_of(text: str) -> int:
    """The bits of a word."""
    bits = LETTERS if any(map(str.isalpha, text)) else 0
    if any(map(str.isdigit, text)):
        bits |= DIGIT | (CODE if POSTCODE.fullmatch(text) else 0) | (AMOUNT if _AMOUNT.fullmatch(text) else 0)
    return bits | (COLON if ":" in text else 0) | (OPEN if text[0] in "([{" else 0)


@lru_cache(maxsize=65536)
def mark(char: str) -> str:
    """The class of a word's first or last character: `9`, `A`, `a`, or the character itself."""
    return "9" if char.isdigit() else ("A" if char.isupper() else "a") if char.isalpha() else char


def row_kinds(bits: Ints, starts: Ints) -> Ints:
    """For each row the kind of its words, as a number below 64; 0 for the last row, which has none.

    `bits`: of each word, and 0 for "no word". `starts`: the first word of each row, ascending; no row is empty.
    """
    every, first = np.bitwise_or.reduceat(bits, starts), bits[starts]
    kinds: Ints = 1 + (every & DIGIT > 0) + 2 * (every & CODE > 0) + 4 * (every & COLON > 0) + 8 * (first & OPEN > 0)
    kinds += 16 * (every & AMOUNT > 0)
    kinds[-1] = 0
    return kinds
