import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extractors.candidate import CheckResult, FieldValue, Record
from ocr.document import Box
from runtime.errors import ExportError
from runtime.export import check_target, export
from runtime.shape import Column, Shape
from runtime.store import StoredRecord

SHAPE = Shape(
    {"total": Column("money"), "name": Column("party"), "note": Column("text")}, {"quantity": Column("number")}
)
BARE = Shape({"name": Column("party")}, {})


def stored(name: str | None = "Ada", total: str = "-12.50", number: int = 0) -> StoredRecord:
    record = Record(
        {
            "name": FieldValue(name, "found", 0.75, 2, Box(2, 1.0, 2.5, 3.0, 4.0)),
            "total": FieldValue(total, "corrected", 1.0, source="person"),
        },
        ({"quantity": FieldValue("3", "found", 0.5, 1, Box(1, 0.0, 0.0, 1.0, 1.0))},),
        (CheckResult("sums", True, "names a value"),),
        ("name",),
    )
    return StoredRecord(f"{number:032x}", "d" * 64, "a" * 64, "note", ("in/=1.pdf", "in/2.pdf"), record)


def test_jsonl(tmp_path: Path) -> None:
    assert export([stored(), stored(None, number=1)], SHAPE, tmp_path / "o.jsonl") == 2
    first, second = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert list(first["fields"]) == ["total", "name", "note"]
    assert first["fields"]["name"] == {
        "value": "Ada",
        "status": "found",
        "confidence": 0.75,
        "page": 2,
        "box": [1.0, 2.5, 3.0, 4.0],
        "source": "compiled",
    }
    assert first["fields"]["note"]["status"] == "not_found"
    assert first["line_items"][0]["quantity"]["value"] == "3"
    assert first["paths"] == ["in/=1.pdf", "in/2.pdf"] and first["doubtful"] == ["name"]
    assert second["fields"]["name"]["value"] is None


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")'])
def test_csv_defuses_formulas_and_keeps_amounts(tmp_path: Path, risky: str) -> None:
    export([stored(risky)], SHAPE, tmp_path / "o.csv")
    with (tmp_path / "o.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert row["name"] == "'" + risky
    assert row["total"] == "-12.50" and row["total_status"] == "corrected" and row["total_source"] == "person"
    assert row["name_box"] == "1 2.5 3 4" and row["name_page"] == "2"
    assert json.loads(row["line_items"]) == [{"quantity": "3"}]
    assert row["note"] == "" and row["paths"] == "in/=1.pdf; in/2.pdf"


def test_csv_keeps_an_amount_only_where_it_is_one(tmp_path: Path) -> None:
    export([stored(total="-1+cmd|' /C calc'!A0")], SHAPE, tmp_path / "o.csv")
    with (tmp_path / "o.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert row["total"].startswith("'-1+cmd")


def test_parquet_is_typed_and_nested(tmp_path: Path) -> None:
    count = 2100
    assert export((stored(number=number) for number in range(count)), SHAPE, tmp_path / "o.parquet") == count
    file = pq.ParquetFile(tmp_path / "o.parquet")
    assert file.num_row_groups == 3
    rows = file.read().to_pylist()
    assert [row["record"] for row in rows] == [f"{number:032x}" for number in range(count)]
    assert (
        rows[0]["name_confidence"] == 0.75 and rows[0]["name_page"] == 2 and rows[0]["name_box"] == [1.0, 2.5, 3.0, 4.0]
    )
    assert rows[0]["line_items"][0]["quantity"]["value"] == "3"
    assert rows[0]["note"] is None


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_nothing_recorded_is_a_file_without_rows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"o{suffix}"
    assert export([], BARE, path) == 0
    assert path.exists()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_an_export_that_fails_leaves_the_old_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"o{suffix}"
    path.write_bytes(b"old")

    def break_off() -> Iterator[StoredRecord]:
        yield stored()
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError):
        export(break_off(), SHAPE, path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_unknown_targets_are_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.csv, \.jsonl, \.parquet"):
        check_target(tmp_path / "o.xlsx")
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(ExportError, match="folder"):
        check_target(tmp_path / "d.csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        export([], BARE, tmp_path / "file" / "o.csv")
