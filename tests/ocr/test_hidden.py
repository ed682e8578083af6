"""Text that is in the file but not to be seen is listed with the reason; what is printed is not."""

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from ocr.hidden import hidden_words
from ocr.read import read_document
from tests.ocr.papers import letter, pdf


def draw(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 12)
    text = canvas.beginText(40, 150)
    text.setTextRenderMode(3)
    text.textOut("unseen")
    text.setTextRenderMode(0)
    canvas.drawText(text)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(40, 120, "snow")
    canvas.setFillColorRGB(0, 0, 0)
    canvas.rect(38, 86, 100, 16, fill=1)
    canvas.drawString(40, 90, "night")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(90, 90, "shown")
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("Helvetica", 0.6)
    canvas.drawString(40, 60, "speck")
    canvas.setFont("Helvetica", 12)
    canvas.drawString(40, 30, "plain")


def test_hidden_words_are_listed_with_reasons(tmp_path: Path) -> None:
    path = tmp_path / "hidden.pdf"
    path.write_bytes(pdf([[]], draw=draw))
    assert {word.text: word.reason for word in hidden_words(path)} == {
        "unseen": "invisible",
        "snow": "no_contrast",
        "night": "no_contrast",
        "speck": "tiny",
    }


def test_text_cut_off_by_the_crop_box_is_off_the_page(tmp_path: Path) -> None:
    path = tmp_path / "cropped.pdf"
    cropped = pdf(
        [[(40, 250, "inside"), (40, 20, "outside")]], draw=lambda canvas: canvas.setCropBox((0, 100, 420, 300))
    )
    path.write_bytes(cropped)
    assert [(word.text, word.reason) for word in hidden_words(path)] == [("outside", "off_page")]
    assert [word.text for word in read_document(path).pages[0].words] == ["inside"]


def test_an_honest_letter_and_other_files_have_none(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter())
    assert hidden_words(path) == []
    note = tmp_path / "note.txt"
    note.write_text("note")
    assert hidden_words(note) == []


def test_a_narrow_letter_in_a_usual_size_is_seen(tmp_path: Path) -> None:
    """A unit such as `l` for litres is under two points wide."""
    file = tmp_path / "unit.pdf"
    canvas = Canvas(str(file), pagesize=(300, 300))
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(40, 200, "Olive oil  12  l  4.50")
    canvas.save()
    assert hidden_words(file) == []
