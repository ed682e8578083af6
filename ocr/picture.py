"""The picture of a page as its words lie on it: upright and straight, for people to look at."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.document import Page
from ocr.errors import UnsupportedTypeError
from ocr.options import DEFAULTS, ReadOptions
from ocr.recognise import Quarter, rotated, straight
from ocr.region import stored_picture, turns
from ocr.upright import skew

WIDE = 1400
"""Pixels of a drawn page's width."""


def upright_picture(data: bytes, page: Page, options: ReadOptions = DEFAULTS) -> Image.Image:
    """A page of a file's content, in the orientation of `page.words`; the scale is the picture's width by the page's.

    Documents without pictures (`.words.json`, plain text) are drawn from their words. Raises ReadError.
    """
    try:
        picture = stored_picture(data, page.number, options)
    except UnsupportedTypeError:
        return _drawn(page)
    if page.source in ("text_layer", "words", "plain_text"):
        return picture
    return max((_upright(picture, quarter) for quarter in turns(picture, page)), key=lambda one: _ink(one, page))


def _upright(picture: Image.Image, quarter: Quarter) -> Image.Image:
    turned = rotated(picture, quarter)
    return straight(turned, skew(turned))


def _ink(picture: Image.Image, page: Page) -> float:
    """How much darker the picture is inside the words' boxes than beside them: most where it is the right way up."""
    grey = np.asarray(picture.convert("L").resize((400, max(1, round(400 * page.height / page.width)))), dtype=float)
    scale = grey.shape[1] / page.width
    inside = np.zeros(grey.shape, dtype=bool)
    for word in page.words:
        top, left = max(0, int(word.y0 * scale)), max(0, int(word.x0 * scale))
        inside[top : int(word.y1 * scale) + 1, left : int(word.x1 * scale) + 1] = True
    if inside.all() or not inside.any():
        return 0.0
    return float(grey[~inside].mean() - grey[inside].mean())


def _drawn(page: Page) -> Image.Image:
    """The words alone, black on white, each in its box."""
    scale = WIDE / max(page.width, 1.0)
    height = min(max(1, round(page.height * scale)), 4 * WIDE)
    picture = Image.new("RGB", (WIDE, height), "white")
    draw = ImageDraw.Draw(picture)
    for word in page.words:
        size = max(6.0, min(word.height * scale, 200.0))
        font = ImageFont.load_default(size)
        if (length := draw.textlength(word.text, font)) > (word.x1 - word.x0) * scale > 0:
            font = ImageFont.load_default(max(6.0, size * (word.x1 - word.x0) * scale / length))
        draw.text((word.x0 * scale, word.middle * scale), word.text, "black", font, anchor="lm")
    return picture
