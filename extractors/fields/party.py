"""Proposes names of people and organisations."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.fields.lines import below, lines, unlabelled
from extractors.fields.page_text import PageText, Span, page_texts, unique
from extractors.normalise.text import collapse
from ocr.document import Document, Segment

NAME = re.compile(r"[^\W\d_]{2}")
REGISTRATION = re.compile(r"[ ]?\([^()\n]{0,40}\)?$")


def parties(document: Document) -> list[Candidate]:
    """Every line that could be a name: as it stands, without its label ("Advertiser: X"), without a registration
    number in parentheses at its end, and joined with the line below it.

    `form` tells which: "line", "value" (after a label), "bare" (without parentheses), "joined".
    """
    return document.memo("fields.parties", lambda: unique(_parties(document)))


def _parties(document: Document) -> Iterator[Candidate]:
    for page in page_texts(document):
        for segment, span in lines(page):
            if not NAME.search(page.text, *span):
                continue
            for form, part in _parts(page, span):
                yield page.candidate("party", *part, form=form)
            yield from _joined(page, segment)


def _parts(page: PageText, span: Span) -> Iterator[tuple[str, Span]]:
    yield "line", span
    value = unlabelled(page, span)
    if value:
        yield "value", value
    for start, end in [span, value] if value else [span]:
        match = REGISTRATION.search(page.text[start:end])
        if match and match.start() > 2:
            yield "bare", (start, start + match.start())


def _joined(page: PageText, segment: Segment) -> Iterator[Candidate]:
    following = below(page, segment)
    if following:
        spans = [page.line(segment.start, segment.end), page.line(following.start, following.end)]
        text = " ".join(page.text[start:end] for start, end in spans)
        words = (*range(segment.start, segment.end), *range(following.start, following.end))
        yield Candidate("party", collapse(text), text, page.index, words, "joined")
