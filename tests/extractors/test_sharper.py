"""The rung of sharper OCR on a real scan: what was misread at first is read again, before any model is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from extractors.bounded import Question
from extractors.candidate import Candidate, Record
from extractors.climbed import Climbed
from extractors.extract import extract
from extractors.fallback import Fallback
from extractors.fields import money
from extractors.ladder import NO_MODEL, Compiled, Ladder, climb
from extractors.model import ExtractorModel, FieldModel
from inference.budget import Budget
from inference.client import Client
from inference.gates import standard_gates
from inference.model import ModelName
from ocr.document import Document, Page
from ocr.read import read_document
from security.policy import Policy
from tests.inference.model_server import Reply, model_server
from tests.ocr.test_recognise import encoded, picture, scanned

MISREAD = {"Gesamtbetrag": "Ge5amtbelrog", "2.059,30": "2.089,80"}


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A noisy scan of a letter whose last row is its total."""
    path = tmp_path_factory.mktemp("scan") / "letter.png"
    path.write_bytes(encoded(scanned(picture(), 1.0, 6.0), "PNG"))
    return path


@pytest.fixture(scope="module")
def misread(scan: Path) -> Document:
    """The scan as a hasty engine might have read it: label and amount of the total are wrong."""
    page = read_document(scan).pages[0]
    words = [replace(word, text=MISREAD.get(word.text, word.text), confidence=0.4) for word in page.words]
    assert {word.text for word in words} > set(MISREAD.values())
    return Document((Page.of(1, page.width, page.height, words, page.source),))


def last_amount(document: Document) -> list[Candidate]:
    """Amounts of the last row."""
    page = document.pages[0]
    return [one for one in money(document) if page.row_of[one.words[0]] == len(page.rows) - 1]


def compiled(threshold: float | None = 0.9) -> Compiled:
    """Sure of an amount where the label stands before it, and of no other."""
    model = FieldModel("money", {"left 1": {"gesamtbetrag": 4.0}}, threshold=threshold)
    return Compiled({"total": last_amount}, None, ExtractorModel({"total": model}))


def go(document: Document, code: Compiled, path: Path, client: Client | None = None, **settings: bool) -> tuple[
    Record, Climbed
]:  # fmt: skip
    record = extract(document, code.functions, None, code.model)
    assert record.doubtful == ("total",)
    questions = {"total": Question("total", "money", labels=("Gesamtbetrag",))}
    return climb(document, record, code, Ladder(questions, (), Fallback(**settings), client), path)


def test_a_misread_amount_is_read_again(scan: Path, misread: Document) -> None:
    record, climbed = go(misread, compiled(), scan)
    total = record.fields["total"]
    assert (total.value, total.status, total.source) == ("2059.30", "found", "ocr_retry")
    assert total.box is not None and record.doubtful == ()
    assert "first reading: 2089.80" in [note for note, _ in total.explanation]
    assert climbed == Climbed()  # no model was needed, so none is missed


def test_without_the_rung_it_stays_with_a_person(scan: Path, misread: Document) -> None:
    record, climbed = go(misread, compiled(), scan, ocr_retry=False)
    assert record.fields["total"].value == "2089.80" and record.doubtful == ("total",)
    assert climbed.skipped == (f"model: {NO_MODEL}",)


def test_a_file_that_is_gone_is_told_and_changes_nothing(scan: Path, misread: Document) -> None:
    record, climbed = go(misread, compiled(), scan.with_name("gone.png"))
    assert record.fields["total"].value == "2089.80" and record.doubtful == ("total",)
    assert climbed.skipped == ("sharper OCR: FileNotFoundError", f"model: {NO_MODEL}")


def test_the_model_is_asked_about_what_was_read_again(scan: Path, misread: Document) -> None:
    with model_server("openai", Reply('{"total": "2.059,30 EUR"}')) as server:
        name: ModelName = server.model
        client = Client(name, Budget("document", 20_000), standard_gates(Policy(pii="allow")))
        record, climbed = go(misread, compiled(threshold=None), scan, client)
        (prompt,) = [server.prompt(place) for place in range(len(server.bodies))]
    assert "Gesamtbetrag 2.059,30" in prompt and "2.089,80" not in prompt
    assert record.fields["total"].value == "2059.30" and len(climbed.calls) == 1
