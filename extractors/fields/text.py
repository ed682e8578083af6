"""Proposes pieces of text of any kind."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import lines, unlabelled
from extractors.fields.page_text import page_texts, unique
from ocr.document import Document


def texts(document: Document) -> list[Candidate]:
    """Every line as it stands and without its label."""
    return document.memo("fields.texts", lambda: unique(_texts(document)))


def _texts(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for _, span in lines(page):
            yield page.candidate("text", *span, form="line")
            value = unlabelled(page, span)
            if value:
                yield page.candidate("text", *value, form="value")
