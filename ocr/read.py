"""Read a document: what kind it is, told by its content, and its words."""

import hashlib
import math
from pathlib import Path
from typing import get_args

from ocr.document import Document, Page, Source
from ocr.errors import BrokenDocumentError, EmptyDocumentError, TooLargeError, TooManyPagesError, UnsupportedTypeError
from ocr.images import pictures
from ocr.options import DEFAULTS, Deadline, ReadOptions
from ocr.pdf import pdf_pages
from ocr.recognise import recognise

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
SEARCHED = 1024
"""A PDF's mark may stand anywhere in so many first bytes (ISO 32000, implementation notes)."""


def read_document(path: Path, options: ReadOptions = DEFAULTS) -> Document:
    """Words, boxes and layout of a PDF, PNG, JPEG, TIFF, `.words.json` or plain-text file.

    Units are points for a PDF and pixels for a picture, origin at the top left of the page as it is displayed.
    Raises ReadError (ocr/errors.py) with the reason and the remedy, and OSError where the file cannot be opened.
    """
    size = path.stat().st_size
    if size > options.max_bytes:
        raise TooLargeError(
            f"{size / 1e6:.0f} MB, more than {options.max_bytes / 1e6:.0f} MB; split the file or raise max_bytes"
        )
    return read_bytes(path.read_bytes(), options)


def read_bytes(data: bytes, options: ReadOptions = DEFAULTS) -> Document:
    """As `read_document`, from the file's content."""
    deadline = Deadline(options.seconds)
    if not data.strip(b"\0\r\n\t "):
        raise EmptyDocumentError("the file is empty; fetch or export it again")
    sha256 = hashlib.sha256(data).hexdigest()
    if b"%PDF-" in data[:SEARCHED]:
        return Document(tuple(pdf_pages(data, options, deadline)), sha256)
    if data.startswith(PICTURES):
        return Document(tuple(_picture_pages(data, options, deadline)), sha256)
    text = _text(data)
    if text.lstrip().startswith("{"):
        return _words(text, sha256, options)
    if text.lstrip().startswith("<"):
        raise UnsupportedTypeError(
            "markup (XML or HTML) has no pages; print it to PDF, or read it by ocr.einvoice if it is an e-invoice"
        )
    return Document.from_text(text, sha256)


def _picture_pages(data: bytes, options: ReadOptions, deadline: Deadline) -> list[Page]:
    pages = []
    for number, picture in enumerate(pictures(data, options), start=1):
        found = recognise(picture, options, deadline)
        pages.append(Page.of(number, float(found.width), float(found.height), found.words, found.source))
    return pages


def _text(data: bytes) -> str:
    """Text of a file that is text. Windows-1252 is tried after UTF-8; what holds control characters is not text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if any(character < " " and character not in "\t\n\r\f" for character in text) or "\ufffd" in text:
        raise UnsupportedTypeError("not a PDF, PNG, JPEG, TIFF, .words.json or text file; convert it to PDF")
    return text


def _words(text: str, sha256: str, options: ReadOptions) -> Document:
    try:
        document = Document.from_json(text, sha256)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, AttributeError) as error:
        raise BrokenDocumentError(
            'not the .words.json form {"pages": [{"number", "width", "height", "words": [{"text", "x0", ...}]}]}'
        ) from error
    if not document.pages:
        raise EmptyDocumentError("the .words.json file has no pages; export it again")
    if len(document.pages) > options.max_pages:
        raise TooManyPagesError(f"{len(document.pages)} pages, more than {options.max_pages}; raise max_pages")
    if not all(_is_sound(page) for page in document.pages):
        raise BrokenDocumentError("the .words.json file has a size that is not finite, or a source that is unknown")
    return document


def _is_sound(page: Page) -> bool:
    numbers = [page.width, page.height]
    for word in page.words:
        numbers += (word.x0, word.y0, word.x1, word.y1, word.confidence)
    return page.source in get_args(Source) and all(map(math.isfinite, numbers))
