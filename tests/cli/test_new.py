"""`factory new`: what a first spec says about the examples it was inferred from."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from extractors.candidate import Kind
from factory.golden import Example, Label
from factory.infer import infer_kind, infer_spec
from factory.spec import DocumentSpec, load_spec
from ocr.document import Document
from tests.cli.order_documents import write_golden


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentSpec:
    """The spec of twelve orders, as it was written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    write_golden(tmp_path / "golden", 12, seed=7)
    result = CliRunner().invoke(app, ["new", "order", "--golden", "golden", "--specs", "mine"])
    assert result.exit_code == 0, result.output
    assert "factory compile mine/order --golden golden" in result.stdout
    return load_spec(tmp_path / "mine" / "order")


def test_types_labels_and_use_come_from_the_examples(spec: DocumentSpec) -> None:
    assert spec.name == "order" and spec.vendor_field == "vendor"
    types = {name: field.type for name, field in spec.fields.items()}
    assert types == {
        "order_number": "identifier", "order_date": "date", "vendor": "party",
        "net": "money", "tax": "money", "total": "money", "remark": "text",
    }  # fmt: skip
    assert set(spec.fields["order_date"].labels) == {"date", "issued on", "ordered"}
    assert [name for name, field in spec.fields.items() if not field.required] == ["remark"]


def test_columns_and_sums_come_from_the_examples(spec: DocumentSpec) -> None:
    assert spec.line_items is not None
    columns = {name: column.type for name, column in spec.line_items.columns.items()}
    assert columns == {"article": "text", "quantity": "number", "price": "money", "amount": "money"}
    assert [check.expression for check in spec.checks] == ["net + tax == total"]


def test_a_neighbour_in_a_table_is_no_label() -> None:
    """Left of a job's number stands a person: her name gets into no spec, "Job no" does."""
    examples = [
        Example(
            Label(Path(f"{n}.txt"), {"worker": "Vera Holt", "job": f"JB-77{n}", "extra": "no"}),
            Document.from_text(
                f"Worker      Job      Extra\nVera Holt      JB-77{n}      no\n" if n < 4 else f"Job no: JB-77{n}\n"
            ),
        )
        for n in range(1, 8)
    ]
    assert infer_spec("sheet", examples).fields["job"].labels == ("job no",)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "text"),
        (["true", "False"], "boolean"),
        (["05.03.2026", "2026-04-01"], "date"),
        (["1,234.50", "7.00"], "money"),
        (["12", "3.5"], "number"),
        (["0012", "0013"], "identifier"),
        (["A-77/3", "B-12"], "identifier"),
        (["EUR"] * 6 + ["USD"] * 6, "enum"),
        (["12 High Street, Leeds LS1 2AB", "7 Mill Lane, York YO1 9XX"], "address"),
        (["Amber Tools Ltd", "Birch Paper GmbH"], "party"),
        (["word " * 30, "other " * 30], "text"),
    ],
)
def test_the_narrowest_type_that_reads_the_values(values: list[str], kind: Kind) -> None:
    assert infer_kind(values) == kind
