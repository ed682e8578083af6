"""The official evaluator on a small set in DocILE's format that the test writes."""

import json
from pathlib import Path
from typing import Any

import pytest

docile = pytest.importorskip("docile.dataset", reason="docile-benchmark is not installed")

from benchmarks.docile import document_of, example_of, kind_of, measure, spec_of  # noqa: E402

ITEMS = ("Bracket", "Hinge", "Varnish", "Screwdriver", "Lantern", "Rope", "Pulley")
VENDORS = ("Nordlicht GmbH", "Harbour Supplies Ltd", "Maison Verte SARL", "Cedar Works Inc")


def word(text: str, x: float, y: float) -> dict[str, Any]:
    box = [[x, y], [x + 0.012 * len(text), y + 0.012]]
    return {"value": text, "geometry": box, "snapped_geometry": box}


def write_document(root: Path, number: int) -> str:
    """One page: vendor, date, two items, total; annotated as DocILE does."""
    docid, vendor = f"doc{number:03}", VENDORS[number % len(VENDORS)]
    lines: list[list[tuple[str, str | None]]] = [
        [(vendor, "vendor_name")],
        [("Invoice", None), (f"{2024 + number % 2}-{1 + number % 12:02}-{1 + number % 27:02}", "date_issue")],
        [("Total", None), (f"{100 + 7 * number}.50", "amount_total_gross")],
    ]
    rows = [("Description", "Quantity", "Amount")]
    rows += [
        (ITEMS[(number + item) % len(ITEMS)], str(1 + (number + item) % 9), f"{(7 * number + 31 * item) % 90 + 5}.00")
        for item in range(2 + number % 3)
    ]
    words, fields, cells = [], [], []
    for row, texts in enumerate(rows):
        for text, x, name in zip(texts, (0.1, 0.5, 0.8), ("description", "quantity", "amount_gross"), strict=True):
            y = 0.4 + 0.02 * row
            words.append(word(text, x, y))
            box = [x, y, x + 0.012 * len(text), y + 0.012]
            if row:
                cells.append(
                    {"bbox": box, "page": 0, "text": text, "fieldtype": f"line_item_{name}", "line_item_id": row}
                )
    for place, line in enumerate(lines):
        x, y = 0.1, 0.1 + 0.05 * place
        for text, fieldtype in line:
            parts = text.split()
            start = x
            for part in parts:
                words.append(word(part, x, y))
                x += 0.012 * len(part) + 0.006
            if fieldtype:
                box = [start, y, x - 0.006, y + 0.012]
                fields.append({"bbox": box, "page": 0, "text": text, "fieldtype": fieldtype})
            x += 0.05
    annotation = {
        "field_extractions": fields,
        "line_item_extractions": cells,
        "line_item_headers": [],
        "metadata": {"page_count": 1, "page_sizes_at_200dpi": [[1654, 2339]], "cluster_id": number % 4},
    }
    ocr = {"pages": [{"blocks": [{"lines": [{"words": words}]}]}]}
    for folder, content in (("annotations", annotation), ("ocr", ocr)):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / f"{docid}.json").write_text(json.dumps(content))
    return docid


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("docile")
    ids = [write_document(root, number) for number in range(24)]
    (root / "train.json").write_text(json.dumps(ids[:18]))
    (root / "val.json").write_text(json.dumps(ids[18:]))
    return root


def test_the_loader_reads_words_and_labels(dataset: Path) -> None:
    found = docile.Dataset("train", dataset, cache_images=docile.CachingConfig.OFF)
    first = found[0]
    assert document_of(first).text.splitlines()[0] == VENDORS[0]
    example = example_of(first)
    assert example.label.fields == {
        "vendor_name": VENDORS[0], "date_issue": "2024-01-01", "amount_total_gross": "100.50",
    }  # fmt: skip
    assert {name: part.type for name, part in spec_of([example]).fields.items()} == {
        "amount_total_gross": "money", "date_issue": "date", "vendor_name": "party",
    }  # fmt: skip


def test_the_official_metric_of_a_compile_by_example(dataset: Path) -> None:
    found = measure(dataset, "train", "val")
    assert (found["training"], found["documents"]) == (18, 6)
    assert found["kile"]["AP"] > 0.9
    assert found["kile"]["f1"] > 0.9
    assert found["lir"]["f1"] > 0.8


@pytest.mark.parametrize(
    ("name", "kind"),
    [("date_due", "date"), ("line_item_unit_price_gross", "money"), ("line_item_quantity", "number"),
     ("customer_billing_address", "address"), ("vendor_tax_id", "identifier"), ("currency_code_amount_due", "money"),
     ("line_item_description", "text")],
)  # fmt: skip
def test_kinds_by_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind
