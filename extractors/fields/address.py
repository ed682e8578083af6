"""Proposes postal addresses."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import below, lines
from extractors.fields.page_text import PageText, page_texts, unique
from extractors.normalise.text import collapse
from ocr.document import Document, Segment

LONGEST = 5


def addresses(document: Document) -> list[Candidate]:
    """Every block of one to five lines, one below the other, that could be an address.

    `form` is the number of lines.
    """
    return document.memo("fields.addresses", lambda: unique(_addresses(document)))


def _addresses(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for segment, _ in lines(page):
            yield from _blocks(page, segment)


def _blocks(page: PageText, segment: Segment) -> Iterator[Candidate]:
    block: list[Segment] = []
    following: Segment | None = segment
    while following and len(block) < LONGEST:
        block.append(following)
        words = tuple(place for part in block for place in range(part.start, part.end))
        text = " ".join(page.page.words[place].text for place in words)
        yield Candidate("address", collapse(text), text, page.index, words, str(len(block)))
        following = below(page, following)
