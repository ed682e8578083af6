"""Read a part of a page once more, larger and by the sharper engine: the second rung of the ladder."""

from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from statistics import median

import pypdfium2 as pdfium
from PIL import Image
from rapidfuzz import fuzz

from ocr.document import Box, Page, Word
from ocr.errors import BrokenDocumentError, UnsupportedTypeError
from ocr.images import pictures
from ocr.options import DEFAULTS, Deadline, ReadOptions
from ocr.pdf import opened, render
from ocr.read import PICTURES
from ocr.recognise import Quarter, Reader, reader, rotated, straight, sureness
from ocr.upright import skew

MARGIN = 0.6
"""Word heights around the box that are read with it, so that no letter is cut."""
SHARPER_DPI = 300
LARGER = 1.5
"""Enlargement of the region."""
CANVAS = 736
"""Least side in pixels of what an engine is given: RapidOCR enlarges smaller pictures to it, letters out of shape."""
ALIKE = 60.0
"""Percent of likeness to what was read before above which a page needs no further turn."""


def read_region(path: Path, page: Page, box: Box, options: ReadOptions = DEFAULTS) -> list[Word]:
    """Words inside `box` of `page`, in the units of `page`, by OCR of the file's picture of that page.

    The page is taken as it was read: upright and straight. Raises ReadError and OSError; UnsupportedTypeError for
    documents without pictures (plain text, `.words.json`).
    """
    deadline = Deadline(options.seconds)
    picture = stored_picture(path.read_bytes(), page.number, replace(options, dpi=SHARPER_DPI))
    read = reader(replace(options, deskew=False), deadline)
    before = " ".join(word.text for word in _inside(page.words, box))
    readings: list[tuple[float, list[Word]]] = []
    for quarter in turns(picture, page):
        upright = rotated(picture, quarter)
        words = _read_box(straight(upright, skew(upright) if options.deskew else 0.0), page, box, read)
        # What was read before, though unsure, tells which way up the page is.
        likeness = fuzz.ratio(before, " ".join(word.text for word in words)) + sureness(words)
        readings.append((likeness, words))
        if likeness > ALIKE:
            break
    return max(readings, key=itemgetter(0))[1]


def page_picture(path: Path, number: int, options: ReadOptions = DEFAULTS) -> Image.Image:
    """Page `number` (from 1) of a PDF or picture, as it is stored. Raises as `read_region` does."""
    return stored_picture(path.read_bytes(), number, options).copy()


def stored_picture(data: bytes, number: int, options: ReadOptions) -> Image.Image:
    """The whole page, as it is stored: a rendered PDF page or a frame of a picture."""
    if b"%PDF-" in data[:1024]:
        with opened(data, options) as document:
            try:
                return render(document[number - 1], number, options)
            except pdfium.PdfiumError as error:
                raise BrokenDocumentError(f"page {number} is damaged; export the PDF again") from error
    if not data.startswith(PICTURES):
        raise UnsupportedTypeError("the document has no picture to read again")
    found = next((image for index, image in enumerate(pictures(data, options), start=1) if index == number), None)
    if found is None:
        raise BrokenDocumentError(f"the file has no page {number}; it changed since it was read")
    return found


def turns(picture: Image.Image, page: Page) -> tuple[Quarter, ...]:
    """Turns after which the picture has the page's shape, the likelier first."""
    same = (picture.width >= picture.height) == (page.width >= page.height)
    ways: tuple[Quarter, ...] = (0, 180) if same else (90, 270)
    return (0,) if page.source == "text_layer" else ways


def _read_box(picture: Image.Image, page: Page, box: Box, read: Reader) -> list[Word]:
    scale = picture.width / page.width
    margin = MARGIN * median([word.height for word in page.words] or [box.y1 - box.y0])
    left, top = round(max(0.0, box.x0 - margin) * scale), round(max(0.0, box.y0 - margin) * scale)
    right = round(min(page.width, box.x1 + margin) * scale)
    bottom = round(min(page.height, box.y1 + margin) * scale)
    if right <= left or bottom <= top:
        return []
    part = picture.crop((left, top, right, bottom))
    part = part.resize((round(part.width * LARGER), round(part.height * LARGER)), Image.Resampling.BICUBIC)
    canvas = Image.new("RGB", (max(CANVAS, part.width), max(CANVAS, part.height)), "white")
    x, y = (canvas.width - part.width) // 2, (canvas.height - part.height) // 2
    canvas.paste(part, (x, y))
    found = [
        replace(
            word,
            x0=(left + (word.x0 - x) / LARGER) / scale,
            y0=(top + (word.y0 - y) / LARGER) / scale,
            x1=(left + (word.x1 - x) / LARGER) / scale,
            y1=(top + (word.y1 - y) / LARGER) / scale,
        )
        for word in read(canvas)
    ]
    return _inside(found, box)


def _inside(words: Iterable[Word], box: Box) -> list[Word]:
    """Words whose middle lies in the box."""
    return [word for word in words if box.x0 <= (word.x0 + word.x1) / 2 <= box.x1 and box.y0 <= word.middle <= box.y1]
