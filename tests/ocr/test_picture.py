import io

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.document import Document, Page, Source, Word
from ocr.picture import upright_picture

LINES = ("Harbour Lane Supplies", "Order number HL-001 of the fourth of March", "Rope 12 mm", "Total 96.50")


def drawn() -> tuple[Image.Image, list[Word]]:
    """A page with text in its upper half, and its words as a reader would place them."""
    picture, words = Image.new("RGB", (600, 800), "white"), []
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(20)
    for row, line in enumerate(LINES):
        x = 60.0
        for text in line.split():
            draw.text((x, 60 + 60 * row), text, "black", font)
            left, top, right, bottom = draw.textbbox((x, 60 + 60 * row), text, font)
            words.append(Word(text, left, top, right, bottom, 0.9))
            x = right + 12
    return picture, words


def ink(picture: Image.Image, word: Word, scale: float) -> float:
    """Share of dark pixels under a word."""
    part = picture.convert("L").crop(tuple(round(side * scale) for side in (word.x0, word.y0, word.x1, word.y1)))
    return sum(part.histogram()[:128]) / (part.width * part.height)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_shown_as_its_words_lie(turn: int) -> None:
    picture, words = drawn()
    file = io.BytesIO()
    picture.rotate(turn, expand=True).save(file, "PNG")
    shown = upright_picture(file.getvalue(), Page.of(1, 600, 800, words, "rapidocr"))
    assert shown.size == (600, 800)
    assert min(ink(shown, word, 1.0) for word in words) > 0.05


@pytest.mark.parametrize("source", ["words", "plain_text"])
def test_what_has_no_picture_is_drawn_from_its_words(source: Source) -> None:
    _, words = drawn()
    page = Page.of(1, 600, 800, words, source)
    shown = upright_picture(Document((page,)).to_json().encode(), page)
    assert shown.width / page.width == pytest.approx(shown.height / page.height, rel=0.01)
    assert min(ink(shown, word, shown.width / page.width) for word in words) > 0.03
