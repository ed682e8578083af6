"""Proposes one of a few allowed values."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

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
    pattern, meanings = _pattern(values)
    for page in page_texts(document) if meanings else ():
        for match in pattern.finditer(page.text):
            printed = collapse(match[0])
            for value in meanings.get(printed) or meanings.get(printed.casefold(), ()):
                form = "value" if printed.casefold() == value.casefold() else "alias"
                yield page.candidate("enum", match.start(), match.end(), value, form)


@lru_cache(maxsize=256)
def _pattern(values: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """One pattern for all values, and what each print of them means."""
    meanings: dict[str, tuple[str, ...]] = {}
    for value in values:
        for printed in (value, *aliases(value)):
            key = collapse(printed) if len(printed) <= SHORT else collapse(printed).casefold()
            if key:
                meanings[key] = (*meanings.get(key, ()), value)
    prints = sorted(meanings, key=lambda key: (-len(key), key))
    return re.compile("|".join(map(_one, prints)) or r"(?!)"), meanings


def _one(printed: str) -> str:
    body = r"\s".join(map(re.escape, printed.split()))
    before = r"(?<![^\W_])" if printed[0].isalnum() else ""
    after = r"(?![^\W_])" if printed[-1].isalnum() else ""
    if before and len(printed) <= SHORT and printed.isupper():
        after = r"(?![^\W\d_])(?!\d{6})"  # "EUR12", "DE-99199", but not a VAT number
    return f"{before}{body if len(printed) <= SHORT else f'(?i:{body})'}{after}"
