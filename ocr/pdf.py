"""Pages of a PDF: text layer where it is real, else OCR of the rendered page."""

from collections.abc import Iterator
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from ocr.document import Page, Word
from ocr.errors import BrokenDocumentError, EmptyDocumentError, EncryptedDocumentError, TooManyPagesError
from ocr.images import check_pixels
from ocr.options import Deadline, ReadOptions
from ocr.recognise import recognise
from ocr.text_layer import text_layer
from ocr.unpacking import check_unpacking

TAIL = 4096
"""Bytes at the end of a whole PDF that name its cross-reference table (`startxref`) or its end (`%%EOF`)."""
FEW = 12
"""A text layer of fewer words may be a stamp on a scan."""


def pdf_pages(data: bytes, options: ReadOptions, deadline: Deadline) -> Iterator[Page]:
    """Pages in order. Raises ReadError."""
    with opened(data, options) as document:
        for index in range(len(document)):
            deadline.left()
            try:
                page = document[index]
            except pdfium.PdfiumError as error:
                raise BrokenDocumentError(f"page {index + 1} is damaged; export the PDF again") from error
            try:
                yield _page(page, index + 1, options, deadline)
            finally:
                page.close()


def opened(data: bytes, options: ReadOptions) -> pdfium.PdfDocument:
    """The document, with at least one page and at most `max_pages`. Raises ReadError."""
    tail = data.rstrip(b"\0\r\n\t ")[-TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise BrokenDocumentError("the PDF has no end: it was cut off; fetch or export it again")
    check_unpacking(data, options)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise EncryptedDocumentError("the PDF is encrypted; save a copy without a password") from error
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise EncryptedDocumentError(
                "the PDF is encrypted in a way that is not supported; save a copy without protection"
            ) from error
        raise BrokenDocumentError("the PDF is damaged and cannot be opened; export it again") from error
    count = len(document)
    if 1 <= count <= options.max_pages:
        return document
    document.close()
    if count < 1:
        raise EmptyDocumentError("the PDF has no pages; export it again")
    raise TooManyPagesError(f"{count} pages, more than {options.max_pages}; split the PDF or raise max_pages")


def _page(page: pdfium.PdfPage, number: int, options: ReadOptions, deadline: Deadline) -> Page:
    width, height = page.get_size()
    words = text_layer(page) if options.text_layer else []
    if options.text_layer and _is_real(words, page):
        return Page.of(number, width, height, words, "text_layer")
    return _recognised_page(render(page, number, options), number, words, options, deadline) or Page.of(
        number, width, height, words, "text_layer"
    )


def _recognised_page(
    picture: Image.Image, number: int, layer: list[Word], options: ReadOptions, deadline: Deadline
) -> Page | None:
    """The page by OCR, in points; None where the text layer holds as much."""
    found = recognise(picture, options, deadline)
    if len(found.words) <= len(layer):
        return None
    scale = 72.0 / options.dpi
    words = [
        replace(word, x0=word.x0 * scale, y0=word.y0 * scale, x1=word.x1 * scale, y1=word.y1 * scale)
        for word in found.words
    ]
    return Page.of(number, found.width * scale, found.height * scale, words, found.source)


def render(page: pdfium.PdfPage, number: int, options: ReadOptions, grey: bool = False) -> Image.Image:
    """The page as a picture at `dpi`: RGB, or one band of grey, which is drawn faster. Raises TooLargeError,
    BrokenDocumentError.
    """
    scale = options.dpi / 72.0
    width, height = page.get_size()
    check_pixels(width * scale, height * scale, number, options)
    try:
        bitmap = page.render(scale=scale, grayscale=grey)
        drawn: Image.Image = bitmap.to_pil()
        picture = drawn.copy() if grey else drawn.convert("RGB")  # of its own: the bitmap's memory goes
        bitmap.close()
    except pdfium.PdfiumError as error:
        raise BrokenDocumentError(f"page {number} cannot be drawn; export the PDF again") from error
    return picture


def _is_real(words: list[Word], page: pdfium.PdfPage) -> bool:
    if len(words) >= FEW:
        return True
    return not any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]))
