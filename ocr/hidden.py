"""Words of a PDF that a reader of the page does not see, though the text layer holds them.

Hidden text is how instructions are smuggled past people to machines. A scan with a text layer of its own also has
invisible text, over its picture, so the reason is given with each word and the caller judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from ocr.document import Box
from ocr.options import DEFAULTS, Deadline, ReadOptions
from ocr.pdf import opened, render
from ocr.text_layer import placed, word_starts

Reason = Literal["invisible", "tiny", "off_page", "no_contrast"]

INVISIBLE = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
TINY = 2.0
"""Points of height below which nobody reads."""
FAINT = 24
"""Grey levels (of 255) by which ink must differ from paper to be seen."""


@dataclass(frozen=True, slots=True)
class HiddenWord:
    """A word, where it stands, and why it is not seen."""

    text: str
    box: Box
    reason: Reason


def hidden_words(path: Path, options: ReadOptions = DEFAULTS) -> list[HiddenWord]:
    """Hidden words of all pages of a PDF; none for other files. Draws each page that has text once.

    Raises ReadError and OSError.
    """
    data = path.read_bytes()
    if b"%PDF-" not in data[:1024]:
        return []
    deadline = Deadline(options.seconds)
    found: list[HiddenWord] = []
    with opened(data, options) as document:
        for index in range(len(document)):
            deadline.left()
            page = document[index]
            try:
                found += _of_page(page, index + 1, options)
            finally:
                page.close()
    return found


def _of_page(page: pdfium.PdfPage, number: int, options: ReadOptions) -> Iterator[HiddenWord]:
    textpage = page.get_textpage()
    try:
        texts, starts, rects = word_starts(textpage)
        if not texts:
            return
        picture = render(page, number, options, grey=True)
        boxes = placed(rects, page)
        width, height = page.get_size()
        for text, start, box in zip(texts, starts, boxes.tolist(), strict=True):
            if not any(char.isalnum() for char in text):
                continue  # a colon is always small
            reason = _reason(textpage, start, len(text), box, (width, height), picture)
            if reason:
                yield HiddenWord(text, Box(number, *box), reason)
    finally:
        textpage.close()


def _reason(
    textpage: pdfium.PdfTextPage,
    start: int,
    letters: int,
    box: list[float],
    size: tuple[float, float],
    picture: Image.Image,
) -> Reason | None:
    x0, y0, x1, y1 = box
    if x1 <= 0 or y1 <= 0 or x0 >= size[0] or y0 >= size[1]:
        return "off_page"
    if _is_tiny(x1 - x0, y1 - y0, letters):
        return "tiny"
    drawn = raw.FPDFText_GetTextObject(textpage, start)
    if drawn and raw.FPDFTextObj_GetTextRenderMode(drawn) in INVISIBLE:
        return "invisible"
    scale = picture.width / size[0]
    part = picture.crop((int(x0 * scale), int(y0 * scale), int(x1 * scale) + 1, int(y1 * scale) + 1))
    low, high = part.getextrema()
    return "no_contrast" if float(high) - float(low) < FAINT else None  # type: ignore[arg-type]  # one band: two numbers


def _is_tiny(width: float, height: float, letters: int) -> bool:
    """Whether a word is too small to read, upright or turned. A single letter may be narrow, as `l` is, but not low."""
    smaller, larger = sorted((width, height))
    if letters == 1:
        return larger < TINY
    return smaller < TINY and larger < TINY * 20
