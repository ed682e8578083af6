"""Words of a picture by the engine that the options name."""

from PIL import Image

from ocr.document import Source, Word
from ocr.options import Deadline, ReadOptions


def recognise(image: Image.Image, options: ReadOptions, deadline: Deadline) -> tuple[list[Word], Source]:
    """Words in pixels of `image`, and who read them. Raises EngineError, ReadTimeoutError."""
    if options.engine == "tesseract":
        from ocr.tesseract import tesseract_words

        return tesseract_words(image, options.languages, options.threads, deadline.left()), "tesseract"
    from ocr.rapidocr import rapidocr_words  # imported late: it loads OpenCV and onnxruntime, a second

    deadline.left()
    return rapidocr_words(image, options.threads), "rapidocr"
