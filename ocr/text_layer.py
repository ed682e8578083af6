"""Words of a PDF page's text layer, by pypdfium2.

PDFium is asked for the whole text at once and then for the boxes of each word's first and last character only:
a call a word end instead of a call a character, which is what keeps a page near a millisecond. Boxes are the loose
ones (ascent to descent of the font), so that all words of a line have one height.

Words whose ends do not fit together (a hyphen at a line end, glyphs far apart, a jump backwards) are taken apart
character by character.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ocr.document import Word

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF user space (origin at the bottom left)."""

WORD = re.compile(r"\S+")
HYPHENS = "\x02\ufffe"
"""What PDFium puts for a hyphen that ends a line inside a word."""
CLEAN = str.maketrans(
    {
        **dict.fromkeys(HYPHENS, "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\x00", None),
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
        "\u00ad": "-",
        "\u2010": "-",
        "\u2011": "-",
    }
)
WIDE = 1.2
"""A word whose characters take up more than this many character heights each is taken apart."""
THICK = 1.6
"""So is a word that is thicker than this many character heights."""
GAP = 0.45
"""A gap of this many character heights between two characters parts them into two words. A blank has 0.2 to 0.3."""
OVERPRINT = 0.15
"""The same word again, shifted by less than this many heights, is the same ink: bold made by printing twice."""


def text_layer(page: pdfium.PdfPage) -> list[Word]:
    """Words of a page in points, origin at the top left of the page as it is displayed (rotated, cropped)."""
    place = placement(page)
    textpage = page.get_textpage()
    try:
        words = [Word(text, *place(rect)) for text, rect in _runs(textpage)]
    finally:
        textpage.close()
    return _without_overprints(words)


def placement(page: pdfium.PdfPage) -> Callable[[Rect], Rect]:
    """Map user space to the displayed page: crop box, then /Rotate clockwise, then y downwards."""
    left, bottom, right, top = page.get_bbox()
    rotation = page.get_rotation()
    if rotation == 90:
        return lambda rect: (rect[1] - bottom, rect[0] - left, rect[3] - bottom, rect[2] - left)
    if rotation == 180:
        return lambda rect: (right - rect[2], rect[1] - bottom, right - rect[0], rect[3] - bottom)
    if rotation == 270:
        return lambda rect: (top - rect[3], right - rect[2], top - rect[1], right - rect[0])
    return lambda rect: (rect[0] - left, top - rect[3], rect[2] - left, top - rect[1])


def _runs(textpage: pdfium.PdfTextPage) -> Iterator[tuple[str, Rect]]:
    """Words with their boxes in user space."""
    text = _characters(textpage)
    box_at = _box_reader(textpage)
    for match in WORD.finditer(text):
        start, end = match.span()
        word = match.group()
        first, last = box_at(start), box_at(end - 1)
        rect = _around(first, last)
        if _odd(len(word), first, last, rect) or any(mark in word for mark in HYPHENS):
            yield from _taken_apart(word, [box_at(index) for index in range(start, end)])
        else:
            yield word.translate(CLEAN), rect


def _characters(textpage: pdfium.PdfTextPage) -> str:
    """The page's text, one Python character for each of PDFium's, so that positions are the same in both."""
    count = textpage.count_chars()
    text: str = textpage.get_text_range() if count else ""
    if len(text) == count and count and raw.FPDFText_GetTextIndexFromCharIndex(textpage, count - 1) == count - 1:
        return text
    codes = (raw.FPDFText_GetUnicode(textpage, index) for index in range(count))
    return "".join(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _box_reader(textpage: pdfium.PdfTextPage) -> Callable[[int], Rect]:
    rect = raw.FS_RECTF()
    reference = ctypes.byref(rect)
    handle = textpage.raw
    get = raw.FPDFText_GetLooseCharBox

    def box_at(index: int) -> Rect:
        if not get(handle, index, reference):
            return (0.0, 0.0, 0.0, 0.0)
        return (rect.left, rect.bottom, rect.right, rect.top)

    return box_at


def _around(first: Rect, last: Rect) -> Rect:
    return (min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3]))


def _odd(length: int, first: Rect, last: Rect, rect: Rect) -> bool:
    """Do the ends of a word stand too far apart, or on different lines?"""
    unit = max(first[2] - first[0], first[3] - first[1], last[2] - last[0], last[3] - last[1])
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    return max(width, height) > WIDE * unit * length or min(width, height) > THICK * unit


def _taken_apart(word: str, boxes: list[Rect]) -> Iterator[tuple[str, Rect]]:
    """Split where neighbours stand apart, across or down, and after a hyphen that ended a line."""
    cuts = [0]
    for index in range(1, len(word)):
        if word[index - 1] in HYPHENS or _apart(boxes[index - 1], boxes[index]):
            cuts.append(index)
    cuts.append(len(word))
    for start, end in pairwise(cuts):
        rect = boxes[start]
        for box in boxes[start + 1 : end]:
            rect = _around(rect, box)
        yield word[start:end].translate(CLEAN), rect


def _apart(one: Rect, other: Rect) -> bool:
    unit = max(one[2] - one[0], one[3] - one[1])
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    return max(across, down) > GAP * unit


def _without_overprints(words: list[Word]) -> list[Word]:
    kept: list[Word] = []
    seen: dict[str, list[Word]] = {}
    for word in words:
        if not word.text or word.x1 <= word.x0 or word.y1 <= word.y0:
            continue
        twins = seen.setdefault(word.text, [])
        shift = OVERPRINT * word.height
        if any(abs(twin.x0 - word.x0) <= shift and abs(twin.y0 - word.y0) <= shift for twin in twins):
            continue
        twins.append(word)
        kept.append(word)
    return kept
