"""What kind a file is, told by its content, and typed errors for files that cannot be read."""

import io
import json
import pickle
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from ocr.errors import (
    BrokenDocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    ReadError,
    ReadTimeoutError,
    TooLargeError,
    TooManyPagesError,
    UnsupportedTypeError,
)
from ocr.options import ReadOptions
from ocr.read import read_bytes, read_document
from tests.ocr.papers import letter, pdf, raw_pdf

FEW = ReadOptions(max_pages=5, max_pixels=1_000_000, max_bytes=2_000_000, max_unpacked=1_000_000, engine="tesseract")
WORDS = {
    "pages": [{"number": 1, "width": 9, "height": 9, "words": [{"text": "a", "x0": 1, "y0": 1, "x1": 2, "y1": 2}]}]
}


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that claims a size; its pixels are missing unless `body` has them."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def tiff(pages: int) -> bytes:
    stream = io.BytesIO()
    leaf = Image.new("1", (8, 8))
    leaf.save(stream, "TIFF", save_all=True, append_images=[leaf] * (pages - 1))
    return stream.getvalue()


def cyclic_tiff() -> bytes:
    """A TIFF whose one directory names itself as the next."""
    data = bytearray(tiff(1))
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    return bytes(data)


def words(**change: object) -> bytes:
    page = {**WORDS["pages"][0], **change}
    return json.dumps({"pages": [page]}).encode()


WORD = WORDS["pages"][0]["words"][0]

HOSTILE: list[tuple[str, bytes, type[ReadError]]] = [
    ("zero bytes", b"", EmptyDocumentError),
    ("only blanks", b" \n\0\0", EmptyDocumentError),
    ("random bytes", bytes(range(256)) * 20, UnsupportedTypeError),
    ("a program", b"\x7fELF" + bytes(300), UnsupportedTypeError),
    ("a zip file", b"PK\x03\x04" + bytes(range(200)), UnsupportedTypeError),
    ("a gif", b"GIF89a" + bytes(40), UnsupportedTypeError),
    ("html", b"<html><body>Total 12</body></html>", UnsupportedTypeError),
    ("pdf header alone", b"%PDF-1.7\n", BrokenDocumentError),
    ("pdf header and end", b"%PDF-1.7\nnothing\nstartxref\n9\n%%EOF", BrokenDocumentError),
    ("pdf cut in the middle", letter()[: len(letter()) // 2], BrokenDocumentError),
    ("pdf cut near its end", letter()[:-200], BrokenDocumentError),
    ("pdf without pages", raw_pdf(b"").replace(b"[3 0 R]/Count 1", b"[     ]/Count 0"), BrokenDocumentError),
    ("pdf with a password", pdf([[(40, 200, "secret text")]], password="open"), EncryptedDocumentError),
    ("pdf of 10,000 pages", pdf([[]] * 10_000), TooManyPagesError),
    (
        "pdf page of a square kilometre",
        raw_pdf(zlib.compress(b"0 0 9 9 re f"), box=b"0 0 3000000 3000000"),
        TooLargeError,
    ),
    ("pdf bomb", raw_pdf(zlib.compress(b" " * 50_000_000)), TooLargeError),
    (
        "pdf bomb, packed twice",
        raw_pdf(zlib.compress(zlib.compress(b" " * 50_000_000)), b"[/FlateDecode/Fl]"),
        TooLargeError,
    ),
    ("pdf with a huge picture", raw_pdf(b"x", b"/FlateDecode/Subtype/Image/Width 90000/Height 90000"), TooLargeError),
    ("png bomb", png(50_000, 50_000, zlib.compress(bytes(50_000))), TooLargeError),
    ("png cut", png(900, 900, zlib.compress(bytes(1000))), BrokenDocumentError),
    ("png header alone", b"\x89PNG\r\n\x1a\n", BrokenDocumentError),
    ("jpeg header alone", b"\xff\xd8\xff\xe0" + bytes(20), BrokenDocumentError),
    ("tiff of many pages", tiff(40), TooManyPagesError),
    ("tiff header alone", b"II*\0" + bytes(8), BrokenDocumentError),
    ("json of another kind", b'{"total": 12}', BrokenDocumentError),
    ("json cut", json.dumps(WORDS).encode()[:-9], BrokenDocumentError),
    ("json nested without end", b'{"a":' * 100_000, BrokenDocumentError),
    ("words without pages", b'{"pages": []}', EmptyDocumentError),
    ("words of too many pages", json.dumps({"pages": WORDS["pages"] * 6}).encode(), TooManyPagesError),
    ("words with a box of NaN", words(words=[{**WORD, "x0": float("nan")}]), BrokenDocumentError),
    ("words with a page of infinite width", words(width=float("inf")), BrokenDocumentError),
    ("words from nobody", words(source="guess"), BrokenDocumentError),
    ("words that are a list", words(words=[[1, 2]]), BrokenDocumentError),
]


@pytest.mark.parametrize(("data", "error"), [pytest.param(d, e, id=name) for name, d, e in HOSTILE])
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, error: type[ReadError]) -> None:
    with pytest.raises(error) as caught:
        read_bytes(data, FEW)
    message = str(caught.value)
    assert caught.value.reason != "unreadable"
    assert 20 < len(message) < 250
    assert "secret" not in message
    assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value), "errors travel between processes"


@pytest.mark.parametrize(
    "data",
    [
        cyclic_tiff(),
        raw_pdf(b"").replace(b"/Count 1>>", b"/Count 9>>"),
        letter().replace(b"/Count 1", b"/Count 999999999"),
    ],
    ids=["tiff whose last page names itself as the next", "pdf that counts wrong", "pdf that counts a billion"],
)
def test_false_counts_of_pages_do_not_keep_it_busy(data: bytes) -> None:
    try:
        assert len(read_bytes(data, FEW).pages) == 1
    except ReadError as error:
        assert error.reason in ("broken", "too_many_pages")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(TooLargeError):
        read_document(path)


def test_a_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(ReadTimeoutError):
        read_bytes(pdf([[(40, 200, "x")]] * 3), ReadOptions(seconds=1e-9))


def test_a_slow_engine_is_stopped() -> None:
    noise = Image.effect_noise((1500, 1500), 90)
    stream = io.BytesIO()
    noise.save(stream, "PNG")
    with pytest.raises(ReadTimeoutError):
        read_bytes(stream.getvalue(), ReadOptions(engine="tesseract", seconds=0.8))


@pytest.mark.parametrize(
    ("name", "data", "source"),
    [
        ("letter.bin", letter(), "text_layer"),
        ("mail.pdf", b"junk before the mark\n" + letter(), "text_layer"),
        ("tail.pdf", letter() + b"\0" * 9000, "text_layer"),
        ("note.txt", "Rechnung Nr. 12\nSumme  9,50 €".encode(), "plain_text"),
        ("old.txt", "Rechnung über 9,50 €".encode("cp1252"), "plain_text"),
        ("mark.txt", "Summe 9,50".encode("utf-8-sig"), "plain_text"),
        ("page.words.json", json.dumps(WORDS).encode(), "words"),
        ("page.json", json.dumps(WORDS, indent=1).encode("utf-8-sig"), "words"),
    ],
)
def test_the_kind_is_told_by_content(tmp_path: Path, name: str, data: bytes, source: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    document = read_document(path)
    assert document.pages[0].source == source
    assert document.pages[0].words
    assert not document.pages[0].words[0].text.startswith("\ufeff")
    assert len(document.sha256) == 64


def test_bounds_can_be_raised() -> None:
    many = pdf([[(40, 200, "x")]] * 8)
    with pytest.raises(TooManyPagesError):
        read_bytes(many, FEW)
    assert len(read_bytes(many, ReadOptions(max_pages=8)).pages) == 8
