"""A region read again gives the words in it, in the page's own units."""

from pathlib import Path

import pytest
from PIL import Image

from ocr.document import Box, Page
from ocr.errors import UnsupportedTypeError
from ocr.options import ReadOptions
from ocr.read import read_document
from ocr.region import read_region
from tests.ocr.papers import LETTER, letter
from tests.ocr.test_recognise import encoded, picture, scanned


def amount(page: Page) -> Box:
    """The box around the total's row, as it was read."""
    return page.box_of(range(*page.rows[-1]))


@pytest.mark.parametrize("engine", ["rapidocr", "tesseract"])
def test_a_row_of_a_pdf(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter())
    page = read_document(path).pages[0]
    box = amount(page)
    words = sorted(read_region(path, page, box, ReadOptions(engine=engine)), key=lambda word: word.x0)
    assert " ".join(word.text for word in words) == LETTER[-1]
    assert words[0].x0 == pytest.approx(box.x0, abs=3)
    assert words[-1].x1 == pytest.approx(box.x1, abs=3)


@pytest.mark.parametrize(("quarter", "angle"), [(0, 2.0), (180, 0.0), (90, -1.5)])
def test_a_row_of_a_turned_and_skewed_scan(tmp_path: Path, quarter: int, angle: float) -> None:
    scan: Image.Image = scanned(picture(), angle).rotate(quarter, expand=True)
    path = tmp_path / "scan.png"
    path.write_bytes(encoded(scan, "PNG"))
    page = read_document(path).pages[0]
    words = sorted(read_region(path, page, amount(page)), key=lambda word: word.x0)
    assert " ".join(word.text for word in words) == LETTER[-1]


def test_text_has_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Summe 12")
    page = read_document(path).pages[0]
    with pytest.raises(UnsupportedTypeError):
        read_region(path, page, amount(page))
