"""Proposes one of a few allowed values."""

from collections.abc import Iterator, Sequence

from extractors.candidate import Candidate
from extractors.fields.aliases import aliases
from extractors.fields.page_text import page_texts, unique
from extractors.normalise.text import collapse
from ocr.document import Document

SHORT = 3
"""A value of at most so many characters counts only in the case in which it is given: "IT" is no "it"."""


def enums(document: Document, values: Sequence[str]) -> list[Candidate]:
    """Every place where one of `values` is printed as whole words; the candidate's value is as in `values`.

    Case does not matter for values of more than three characters. Currency codes are also found by their signs and
    country codes by names and as prefixes of postcodes ("DE-99199"). `form` is "value", or "alias" for those.
    """
    key = tuple(values)
    return document.memo(("fields.enums", key), lambda: unique(_enums(document, key)))


def _enums(document: Document, values: tuple[str, ...]) -> Iterator[Candidate]:
    prints = [(printed, value) for value in values for printed in (value, *aliases(value)) if printed.strip()]
    for page in page_texts(document):
        lower = page.text.lower()
        if len(lower) != len(page.text):  # "İ" lowers to two characters
            lower = "".join(char.lower()[0] for char in page.text)
        found = []
        for printed, value in prints:
            exact = len(printed) <= SHORT
            needle = collapse(printed) if exact else collapse(printed).lower()
            form = "value" if printed == value else "alias"
            for start, end in _places(page.text if exact else lower, needle):
                found.append((start, -end, form, value))
        for start, end, form, value in sorted(found):
            yield page.candidate("enum", start, -end, value, form)


def _places(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Where `needle` stands as whole words. A sign, or short capitals, may touch digits: "EUR12", "€5", "DE-99199"."""
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if not (needle[0].isalnum() and text[start - 1].isalnum()) and _ends(text, needle, end):
            yield start, end
        start = text.find(needle, end)


def _ends(text: str, needle: str, end: int) -> bool:
    following = text[end : end + 1]
    if not (needle[-1].isalnum() and following.isalnum()):
        return True
    amount = text[end : end + 6]
    return len(needle) <= SHORT and needle.isupper() and following.isdigit() and not amount.isdigit()
