"""Words of a PDF page's text layer, by pypdfium2.

PDFium is asked for the whole text at once and then for the boxes of each word's first and last character only:
a call a word end instead of a call a character, which is what keeps a page near a millisecond. Boxes are the loose
ones (ascent to descent of the font), so that all words of a line have one height.

Words whose ends do not fit together (a hyphen at a line end, glyphs far apart, a jump backwards) are taken apart
character by character.
"""

import ctypes
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import compress, pairwise, repeat

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ocr.document import Word

Rects = npt.NDArray[np.float64]
"""Boxes, a row each: left, bottom, right, top in PDF user space (origin at the bottom left)."""

WORD = re.compile(r"\S+")
HYPHENS = re.compile("[\x02\ufffe]")
"""What PDFium puts for a hyphen that ends a line inside a word."""
CLEAN = str.maketrans(
    {
        **dict.fromkeys("\x02\ufffe", "-"),
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

_get_loose_box = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
)
"""The same function, declared to take plain addresses: converting typed pointers would cost more than the call."""


def text_layer(page: pdfium.PdfPage) -> list[Word]:
    """Words of a page in points, origin at the top left of the page as it is displayed (rotated, cropped).

    What lies wholly outside the displayed page is left out; `ocr.hidden` lists it.
    """
    textpage = page.get_textpage()
    try:
        texts, rects = _words(textpage)
    finally:
        textpage.close()
    if not texts:
        return []
    rects = np.round(placed(rects, page), 2)
    return list(compress(map(Word, texts, *rects.T.tolist()), _worth_keeping(texts, rects, page.get_size())))


def placed(rects: Rects, page: pdfium.PdfPage) -> Rects:
    """From user space (left, bottom, right, top) to the displayed page (x0, y0, x1, y1): crop, /Rotate, y down."""
    left, bottom, right, top = page.get_bbox()
    x0, y0, x1, y1 = rects.T
    turned = {
        0: (x0 - left, top - y1, x1 - left, top - y0),
        90: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        180: (right - x1, y0 - bottom, right - x0, y1 - bottom),
        270: (top - y1, right - x1, top - y0, right - x0),
    }
    return np.stack(turned[page.get_rotation()], axis=1)


def word_starts(textpage: pdfium.PdfTextPage) -> tuple[list[str], list[int], Rects]:
    """Words as PDFium has them, with the place of each one's first character and boxes in user space."""
    text = _characters(textpage)
    spans = [match.span() for match in WORD.finditer(text)]
    starts = [start for start, _ in spans]
    if not spans:
        return [], [], np.empty((0, 4))
    rects = _around(_boxes(textpage, starts), _boxes(textpage, [end - 1 for _, end in spans]))
    return [text[start:end].translate(CLEAN) for start, end in spans], starts, rects


def _words(textpage: pdfium.PdfTextPage) -> tuple[list[str], Rects]:
    """Words with their boxes in user space."""
    text = _characters(textpage)
    spans = [match.span() for match in WORD.finditer(text)]
    if not spans:
        return [], np.empty((0, 4))
    first = _boxes(textpage, [start for start, _ in spans])
    last = _boxes(textpage, [end - 1 for _, end in spans])
    rects = _around(first, last)
    texts = [text[start:end] for start, end in spans]
    odd = np.flatnonzero(_odd(first, last, rects, texts)).tolist()
    if HYPHENS.search(text):
        odd = sorted({*odd, *(index for index, word in enumerate(texts) if HYPHENS.search(word))})
    if odd:
        texts, rects = _with_odd_taken_apart(textpage, spans, texts, rects, odd)
    if not text.isascii():
        texts = [word.translate(CLEAN) for word in texts]
    return texts, rects


def _characters(textpage: pdfium.PdfTextPage) -> str:
    """The page's text, one Python character for each of PDFium's, so that positions are the same in both."""
    count = textpage.count_chars()
    text: str = textpage.get_text_range() if count else ""
    if len(text) == count and count and raw.FPDFText_GetTextIndexFromCharIndex(textpage, count - 1) == count - 1:
        return text
    codes = (raw.FPDFText_GetUnicode(textpage, index) for index in range(count))
    return "".join(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _boxes(textpage: pdfium.PdfTextPage, indices: Sequence[int]) -> Rects:
    """Loose boxes of characters, a row each: left, bottom, right, top. The calls are made in a loop in C."""
    buffer = (raw.FS_RECTF * len(indices))()
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value
    start, size = ctypes.addressof(buffer), ctypes.sizeof(raw.FS_RECTF)
    addresses = range(start, start + size * len(indices), size)
    deque(map(_get_loose_box, repeat(handle), indices, addresses), maxlen=0)
    left, top, right, bottom = np.frombuffer(buffer, np.float32).reshape(-1, 4).astype(np.float64).T
    return np.stack((left, bottom, right, top), axis=1)


def _around(first: Rects, last: Rects) -> Rects:
    return np.hstack((np.minimum(first[:, :2], last[:, :2]), np.maximum(first[:, 2:], last[:, 2:])))


def _odd(first: Rects, last: Rects, rects: Rects, texts: list[str]) -> npt.NDArray[np.bool_]:
    """Where the ends of a word stand too far apart, or on different lines."""
    unit = np.maximum(_sides(first).max(axis=1), _sides(last).max(axis=1))
    sides = _sides(rects)
    lengths = np.fromiter(map(len, texts), np.float64, len(texts))
    odd: npt.NDArray[np.bool_] = (sides.max(axis=1) > WIDE * unit * lengths) | (sides.min(axis=1) > THICK * unit)
    return odd


def _sides(rects: Rects) -> Rects:
    return rects[:, 2:] - rects[:, :2]


def _with_odd_taken_apart(
    textpage: pdfium.PdfTextPage, spans: list[tuple[int, int]], texts: list[str], rects: Rects, odd: list[int]
) -> tuple[list[str], Rects]:
    kept = np.ones(len(texts), np.bool_)
    kept[odd] = False
    parts = [part for index in odd for part in _taken_apart(texts[index], _boxes(textpage, range(*spans[index])))]
    return (
        [*compress(texts, kept.tolist()), *(text for text, _ in parts)],
        np.vstack((rects[kept], *(box for _, box in parts))),
    )


def _taken_apart(word: str, boxes: Rects) -> Iterator[tuple[str, Rects]]:
    """Split where neighbours stand apart, across or down, and after a hyphen that ended a line."""
    gaps = np.maximum(boxes[:-1, :2], boxes[1:, :2]) - np.minimum(boxes[:-1, 2:], boxes[1:, 2:])
    apart = gaps.max(axis=1, initial=-np.inf) > GAP * _sides(boxes[:-1]).max(axis=1, initial=0.0)
    cuts = [index for index in range(1, len(word)) if apart[index - 1] or HYPHENS.match(word[index - 1])]
    for start, end in pairwise([0, *cuts, len(word)]):
        part = boxes[start:end]
        yield word[start:end], np.hstack((part[:, :2].min(axis=0), part[:, 2:].max(axis=0)))[np.newaxis]


def _worth_keeping(texts: list[str], rects: Rects, size: tuple[float, float]) -> list[bool]:
    """False for words without ink or text, off the page, or printed again at nearly the same place."""
    sides = _sides(rects)
    inked = (sides.min(axis=1) > 0) & (rects[:, 2:] > 0).all(axis=1) & (rects[:, :2] < np.array(size)).all(axis=1)
    identities: dict[str, int] = {"": 0}
    identity = np.fromiter((identities.setdefault(text, len(identities)) for text in texts), np.int64, len(texts))
    kept = inked & (identity > 0)
    order = np.lexsort((rects[:, 0], rects[:, 1], identity))
    shifts = np.abs(np.diff(rects[order, :2], axis=0)).max(axis=1)
    again = (np.diff(identity[order]) == 0) & (shifts <= OVERPRINT * sides[order[1:]].min(axis=1))
    kept[order[1:][again]] = False
    return [bool(keep) for keep in kept]
