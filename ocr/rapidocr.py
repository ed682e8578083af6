"""Words of a picture by RapidOCR (PP-OCR models on onnxruntime, carried by the wheel)."""

import math
from functools import cache
from typing import cast

import numpy as np
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from ocr.document import Word
from ocr.errors import EngineError

Quad = list[list[float]]
"""Corners of a word or line, clockwise from the top left in reading direction: four times x, y."""

NARROW = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        "\u3000": " ",
        "\u3002": ".",
        "\u3001": ",",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
    }
)
"""Full-width and curly marks to the plain ones: one model reads Chinese and Latin script, and mixes them up."""


def rapidocr_words(image: Image.Image, threads: int) -> list[Word]:
    """Words in pixels of `image`. Raises EngineError where the engine fails."""
    pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]  # the models were trained on BGR
    try:
        found = _engine(threads)(np.ascontiguousarray(pixels), return_word_box=True)
    except Exception as error:  # the engine raises whatever its parts raise
        raise EngineError(f"RapidOCR failed ({type(error).__name__}); try engine tesseract") from error
    if not isinstance(found, RapidOCROutput) or not found.txts:
        return []
    lines = cast("tuple[tuple[tuple[str, float, Quad], ...], ...]", found.word_results)
    return [word for line in lines for text, score, quad in line for word in _word(text, score, quad)]


@cache
def _engine(threads: int) -> RapidOCR:
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": threads,
            "Global.log_level": "critical",
            # It turns single lines about on doubtful evidence; `ocr.recognise` turns whole pages.
            "Global.use_cls": False,
        }
    )


def _word(text: str, score: float, quad: Quad) -> list[Word]:
    """The word, its box as wide and as high as the quad's sides, about the quad's middle."""
    text = text.translate(NARROW).strip()
    if not text:
        return []
    x, y = (sum(point[axis] for point in quad) / 4 for axis in (0, 1))
    along = (math.dist(quad[0], quad[1]) + math.dist(quad[3], quad[2])) / 2
    across = (math.dist(quad[1], quad[2]) + math.dist(quad[0], quad[3])) / 2
    if abs(quad[1][1] - quad[0][1]) > abs(quad[1][0] - quad[0][0]):
        along, across = across, along
    return [Word(text, x - along / 2, y - across / 2, x + along / 2, y + across / 2, min(1.0, max(0.0, float(score))))]
