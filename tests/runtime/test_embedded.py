from dataclasses import replace

import pytest

from extractors.candidate import FieldValue, Record
from extractors.model import CheckModel, ExtractorModel, FieldModel
from ocr.document import Box
from runtime.embedded import merge
from runtime.shape import Column, Shape

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
