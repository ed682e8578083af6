"""What the text layer of a PDF gives: exactly what was drawn, where it was drawn."""

from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ocr.document import Document, Word
from ocr.options import ReadOptions
from ocr.read import read_bytes
from tests.ocr.papers import LETTER, letter, pdf

LINES = [(40.0, 250.0, "Invoice No. 2026-0417"), (40.0, 220.0, "Total due: 1.250,50 USD"), (700.0, 220.0, "EUR")]


def words(data: bytes) -> list[Word]:
    document = read_bytes(data)
    assert [page.source for page in document.pages] == ["text_layer"] * len(document.pages)
    return [word for page in document.pages for word in page.words]


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier-Bold"])
@pytest.mark.parametrize("points", [6.0, 12.0, 30.0])
def test_words_and_boxes_are_those_drawn(font: str, points: float) -> None:
    data = pdf([LINES], font=font, points=points, size=(900, 300))
    found = {word.text: word for word in words(data)}
    for left, baseline, text in LINES:
        for index, part in enumerate(text.split(" ")):
            word = found[part]
            start = left + stringWidth("".join(p + " " for p in text.split(" ")[:index]), font, points)
            assert word.x0 == pytest.approx(start, abs=0.12 * points)
            assert word.x1 == pytest.approx(start + stringWidth(part, font, points), abs=0.12 * points)
            assert word.y0 < 300 - baseline - 0.5 * points
            assert 300 - baseline <= word.y1 <= 300 - baseline + 0.4 * points
            assert word.confidence == 1.0


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_shown_turned_keeps_words_whole_and_inside_the_page(rotation: int) -> None:
    """A landscape scan is often stored with /Rotate, its text drawn sideways so that it shows upright."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(*{0: (0, 0), 90: (300, 0), 180: (420, 300), 270: (0, 420)}[rotation])
        canvas.rotate(rotation)
        canvas.setFont("Helvetica", 12)
        canvas.drawString(40, 200, "Rechnung Nr. 4711")
        canvas.drawString(40, 170, "Betrag 99,50 EUR")

    page = read_bytes(pdf([[]], rotation=rotation, draw=draw)).pages[0]
    assert (page.width, page.height) == (420, 300)
    assert [page.text_of(start, end) for start, end in page.rows] == ["Rechnung Nr. 4711", "Betrag 99,50 EUR"]
    first = page.words[0]
    assert first.x0 == pytest.approx(40, abs=1)
    assert first.y1 - first.y0 == pytest.approx(13, abs=2)


def test_a_crop_box_moves_the_origin() -> None:
    def crop(canvas: Canvas) -> None:
        canvas.setCropBox((30, 100, 400, 280))

    page = read_bytes(pdf([LINES], draw=crop, size=(900, 300))).pages[0]
    assert (page.width, page.height) == (370, 180)
    assert page.words[0].text == "Invoice"
    assert page.words[0].x0 == pytest.approx(10, abs=0.5)
    assert page.words[0].y1 == pytest.approx(30, abs=5)


def test_bold_made_by_printing_twice_is_read_once() -> None:
    twice = [(40.0, 200.0, "Gesamt 12,00"), (40.4, 200.0, "Gesamt 12,00"), (41.2, 200.3, "Gesamt 12,00")]
    assert [word.text for word in words(pdf([twice]))] == ["Gesamt", "12,00"]


def test_equal_words_at_different_places_all_count() -> None:
    lines = [(40.0, 200.0 - 14 * row, "0,00 0,00") for row in range(10)]
    assert [word.text for word in words(pdf([lines]))] == ["0,00"] * 20


def test_a_word_broken_at_a_line_end_stays_two_words_on_two_rows() -> None:
    document = read_bytes(pdf([[(40, 200, "eine Rech-"), (40, 185, "nung folgt")]]))
    assert document.text.splitlines() == ["eine Rech-", "nung folgt"]


def test_columns_without_blanks_between_them_are_apart() -> None:
    """Tables draw each cell on its own; no blank is drawn between cells."""
    row = [(40.0, 200.0, "4"), (70.0, 200.0, "Stunden"), (160.0, 200.0, "120,00"), (220.0, 200.0, "480,00")]
    page = read_bytes(pdf([row])).pages[0]
    assert [page.text_of(segment.start, segment.end) for segment in page.segments] == [
        "4",
        "Stunden",
        "120,00",
        "480,00",
    ]


def test_letters_set_wide_stay_one_word() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(40, 200)
        text.setFont("Helvetica", 12)
        text.setCharSpace(2)
        text.textOut("RECHNUNG")
        canvas.drawText(text)

    assert [word.text for word in words(pdf([[]], draw=draw))] == ["RECHNUNG"]


def test_text_along_the_margin_does_not_disturb_the_rows() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, -880, "archived copy")

    rows = read_bytes(pdf([LINES], draw=draw, size=(900, 300))).text.splitlines()
    assert rows[:2] == ["Invoice No. 2026-0417", "Total due: 1.250,50 USD  EUR"]


def test_pages_come_in_order(tmp_path: Path) -> None:
    document = read_bytes(pdf([[(40, 200, f"page {number}")] for number in range(1, 6)]))
    assert [page.number for page in document.pages] == [1, 2, 3, 4, 5]
    assert document.text.splitlines() == [f"page {number}" for number in range(1, 6)]


def test_an_empty_page_is_a_page_without_words() -> None:
    document = read_bytes(pdf([[], [(40, 200, "second")]]))
    assert [len(page.words) for page in document.pages] == [0, 1]


def test_a_scan_with_a_stamp_is_read_from_its_picture() -> None:
    """A few words of text layer over a page-sized picture are a stamp, not the page."""
    import pypdfium2 as pdfium

    picture = pdfium.PdfDocument(letter(points=14, size=(520, 340)))[0].render(scale=2.5).to_pil()

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, 520, 340)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(400, 10, "Received 2026")

    document = read_bytes(pdf([[]], size=(520, 340), draw=draw), ReadOptions(engine="tesseract"))
    page = document.pages[0]
    assert page.source == "tesseract"
    assert {"Nordwind", "Gesamtbetrag", "2.059,30"} <= {word.text for word in page.words}
    total = next(word for word in page.words if word.text == "2.059,30")
    assert total.y1 == pytest.approx(40 + 2.2 * 14 * (len(LETTER) - 1), abs=8)


def test_the_document_is_equal_after_a_round_trip_through_json() -> None:
    document = read_bytes(letter())
    assert Document.from_json(document.to_json(), document.sha256) == document
