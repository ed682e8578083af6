"""The second rung: rows of a recognised page read once more, larger; and pages as pictures for a model that sees."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from extractors.candidate import Candidate
from ocr.document import Box, Document, Page, Word
from ocr.region import page_picture, read_region

REGIONS = 4
"""Rows of a document that are read again at most: each takes about as long as a page of few words."""
RECOGNISED = ("tesseract", "rapidocr")
LONGEST_SIDE = 1568
"""Pixels of a picture's longer side; larger ones are scaled down by providers anyway."""


def read_sharper(path: Path, document: Document, candidates: Iterable[Candidate]) -> Document | None:
    """The document with the rows of `candidates` read again; None where no page came from OCR or nothing changed.

    Raises ReadError and OSError.
    """
    rows = dict.fromkeys(
        (one.page, document.pages[one.page].row_of[one.words[0]])
        for one in candidates
        if document.pages[one.page].source in RECOGNISED
    )
    pages = list(document.pages)
    for number, row in list(rows)[:REGIONS]:
        page = document.pages[number]
        box = page.box_of(range(*page.rows[row]))
        found = read_region(path, page, box)
        if found:
            pages[number] = _with(pages[number], box, found)
    return None if pages == list(document.pages) else Document(tuple(pages), document.sha256)


def pages_as_images(path: Path, numbers: Sequence[int]) -> tuple[bytes, ...]:
    """Pages (counted from 1; the first two of `numbers`) as PNG. Raises ReadError and OSError."""
    images = []
    for number in numbers[:2]:
        picture = page_picture(path, number)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        data = io.BytesIO()
        picture.save(data, "PNG")
        images.append(data.getvalue())
    return tuple(images)


def _with(page: Page, box: Box, words: Sequence[Word]) -> Page:
    """The page with `words` in place of those whose middle lies in the box."""
    kept = [
        word
        for word in page.words
        if not (box.x0 <= (word.x0 + word.x1) / 2 <= box.x1 and box.y0 <= word.middle <= box.y1)
    ]
    return Page.of(page.number, page.width, page.height, [*kept, *words], page.source)
