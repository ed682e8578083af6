"""Pictures of pages: opened within limits, upright by their EXIF tag, on white, as RGB."""

import io
import warnings
from collections.abc import Iterator

from PIL import Image, ImageOps

from ocr.errors import BrokenDocumentError, TooLargeError, TooManyPagesError
from ocr.options import ReadOptions

Image.MAX_IMAGE_PIXELS = None  # the limit is ReadOptions.max_pixels, checked before a pixel is decoded

FORMATS = ("PNG", "JPEG", "TIFF")
DAMAGE = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError, ArithmeticError)
"""What Pillow raises on damaged files, besides its own UnidentifiedImageError (an OSError)."""


def pictures(data: bytes, options: ReadOptions) -> Iterator[Image.Image]:
    """The pages of a PNG, JPEG or TIFF, one after the other. Raises ReadError."""
    with _opened(data) as file:
        if file.format != "TIFF":  # further frames of a PNG or JPEG are animation or previews, not pages
            yield _picture(file, 1, options)
            return
        if _has_page(file, options.max_pages + 1):
            raise TooManyPagesError(f"more than {options.max_pages} pages; split the file or raise max_pages")
        number = 1
        while _has_page(file, number):
            yield _picture(file, number, options)
            number += 1


def check_pixels(width: float, height: float, number: int, options: ReadOptions) -> None:
    """Raise TooLargeError where page `number` has more pixels than allowed."""
    if width * height > options.max_pixels:
        raise TooLargeError(
            f"page {number} has {width * height / 1e6:.0f} million pixels, more than {options.max_pixels / 1e6:.0f} "
            "million; save it at a lower resolution or raise max_pixels"
        )


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except DAMAGE as error:
        raise _broken(1) from error


def _has_page(file: Image.Image, number: int) -> bool:
    """Go to a page of a TIFF; False where there is none. The way there costs a few bytes a page."""
    try:
        file.seek(number - 1)
    except EOFError:
        return False
    except DAMAGE as error:
        raise _broken(number) from error
    return True


def _picture(frame: Image.Image, number: int, options: ReadOptions) -> Image.Image:
    check_pixels(frame.width, frame.height, number, options)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame.load()
            return _rgb(ImageOps.exif_transpose(frame))
    except DAMAGE as error:
        raise _broken(number) from error


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        low, high = image.convert("F").getextrema()
        scale = 255.0 / max(float(high) - float(low), 1.0)  # type: ignore[arg-type]  # one band, so two numbers
        return image.convert("F").point(lambda value: (value - low) * scale).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _broken(number: int) -> BrokenDocumentError:
    return BrokenDocumentError(f"page {number} of the picture is truncated or damaged; scan or export it again")
