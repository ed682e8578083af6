"""Proposes one of a few allowed values."""

import re
from collections.abc import Iterator, Sequence

from extractors.candidate import Candidate
from extractors.fields.page_text import page_texts, unique
from ocr.document import Document


def enums(document: Document, values: Sequence[str]) -> list[Candidate]:
    """Every place where one of `values` is printed as whole words, whatever its case; the value as in `values`."""
    return document.memo(("fields.enums", tuple(values)), lambda: unique(_enums(document, values)))


def _enums(document: Document, values: Sequence[str]) -> Iterator[Candidate]:
    for value in values:
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, value.split())) + r"(?!\w)", re.IGNORECASE)
        for page in page_texts(document):
            for match in pattern.finditer(page.text):
                yield page.candidate("enum", match.start(), match.end(), value)
