"""Proposes answers yes and no."""

from collections.abc import Iterator, Sequence

from extractors.candidate import Candidate
from extractors.fields.enum import enums
from extractors.fields.page_text import page_texts
from extractors.normalise.value import canonical
from ocr.document import Document

LONGEST = 6
"""Characters of a word that can say yes or no."""


def booleans(document: Document, cues: Sequence[str]) -> list[Candidate]:
    """Answers "true" and "false": every word that says yes or no or is a ticked or empty box (form "word"), and
    "true" at every place where one of `cues` is printed as whole words, whatever its case (form "cue")."""
    key = tuple(cues)
    return document.memo(("fields.booleans", key), lambda: list(_booleans(document, key)))


def _booleans(document: Document, cues: tuple[str, ...]) -> Iterator[Candidate]:
    for page in page_texts(document):
        for place, word in enumerate(page.page.words):
            value = canonical("boolean", word.text) if len(word.text) <= LONGEST else None
            if value and not word.text.isdigit():
                yield Candidate("boolean", value, word.text, page.index, (place,), "word")
    for cue in enums(document, cues):
        yield Candidate("boolean", "true", cue.text, cue.page, cue.words, "cue")
