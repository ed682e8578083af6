from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.candidate import FieldValue, Record
from extractors.model import CheckModel, ExtractorModel, FieldModel
from ocr.document import Box
from ocr.errors import UnsupportedTypeError
from runtime.embedded import CHECK, merge
from runtime.load import LoadedArtifact, load_artifact
from runtime.local import hash_file, run_file
from runtime.shape import Column, Shape
from tests.runtime.conftest import SOURCE, make_artifact

SHAPE = Shape(
    {"day": Column("date"), "net": Column("money"), "total": Column("money"), "seller": Column("party")},
    {"quantity": Column("number"), "code": Column("identifier")},
)
MODEL = ExtractorModel(
    {name: FieldModel(column.kind, {}, threshold=0.9) for name, column in SHAPE.fields.items()},
    (CheckModel("order", "net <= total", 0.0, 0.9),),
)
BOX = Box(1, 1.0, 2.0, 3.0, 4.0)


def printed(value: str | None, confidence: float = 0.95) -> FieldValue:
    return FieldValue(
        value, "found" if value else "not_found", confidence, 1 if value else None, BOX if value else None
    )


RECORD = Record(
    {
        "day": printed("2026-02-01", 0.4),
        "net": printed("10.00"),
        "total": printed("11.90"),
        "seller": printed(None),
    },
    (
        {"quantity": printed("1"), "code": printed("A")},
        {"quantity": printed("2"), "code": printed("B")},
        {"quantity": printed("9"), "code": printed("Z")},
    ),
)


def test_what_both_say_is_certain_and_keeps_its_place() -> None:
    merged = merge(RECORD, {"day": "2026-02-01", "net": "10"}, (), SHAPE, MODEL)
    assert merged.fields["day"] == FieldValue("2026-02-01", "found", 1.0, 1, BOX, "embedded")
    assert merged.fields["net"].value == "10" and merged.fields["net"].source == "embedded"
    assert "day" not in merged.doubtful and merged.fields["total"] == RECORD.fields["total"]
    assert merged.line_items == RECORD.line_items


def test_what_is_not_printed_comes_from_the_data() -> None:
    merged = merge(RECORD, {"seller": " Ada  Ltd ", "unknown": "x", "total": None}, (), SHAPE, MODEL)
    assert merged.fields["seller"] == FieldValue("Ada Ltd", "found", 1.0, source="embedded")
    assert set(merged.fields) == set(RECORD.fields)


def test_a_disagreement_is_doubtful_and_names_both() -> None:
    merged = merge(RECORD, {"total": "119.00"}, (), SHAPE, MODEL)
    total = merged.fields["total"]
    assert (total.value, total.status, total.source) == ("119.00", "low_confidence", "embedded")
    assert [text for text, _ in total.explanation] == ["embedded: 119.00", "printed: 11.90"]
    assert "total" in merged.doubtful


def test_checks_run_on_the_merged_values() -> None:
    assert merge(RECORD, {}, (), SHAPE, MODEL).checks[0].passed is True
    failed = merge(RECORD, {"net": "500"}, (), SHAPE, MODEL)
    assert failed.checks[0].passed is False and {"net", "total"} <= set(failed.doubtful)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_rows_are_paired_by_content(order: tuple[int, ...]) -> None:
    record = replace(RECORD, line_items=tuple(RECORD.line_items[place] for place in order))
    rows = [{"quantity": "1.0", "code": "A"}, {"quantity": "3", "code": "B"}, {"quantity": "4", "code": "C"}]
    merged = merge(record, {}, rows, SHAPE, MODEL)
    assert [(row["quantity"].value, row["code"].value) for row in merged.line_items] == [
        ("1.0", "A"),
        ("3", "B"),
        ("4", "C"),
    ]
    assert merged.line_items[0]["code"].box == BOX and merged.line_items[2]["code"].box is None
    assert [name for name in merged.doubtful if name.startswith("line")] == ["line_items[1].quantity"]


CII = """<?xml version="1.0"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>N-77</ram:ID></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeSettlement>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""

NUMBERED = ExtractorModel(
    {name: FieldModel("identifier", {}, none=-1.0, threshold=0.1) for name in ("invoice_number", "currency", "iban")}
)


@pytest.fixture
def artifact() -> LoadedArtifact:
    """Reads the word after `Number` as invoice number, and nothing else."""
    source = SOURCE.replace("def number(", "def invoice_number(").replace(
        'FIELDS = {"number": number}',
        "def nothing(document: Document) -> list[Candidate]:\n    return []\n\n\n"
        'FIELDS = {"invoice_number": invoice_number, "currency": nothing, "iban": nothing}',
    )
    spec = "fields:\n" + "".join(f"  {name}: {{type: identifier}}\n" for name in NUMBERED.fields)
    return load_artifact(make_artifact(source, model=NUMBERED).with_file("spec.yaml", spec.encode()))


def write_pdf(path: Path, text: str, attachment: bytes | None) -> Path:
    """A digital page with one line of text and maybe an attached invoice."""
    plain = path.with_suffix(".plain")
    canvas = Canvas(str(plain), pagesize=(300, 200))
    canvas.drawString(20, 100, text)
    canvas.save()
    pdf = pdfium.PdfDocument(plain)
    if attachment is not None:
        pdf.new_attachment("factur-x.xml").set_data(attachment)
    pdf.save(path)
    pdf.close()
    return path


@pytest.mark.parametrize(
    ("text", "xml", "value", "source", "doubtful", "check"),
    [
        ("Number N-77", CII, "N-77", "embedded", False, None),
        ("Number N-78", CII, "N-77", "embedded", True, None),
        ("Number N-78", None, "N-78", "compiled", False, None),
        ("Number N-78", "<CrossIndustryInvoice", "N-78", "compiled", False, False),
        ("Number N-78", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "N-78", "compiled", False, False),
    ],
)
def test_files_with_embedded_data(
    artifact: LoadedArtifact,
    tmp_path: Path,
    text: str,
    xml: str | None,
    value: str,
    source: str,
    doubtful: bool,
    check: bool | None,
) -> None:
    path = write_pdf(tmp_path / "a.pdf", text, None if xml is None else xml.encode())
    extraction = run_file(artifact, path)
    found = extraction.record.fields["invoice_number"]
    assert (found.value, found.source) == (value, source) and found.box is not None
    assert ("invoice_number" in extraction.record.doubtful) == doubtful
    checks = [result.passed for result in extraction.record.checks if result.name == CHECK]
    assert checks == ([] if check is None else [check])
    assert extraction.document == hash_file(path) and extraction.pages == 1


def test_a_file_that_is_nothing_but_data(artifact: LoadedArtifact, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(CII)
    extraction = run_file(artifact, path)
    assert {name: (value.value, value.status) for name, value in extraction.record.fields.items()} == {
        "invoice_number": ("N-77", "found"),
        "currency": ("EUR", "found"),
        "iban": (None, "not_found"),
    }
    assert extraction.record.doubtful == () and extraction.pages == 0
    assert extraction.document == hash_file(path)
    path.write_text("<html><body>Number N-1</body></html>")
    with pytest.raises(UnsupportedTypeError):
        run_file(artifact, path)
