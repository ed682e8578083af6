"""OCR of pictures: scans with noise and skew, turned pages, many-page TIFFs. Drawn here, read by both engines."""

import io

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageFilter

from ocr.document import Document
from ocr.options import Engine, ReadOptions
from ocr.read import read_bytes
from ocr.upright import skew
from tests.ocr.papers import LETTER, letter, pdf

ENGINES: list[Engine] = ["rapidocr", "tesseract"]


def picture(scale: float = 2.0) -> Image.Image:
    document = pdfium.PdfDocument(letter(points=14, size=(460, 320)))
    return document[0].render(scale=scale).to_pil().convert("RGB")


def scanned(image: Image.Image, angle: float = 0.0, noise: float = 0.0, blur: float = 0.0) -> Image.Image:
    """The picture as a scanner might deliver it."""
    image = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    image = image.filter(ImageFilter.GaussianBlur(blur))
    grain = np.random.default_rng(7).normal(0.0, noise, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image, np.float64) * 0.92 + grain, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **settings: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


def share_right(document: Document) -> float:
    """Share of the letter's words that were read exactly."""
    wanted = [word for line in LETTER for word in line.split()]
    found = [word.text for page in document.pages for word in page.words]
    return sum(word in found for word in wanted) / len(wanted)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("angle", "noise", "blur", "least"),
    [(0.0, 0.0, 0.0, 0.95), (2.5, 6.0, 0.5, 0.9), (-1.5, 14.0, 0.8, 0.85)],
    ids=["clean", "skewed", "noisy"],
)
def test_scans_are_read(engine: Engine, angle: float, noise: float, blur: float, least: float) -> None:
    data = encoded(scanned(picture(), angle, noise, blur), "JPEG", quality=80)
    document = read_bytes(data, ReadOptions(engine=engine))
    page = document.pages[0]
    assert page.source == engine
    assert share_right(document) >= least
    assert len(page.rows) == len(LETTER), "a skewed page must be straight before its rows are told apart"
    assert all(0.0 <= word.confidence <= 1.0 for word in page.words)


def test_words_of_a_line_stand_apart_with_boxes_where_they_are_printed() -> None:
    layer = read_bytes(letter(points=14, size=(460, 320))).pages[0]
    page = read_bytes(encoded(picture(), "PNG")).pages[0]
    near = [
        word
        for word in layer.words
        if any(
            found.text == word.text
            and abs(found.x0 - 2 * word.x0) < 14
            and abs(found.x1 - 2 * word.x1) < 14
            and abs(found.middle - 2 * word.middle) < 10
            for found in page.words
        )
    ]
    assert len(near) >= 0.9 * len(layer.words)


@pytest.mark.parametrize("quarter", [90, 180, 270])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_laid_sideways_or_upside_down_is_turned_upright(engine: Engine, quarter: int) -> None:
    turned = picture().rotate(quarter, expand=True)
    page = read_bytes(encoded(turned, "PNG"), ReadOptions(engine=engine)).pages[0]
    assert (page.width, page.height) == picture().size
    assert page.text_of(*page.rows[0]) == LETTER[0]
    assert share_right(Document((page,))) >= 0.9


def test_a_page_of_figures_upside_down_is_turned_upright() -> None:
    """Most figures are read with some confidence either way up; a table of them must not pass as upright."""
    lines = []
    for row in range(40):
        price = 12.5 + row
        cells = (
            (60.0, f"Bracket type {chr(65 + row % 26)}-{row}"),
            (320.0, f"{price:.2f}"),
            (430.0, f"{row % 5 * price:.2f}"),
        )
        lines += [(left, 780.0 - 16 * row, text) for left, text in cells]
    page = (
        pdfium.PdfDocument(pdf([lines], size=(595, 842), points=11))[0].render(scale=200 / 72).to_pil().convert("RGB")
    )
    turned = scanned(page, 1.7, 12.0, 0.7).rotate(180)
    text = read_bytes(encoded(turned, "JPEG", quality=55), ReadOptions(engine="rapidocr")).text
    assert text.count("Bracket") >= 30


def test_a_photograph_is_turned_by_its_exif_tag() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    data = encoded(picture().rotate(90, expand=True), "JPEG", exif=exif)
    page = read_bytes(data, ReadOptions(engine="tesseract")).pages[0]
    assert (page.width, page.height) == picture().size
    assert share_right(Document((page,))) >= 0.9


def test_every_page_of_a_tiff_is_read() -> None:
    def leaf(number: int) -> Image.Image:
        page = pdfium.PdfDocument(pdf([[(30, 60, f"Beleg Nummer {number}00{number}")]], size=(260, 120), points=18))[0]
        return page.render(scale=2).to_pil().convert("1" if number % 2 else "L")

    data = encoded(leaf(1), "TIFF", save_all=True, append_images=[leaf(2), leaf(3)])
    document = read_bytes(data, ReadOptions(engine="tesseract"))
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert [page.words[-1].text for page in document.pages] == ["1001", "2002", "3003"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_colour_mode_is_read(mode: str) -> None:
    image = picture()
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 200)
    elif mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        clear = Image.new("L", image.size, 0)
        clear.paste(255, mask=image.convert("L").point(lambda value: 255 * (value < 200)))
        image.putalpha(clear)
        image = image.convert(mode)
    else:
        image = image.convert(mode)
    document = read_bytes(encoded(image, "TIFF" if mode == "CMYK" else "PNG"), ReadOptions(engine="tesseract"))
    assert share_right(document) >= 0.9


@pytest.mark.parametrize("angle", [-4.0, -1.0, 0.0, 0.7, 3.0])
def test_skew_is_measured_to_a_quarter_of_a_degree(angle: float) -> None:
    assert skew(scanned(picture(), angle)) == pytest.approx(-angle, abs=0.25)


def test_a_blank_page_has_no_words() -> None:
    blank = encoded(Image.new("RGB", (800, 600), "white"), "PNG")
    for engine in ENGINES:
        page = read_bytes(blank, ReadOptions(engine=engine)).pages[0]
        assert (page.words, page.width, page.height) == ((), 800, 600)
