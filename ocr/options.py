"""How documents are read: engine, limits of size and time."""

import time
from dataclasses import dataclass, field
from typing import Literal

from ocr.errors import ReadTimeoutError

Engine = Literal["rapidocr", "tesseract"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Settings of `ocr.read.read_document`. Two documents read with equal options give equal words."""

    engine: Engine = "rapidocr"
    """Reader for scans, photographs and pages without a usable text layer."""
    text_layer: bool = True
    """Use the text layer of a PDF where it is real. False reads every page from its picture."""
    languages: str = "eng+deu"
    """Tesseract languages, joined by plus signs. RapidOCR's one model reads all languages of Latin script."""
    dpi: int = 200
    """Resolution at which PDF pages are rendered for OCR, in pixels an inch."""
    deskew: bool = True
    """Turn pictures of pages upright by their text lines before reading."""
    threads: int = 1
    """Threads an OCR engine may use. One a worker process is the fastest for a batch."""
    max_bytes: int = 100_000_000
    max_pages: int = 500
    max_pixels: int = 64_000_000
    """Pixels of one picture: an A4 page at 600 dpi has 35 million."""
    max_unpacked: int = 32_000_000
    """Bytes that one packed stream of a PDF (a page's drawing commands, a font, an attachment) may unpack to."""
    seconds: float = 300.0
    """Time for a whole document; checked between pages, and enforced on Tesseract while it runs."""


DEFAULTS = ReadOptions()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, `seconds` after it was made."""

    seconds: float
    end: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "end", time.monotonic() + self.seconds)

    def left(self) -> float:
        """Seconds left, always above 0. Raises ReadTimeoutError where none are."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise ReadTimeoutError(
                f"reading took longer than {self.seconds:g} s; split the document or raise the time limit (seconds)"
            )
        return left
