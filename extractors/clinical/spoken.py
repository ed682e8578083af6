"""Numbers as digits or as people say them: "8.2", "eight point two", "thirty-four and a half"."""

from decimal import Decimal

from extractors.pattern import find_all

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUE = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_ONE = "|".join(_UNITS[:10]) + "|oh"
SPOKEN = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(reversed(_UNITS))})"
    rf"(?: point (?:{_ONE})(?: (?:{_ONE}))?| and a half)?"
)
"""RE2 pattern of a spoken number from 0 to 99, lower case."""
NUMBER = rf"\d{{1,4}}(?:\.\d{{1,2}})?|\b{SPOKEN}\b"
"""RE2 pattern of a number in digits or words, lower case."""


def to_number(text: str) -> Decimal:
    """The number that a match of `NUMBER` names.

    >>> to_number("8.2"), to_number("eight point two"), to_number("thirty-four and a half"), to_number("seven")
    (Decimal('8.2'), Decimal('8.2'), Decimal('34.5'), Decimal('7'))
    """
    if text[0].isdigit():
        return Decimal(text)
    whole, _, part = text.lower().partition(" point ")
    half = whole.endswith(" and a half")
    number = Decimal(sum(_VALUE[word] for word in find_all("[a-z]+", whole.removesuffix(" and a half"))))
    digits = "".join("0" if word == "oh" else str(_VALUE[word]) for word in part.split())
    return number + (Decimal("0.5") if half else Decimal(f"0.{digits}") if digits else Decimal(0))
