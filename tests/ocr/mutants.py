"""Damaged documents, made from small sound ones by a seeded random generator; read in a child process."""

import io
import json
import random
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection

import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ocr.errors import ReadError
from ocr.options import ReadOptions
from ocr.read import read_bytes
from tests.ocr.papers import letter, pdf, raw_pdf

OPTIONS = ReadOptions(engine="tesseract", languages="eng", dpi=72, seconds=20.0)


def mutant(number: int) -> bytes:
    """Document `number`: always the same bytes for the same number."""
    chance = random.Random(number)
    seeds = _seeds()
    data = bytearray(seeds[number % len(seeds)])
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(MUTATIONS)(data, chance)
    return bytes(data)


def read_all(numbers: list[int], answers: Connection) -> None:
    """Read mutants and send (number, outcome, seconds): `read`, the reason of a ReadError, or another error's name."""
    for number in numbers:
        start = time.monotonic()
        try:
            read_bytes(mutant(number), OPTIONS)
            outcome = "read"
        except ReadError as error:
            outcome = error.reason
        except BaseException as error:  # this is what the test is after
            outcome = f"untyped {type(error).__name__}"
        answers.send((number, outcome, time.monotonic() - start))


def _flip_bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 32))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _remove(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    del data[start : start + chance.choice((1, 8, 200))]


def _swap(data: bytearray, chance: random.Random) -> None:
    size = max(1, len(data) // 10)
    one, other = (chance.randrange(max(1, len(data) - size)) for _ in range(2))
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    part = data[start : start + chance.choice((4, 60, 600))]
    data[start:start] = part * chance.choice((1, 3, 20))


def _damage_header(data: bytearray, chance: random.Random) -> None:
    for place in range(min(len(data), chance.choice((4, 16, 64)))):
        if chance.random() < 0.3:
            data[place] = chance.randrange(256)


def _change_number(data: bytearray, chance: random.Random) -> None:
    """Another value for a run of digits: lengths, offsets, sizes, object numbers."""
    digits = [place for place in range(len(data)) if 48 <= data[place] <= 57]
    if digits:
        place = chance.choice(digits)
        data[place : place + 1] = chance.choice((b"0", b"-1", b"65536", b"2147483647", b"99999999999"))


def _overwrite(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    size = min(chance.choice((2, 16, 128)), len(data) - start)
    data[start : start + size] = bytes([chance.choice((0, 255, 32, 60, 47))]) * size


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip_bits,
    _cut,
    _remove,
    _swap,
    _repeat,
    _damage_header,
    _change_number,
    _overwrite,
)


@cache
def _seeds() -> tuple[bytes, ...]:
    sheet = pdfium.PdfDocument(pdf([[(6, 10, "Total 12")]], size=(70, 30), points=14))[0].render(scale=1).to_pil()

    def with_picture(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(sheet), 0, 0, 70, 30)

    scan = pdf([[]], size=(70, 30), draw=with_picture)
    words = json.dumps(
        {
            "pages": [
                {
                    "number": 1,
                    "width": 9,
                    "height": 9,
                    "words": [{"text": "a", "x0": 1, "y0": 1, "x1": 2, "y1": 2, "confidence": 0.5}],
                }
            ]
        }
    ).encode()
    pictures = (
        *_encoded(sheet, "PNG"),
        *_encoded(sheet, "JPEG"),
        *_encoded(sheet.convert("1"), "TIFF", compression="group4"),
    )
    layers = (letter(), pdf([[(9, 9, "x")]] * 3), letter(points=9), raw_pdf(b"BT (bare) Tj ET", filters=b"/None"))
    # Three of four are PDFs with a text layer: there PDFium's parsers do the work, and no OCR costs time.
    return (*layers, *layers, *layers, scan, words, *pictures)


def _encoded(image: Image.Image, kind: str, **settings: object) -> list[bytes]:
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return [stream.getvalue()]
