"""Proposes postal addresses."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import Line, PageLines, outer
from extractors.fields.page_text import unique
from extractors.fields.parts import unlabelled
from extractors.normalise.text import collapse
from ocr.document import Document

LONGEST = 6
"""No address has more lines."""
OTHER = re.compile(
    r"\b(?:tel|telephone|telefon|fax|phone|hp|mobile|e-?mail|gst|vat|mwst|ust|tva|siret|iban|bic|invoice|receipt|"
    r"rechnung|facture|date|datum|cashier|total)\b(?! ?[&'])|[\w.]+@|www\.|https?:|\d\d?:\d\d|\d[.,]\d\d$",
    re.IGNORECASE,
)
"""Where something that is no address begins."""
LETTERS = re.compile(r"[^\W\d_]{2}")


def addresses(document: Document) -> list[Candidate]:
    """Every block of one to six lines, one below the other, that could be an address: there is a number in it and
    no telephone, tax number, amount or web address. On the first two pages and the last.

    The first line also without a label with a colon. `form` is the number of lines.
    """
    return document.memo("fields.addresses", lambda: unique(_addresses(document)))


def _addresses(document: Document) -> Iterator[Candidate]:
    for page in outer(document):
        for line in (*page.segments, *page.rows()):
            yield from _blocks(page, line)


def _blocks(page: PageLines, first: Line) -> Iterator[Candidate]:
    """All blocks that begin with the line `first`."""
    starts = {0, unlabelled(first.text)} if LETTERS.search(first.text) else set()
    for start in starts:
        words: tuple[int, ...] = ()
        texts: list[str] = []
        line: Line | None = first
        while line and len(texts) < LONGEST:
            other = OTHER.search(line.text, start)
            end = other.start() if other else len(line.text)
            if end - start < 3:
                break
            words += page.page.words_of(line.left + start, line.left + end)
            texts.append(line.text[start:end])
            text = " ".join(texts)
            if len(text) > 12 and any(map(str.isdigit, text)):
                yield Candidate("address", collapse(text), text, page.page.index, words, str(len(texts)))
            line, start = (None if other else page.below(line)), 0
