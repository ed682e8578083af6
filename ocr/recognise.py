"""Words of a page's picture by the engine that the options name, with the page turned upright."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from ocr.document import Source, Word
from ocr.options import Deadline, Engine, ReadOptions
from ocr.upright import skew, turned

Quarter = Literal[0, 90, 180, 270]
"""Degrees counter-clockwise by which a picture is rotated before it is read."""
Reader = Callable[[Image.Image], list[Word]]
"""From a picture to the words of it, straightened, in its pixels."""

SURE: dict[Engine, float] = {"rapidocr": 0.92, "tesseract": 0.55}
"""Text that is the right way up is read with a mean confidence above this (the worst of 32 scans: 0.957); upside down
or sideways, below. A page of figures, which can be read either way up, reaches 0.84."""
OTHER_WAYS: dict[Engine, tuple[Quarter, ...]] = {"rapidocr": (180,), "tesseract": (180, 90, 270)}
"""Ways to try where the reader is unsure. RapidOCR reads sideways lines and shows them by their boxes."""
ENOUGH = 4
"""Fewer words than this say nothing about which way up a page is."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Words in pixels of the upright page, which is `width` by `height` pixels."""

    words: list[Word]
    width: int
    height: int
    source: Source


def recognise(image: Image.Image, options: ReadOptions, deadline: Deadline) -> Recognised:
    """Read a page's picture. Raises EngineError, ReadTimeoutError."""
    quarter, words = _right_way_up(image, reader(options, deadline), options.engine)
    width, height = (image.height, image.width) if quarter in (90, 270) else (image.width, image.height)
    return Recognised(words, width, height, options.engine)


def reader(options: ReadOptions, deadline: Deadline) -> Reader:
    """The engine that the options name."""
    if options.engine == "tesseract":
        from ocr.tesseract import tesseract_words

        def read_straightened(image: Image.Image) -> list[Word]:
            picture = straight(image, skew(image) if options.deskew else 0.0)
            return tesseract_words(picture, options.languages, options.threads, deadline.left())

        return read_straightened
    from ocr.rapidocr import rapidocr_words  # imported late: it loads OpenCV and onnxruntime, which takes a second

    def read_and_straighten(image: Image.Image) -> list[Word]:
        deadline.left()
        words = rapidocr_words(image, options.threads)
        return turned(words, skew(image) if options.deskew else 0.0, image.width, image.height)

    return read_and_straighten


def rotated(image: Image.Image, quarter: Quarter) -> Image.Image:
    """The picture rotated counter-clockwise by quarter turns, without loss."""
    return image.rotate(quarter, expand=True) if quarter else image


def straight(image: Image.Image, angle: float) -> Image.Image:
    """The picture rotated counter-clockwise about its middle by a small angle, same size, on white."""
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white") if angle else image


def sureness(words: list[Word]) -> float:
    """Mean confidence a character, 0 to 1."""
    characters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(characters, 1)


def _right_way_up(image: Image.Image, read: Reader, engine: Engine) -> tuple[Quarter, list[Word]]:
    """Read as it is; where that is sideways or unsure, read the other ways too and keep the surest."""
    words = read(image)
    sideways = _sideways(words)
    if len(words) < ENOUGH or (sureness(words) >= SURE[engine] and not sideways):
        return 0, words
    best: tuple[Quarter, list[Word]] = (0, words)
    weight = 0.0 if sideways else _weight(words)
    ways: tuple[Quarter, ...] = (90, 270) if sideways else OTHER_WAYS[engine]
    for quarter in ways:
        words = read(rotated(image, quarter))
        if _weight(words) > weight:
            best, weight = (quarter, words), _weight(words)
        if sureness(words) >= SURE[engine]:
            break
    return best


def _weight(words: list[Word]) -> float:
    """Characters read, each by the square of its confidence: sure text counts, noise hardly."""
    return sum(len(word.text) * word.confidence**2 for word in words)


def _sideways(words: list[Word]) -> bool:
    """Do most characters stand in words of several characters that are higher than wide?"""
    long = [word for word in words if len(word.text) > 2]
    tall = sum(len(word.text) for word in long if word.height > word.x1 - word.x0)
    return tall > 0.5 * sum(len(word.text) for word in long)
