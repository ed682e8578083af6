"""Refuse PDFs whose packed streams grow beyond bounds, before PDFium unpacks them.

A Flate stream grows at most 1,032 times (zlib's technical notes), and streams in real documents are small, so most
are let through by their packed size alone. The rest are unpacked here piece by piece and thrown away, up to the
limit. PDFium itself takes a gigabyte without complaint, and about 20 bytes of memory for a byte of drawing commands.
"""

import re
import zlib
from collections.abc import Iterator

from ocr.errors import TooLargeError
from ocr.options import ReadOptions

MOST_GROWTH = 1032
PIECE = 65_536
DICTIONARY = 4096
"""Bytes before a stream in which its dictionary is looked for."""

STREAM = re.compile(rb"(?<!end)stream\r?\n")
FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
WIDTH = re.compile(rb"/W(?:idth)?\s+(\d{1,9})\b")
HEIGHT = re.compile(rb"/H(?:eight)?\s+(\d{1,9})\b")


def check_unpacking(data: bytes, options: ReadOptions) -> None:
    """Raise TooLargeError where a stream of the PDF unpacks to more than the options allow."""
    for match in STREAM.finditer(data):
        start = match.end()
        header = _dictionary(data, match.start())
        picture = b"/Image" in header
        if picture:
            _check_picture(header, options)
        layers = len(FLATE.findall(header))
        if not layers:
            continue
        limit = 4 * options.max_pixels if picture else options.max_unpacked
        end = data.find(b"endstream", start)
        size = (len(data) if end < 0 else end) - start
        if size * MOST_GROWTH**layers > limit and _unpacks_beyond(data[start : start + size], layers, limit):
            raise TooLargeError(
                f"a part of the PDF unpacks to more than {limit / 1e6:.0f} MB, which may be an attack; "
                "print it to a new PDF, or raise max_unpacked if you trust it"
            )


def _dictionary(data: bytes, end: int) -> bytes:
    """The bytes between the word `obj` that opens the stream's object and the stream."""
    start = max(data.rfind(b" obj", max(0, end - DICTIONARY), end), end - DICTIONARY, 0)
    return data[start:end]


def _check_picture(header: bytes, options: ReadOptions) -> None:
    width, height = WIDTH.search(header), HEIGHT.search(header)
    if width and height and int(width[1]) * int(height[1]) > options.max_pixels:
        raise TooLargeError(
            f"a picture in the PDF has more than {options.max_pixels / 1e6:.0f} million pixels; "
            "save it at a lower resolution or raise max_pixels"
        )


def _unpacks_beyond(packed: bytes, layers: int, limit: int) -> bool:
    """Does the stream, unpacked `layers` times, exceed `limit` bytes? Damaged data counts up to the damage."""
    pieces: Iterator[bytes] = (packed[start : start + PIECE] for start in range(0, len(packed), PIECE))
    for _ in range(layers):
        pieces = _unpacked(pieces)
    total = 0
    try:
        for piece in pieces:
            total += len(piece)
            if total > limit:
                return True
    except zlib.error:
        pass
    return False


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpacked pieces, each at most PIECE bytes, so that no layer is ever held whole."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, PIECE)
            rest = unpacker.unconsumed_tail
