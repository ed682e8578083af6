"""The shipped specs and their golden folders: complete, consistent, and true to what the pages show."""

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from benchmarks.synthetic.forms import DATE_FORMS, MONTHS, SYMBOLS, print_date
from benchmarks.synthetic.model import load_data
from extractors.checks import evaluate, parse_check
from factory.golden import load_labels
from factory.spec import DocumentSpec, load_spec
from ocr.document import load_words

SPECS = Path(__file__).parents[2] / "specs"
NAMES = ("invoice", "receipt", "ad_buy")
FOLDERS = {
    "invoice": "invoice/golden",
    "inbox": "invoice/inbox",
    "receipt": "receipt/golden",
    "ad_buy": "ad_buy/golden",
}
CENT = Decimal("0.005")


def spec_of(folder: str) -> DocumentSpec:
    return load_spec(SPECS / FOLDERS[folder].partition("/")[0])


@cache
def lines(folder: str) -> tuple[dict[str, Any], ...]:
    file = SPECS / FOLDERS[folder] / "labels.jsonl"
    return tuple(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


@cache
def printed(folder: str) -> tuple[tuple[dict[str, Any], str], ...]:
    """Each label of a document that is no scan, with all the words of its pages."""
    pairs = []
    for line in lines(folder):
        path = SPECS / FOLDERS[folder] / line["document"]
        if line["scan"]:
            continue
        if path.suffix == ".pdf":
            text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
        else:
            text = load_words(path).text
        pairs.append((line, text))
    return tuple(pairs)


@pytest.mark.parametrize("name", NAMES)
def test_specs_load_and_name_their_vendor(name: str) -> None:
    spec = load_spec(SPECS / name)
    assert spec.name == name
    assert spec.vendor_field is not None
    assert all(field.description for field in spec.fields.values())
    assert {field for field, about in spec.fields.items() if about.required}


@pytest.mark.parametrize("folder", FOLDERS)
def test_labels_have_the_fields_of_the_spec(folder: str) -> None:
    spec = spec_of(folder)
    columns = set(spec.line_items.columns) if spec.line_items else set()
    for label in load_labels(SPECS / FOLDERS[folder]):
        assert set(label.fields) == set(spec.fields)
        for row in label.line_items or ():
            assert set(row) == columns
        for name, field in spec.fields.items():
            value = label.fields[name]
            assert value is not None or not field.required, name
            assert value is None or not field.values or value in field.values, name


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_visible_value_is_among_the_words(folder: str) -> None:
    spec = spec_of(folder)
    missing = []
    for line, text in printed(folder):
        for name, field in spec.fields.items():
            value = line["fields"][name]
            shown = line.get("visible", {}).get(name) is not False
            if value is not None and shown and not stands(field.type, value, text):
                missing.append((line["document"], name))
        for row in line.get("line_items", ()):
            for name, value in row.items():
                kind = spec.line_items.columns[name].type if spec.line_items else "text"
                if value is not None and not stands(kind, value, text):
                    missing.append((line["document"], name))
    assert missing == []


def stands(kind: str, value: str, text: str) -> bool:
    """Whether a canonical value is printed in some form anywhere in the text."""
    if kind == "date":
        day = date.fromisoformat(value)
        forms = {print_date(day, form, language) for form in DATE_FORMS for language in MONTHS}
        return any(form in " ".join(text.split()) for form in forms)
    if kind in ("money", "number"):
        digits = re.sub(r"[.\s]", "", value.lstrip("-"))
        return digits in re.sub(r"[.,'\s]", "", text)
    if kind == "enum":
        return any(word in text for word in words_of(value))
    return squeeze(value) in squeeze(text)


def words_of(value: str) -> set[str]:
    """A code, and the words and symbols that stand for it."""
    countries = load_data("wording")["countries"].values()
    return {value, SYMBOLS.get(value, value), *(names.get(value, value) for names in countries)}


def squeeze(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


@pytest.mark.parametrize("folder", ["invoice", "inbox"])
def test_the_sums_of_invoices_add_up(folder: str) -> None:
    for line in lines(folder):
        amounts = {name: Decimal(value) for name, value in line["fields"].items() if value and name.endswith(TOTALS)}
        rows = [{name: value for name, value in row.items() if value} for row in line["line_items"]]
        where = line["document"]
        assert abs(sum(Decimal(row["line_total"]) for row in rows) - amounts["line_total"]) < CENT, where
        assert amounts["net_total"] + amounts["tax_total"] == amounts["grand_total"], where
        prepaid = Decimal(line["fields"]["prepaid"] or 0)
        assert amounts["grand_total"] - prepaid == amounts["amount_due"], where
        for row in rows:
            if "quantity" in row:
                product = Decimal(row["quantity"]) * Decimal(row["unit_price"])
                assert abs(product - Decimal(row["line_total"])) <= CENT, where
        assert line["fields"]["issue_date"] <= (line["fields"]["due_date"] or "9999"), where


TOTALS = ("_total", "amount_due")


def test_the_rows_of_receipts_multiply_and_make_about_the_total() -> None:
    for line in lines("receipt"):
        total = Decimal(line["fields"]["total"])
        rows = line["line_items"]
        for row in rows:
            if row["quantity"] and row["unit_price"]:
                product = Decimal(row["quantity"]) * Decimal(row["unit_price"])
                assert abs(product - Decimal(row["line_total"])) <= CENT, line["document"]
        share = total / sum(Decimal(row["line_total"]) for row in rows)
        assert Decimal("0.5") <= share <= Decimal("1.3"), line["document"]


def test_flights_begin_before_they_end() -> None:
    assert all(line["fields"]["flight_from"] <= line["fields"]["flight_to"] for line in lines("ad_buy"))


def test_invoices_are_many_and_unlike() -> None:
    golden = lines("invoice")
    assert len({line["vendor"] for line in golden}) >= 24
    assert len({line["layout"] for line in golden}) >= 12
    assert {line["language"] for line in golden} == {"en", "de", "fr"}
    assert {line["fields"]["currency"] for line in golden} == {"EUR", "USD", "GBP", "CHF", "CAD"}
    assert sum(line["scan"] for line in golden) >= 24
    assert sum(not line["scan"] for line in golden) >= 96


@pytest.mark.parametrize(
    ("what", "least", "holds"),
    [
        ("credit notes", 5, lambda line: line["fields"]["grand_total"].startswith("-")),
        ("deposits", 10, lambda line: line["fields"]["prepaid"]),
        ("no due date", 20, lambda line: line["fields"]["due_date"] is None),
        ("several tax rates", 10, lambda line: len({row["tax_rate"] for row in line["line_items"]}) > 1),
        ("discount rows", 10, lambda line: any(row["quantity"] is None for row in line["line_items"])),
        ("discounts on the whole", 8, lambda line: line["fields"]["line_total"] != line["fields"]["net_total"]),
        ("long tables", 8, lambda line: len(line["line_items"]) >= 24),
        ("wrapped descriptions", 40, lambda line: any(len(row["description"]) > 60 for row in line["line_items"])),
        ("printed countries", 10, lambda line: line["fields"]["buyer_country"]),
    ],
)
def test_the_hard_cases_are_there(what: str, least: int, holds: Any) -> None:
    assert sum(bool(holds(line)) for line in lines("invoice")) >= least, what


def test_long_tables_go_over_two_pages() -> None:
    pages = Counter(
        len(pypdfium2.PdfDocument(SPECS / "invoice/golden" / line["document"]))
        for line in lines("invoice")
        if line["document"].endswith(".pdf")
    )
    assert pages[2] >= 8
    assert len(pypdfium2.PdfDocument(SPECS / "ad_buy/golden" / lines("ad_buy")[12]["document"])) > 1


def test_the_inbox_shows_nothing_that_was_learned() -> None:
    for key in ("vendor", "layout"):
        assert not {line[key] for line in lines("inbox")} & {line[key] for line in lines("invoice")}
    assert any(line["scan"] for line in lines("inbox"))


def test_the_inbox_holds_a_broken_and_a_locked_file() -> None:
    documents = SPECS / "invoice/inbox/documents"
    labelled = {Path(line["document"]).name for line in lines("inbox")}
    assert {path.name for path in documents.iterdir()} - labelled == {"broken.pdf", "locked.pdf"}
    for name in ("broken.pdf", "locked.pdf"):
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(documents / name)


def test_receipts_come_as_transcripts_pdfs_and_photographs() -> None:
    kinds = Counter("".join(Path(line["document"]).suffixes[-2:]) for line in lines("receipt"))
    assert set(kinds) == {".words.json", ".pdf", ".jpg"}
    assert min(kinds.values()) >= 20
    assert len({line["country"] for line in lines("receipt")}) >= 8


@pytest.mark.parametrize("folder", FOLDERS)
def test_scans_are_pictures_with_something_on_them(folder: str) -> None:
    for line in lines(folder):
        path = SPECS / FOLDERS[folder] / line["document"]
        if line["scan"] and path.suffix in {".jpg", ".tiff"}:
            with Image.open(path) as image:
                dark = sum(image.convert("L").histogram()[:110]) / (image.width * image.height)
                assert image.width >= 300
                assert 0.002 < dark < 0.4, path.name


def test_the_folders_are_small() -> None:
    size = sum(path.stat().st_size for path in SPECS.rglob("*") if path.is_file())
    assert size < 12_000_000


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_checks_of_the_spec_hold_for_every_label(folder: str) -> None:
    for check in spec_of(folder).checks:
        parsed = parse_check(check.name, check.expression, check.tolerance)
        labels = load_labels(SPECS / FOLDERS[folder])
        outcomes = [evaluate(parsed, label.fields, label.line_items or ()).passed for label in labels]
        assert False not in outcomes, check.name
        assert True in outcomes, check.name
