"""Words of a picture by RapidOCR (PP-OCR models on onnxruntime, carried by the wheel)."""

from functools import cache
from typing import cast

import numpy as np
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from ocr.document import Word
from ocr.errors import EngineError


def rapidocr_words(image: Image.Image, threads: int) -> list[Word]:
    """Words in pixels of `image`. Raises EngineError where the engine fails."""
    pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]  # the models were trained on BGR
    try:
        found = _engine(threads)(np.ascontiguousarray(pixels), return_word_box=True)
    except Exception as error:  # the engine raises whatever its parts raise
        raise EngineError(f"RapidOCR failed ({type(error).__name__}); try engine tesseract") from error
    if not isinstance(found, RapidOCROutput):
        return []
    lines = cast("tuple[tuple[tuple[str, float, list[list[int]]], ...], ...]", found.word_results or ())
    return [_word(text, score, quad) for line in lines for text, score, quad in line if text.strip()]


@cache
def _engine(threads: int) -> RapidOCR:
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": threads,
            "Global.log_level": "critical",
        }
    )


def _word(text: str, score: float, quad: list[list[int]]) -> Word:
    xs, ys = [point[0] for point in quad], [point[1] for point in quad]
    return Word(text.strip(), float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys)), float(score))
