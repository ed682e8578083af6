import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.candidate import Candidate
from extractors.line_items import LineItemModel, Propose, read_line_items
from extractors.table import item_rows
from factory.generate.line_items import fit_line_items, proposer, write_line_items
from factory.golden import Example, Label
from factory.score_rows import f1, match_rows
from factory.spec import FieldSpec
from ocr.document import Document

COLUMNS = {
    "code": FieldSpec(type="identifier"),
    "description": FieldSpec(type="text"),
    "quantity": FieldSpec(type="number"),
    "unit_price": FieldSpec(type="money"),
    "line_total": FieldSpec(type="money"),
}
KINDS = {name: column.type for name, column in COLUMNS.items()}
THINGS = ("Blue pencil", "Copy paper A4", "Desk lamp", "Ink cartridge black", "Ruler", "Stapler heavy duty", "Tape")
Rows = list[dict[str, str | None]]


def make(seed: int, style: str) -> Example:
    """An invoice with a header row, or a receipt with the description above its amounts and no header."""
    rng = random.Random(seed)
    rows: Rows = []
    for _ in range(rng.randint(2, 5)):
        quantity, cents = rng.randint(2, 9), rng.randint(105, 4999)
        rows.append(
            {
                "code": f"{rng.choice('ABK')}{rng.randint(1000, 9999)}",
                "description": rng.choice(THINGS),
                "quantity": str(quantity),
                "unit_price": f"{cents / 100:.2f}",
                "line_total": f"{quantity * cents / 100:.2f}",
            }
        )
    total = f"{sum(float(str(row['line_total'])) for row in rows):.2f}"
    lines = [f"Shop {rng.randint(1, 99)}", "12 Main Street", f"Date 2026-0{rng.randint(1, 9)}-11", ""]
    lines += _table(rows) if style == "invoice" else [line for row in rows for line in _till(row)]
    lines += ["", f"{'Total':<50}{total:>12}", f"{'Cash':<50}{float(total) + 1:>12.2f}", f"{'Change':<50}{'1.00':>12}"]
    label = Label(Path(f"{style}{seed}.txt"), {}, line_items=tuple(rows))
    return Example(label, Document.from_text("\n".join(lines)))


def _table(rows: Rows) -> list[str]:
    lines = [f"{'Code':<8}{'Description':<26}{'Qty':>6}{'Price':>10}{'Amount':>12}"]
    for row in rows:
        lines.append(
            f"{row['code']:<8}{row['description']:<26}{row['quantity']:>6}{row['unit_price']:>10}{row['line_total']:>12}"
        )
    return lines


def _till(row: dict[str, str | None]) -> Iterator[str]:
    yield f"{row['description']}"
    yield f"{row['code']:<20}{row['quantity']:>4} x {row['unit_price']:>8}{row['line_total']:>20}"


@pytest.fixture(scope="module", params=["invoice", "receipt"])
def learned(request: pytest.FixtureRequest) -> tuple[str, list[Example], LineItemModel]:
    examples = [make(seed, request.param) for seed in range(24)]
    return request.param, examples, fit_line_items(COLUMNS, examples)


def compiled(source: str) -> Propose:
    space: dict[str, object] = {"Candidate": Candidate, "Document": Document, "item_rows": item_rows}
    exec(source, space)  # our own generator wrote it
    return space["line_items"]  # type: ignore[return-value]


def test_reads_rows_it_has_not_seen(learned: tuple[str, list[Example], LineItemModel]) -> None:
    style, examples, model = learned
    propose = compiled(write_line_items(COLUMNS, examples, model))
    counts = [0, 0, 0]
    for seed in range(100, 112):
        unseen = make(seed, style)
        read = read_line_items(unseen.document, propose, model)
        values = [{name: cell.value for name, cell in row.items()} for row in read]
        for place, count in enumerate(match_rows(unseen.label.line_items or (), values, KINDS)):
            counts[place] += count
    assert f1(*counts) >= 0.97


def test_cells_say_where_they_stand(learned: tuple[str, list[Example], LineItemModel]) -> None:
    style, _, model = learned
    unseen = make(200, style)
    for row in read_line_items(unseen.document, proposer(COLUMNS, model.headers, model.reach), model):
        for cell in row.values():
            if cell.value is not None:
                assert cell.page == 1
                assert cell.box is not None
                assert 0.0 <= cell.confidence <= 1.0


def test_the_same_examples_give_the_same_model(learned: tuple[str, list[Example], LineItemModel]) -> None:
    style, _, model = learned
    again = fit_line_items(COLUMNS, [make(seed, style) for seed in range(24)])
    assert json.dumps(again.to_json()) == json.dumps(model.to_json())


def test_a_model_survives_json(learned: tuple[str, list[Example], LineItemModel]) -> None:
    _, _, model = learned
    text = json.dumps(model.to_json())
    assert LineItemModel.from_json(json.loads(text)).to_json() == model.to_json()


def test_the_function_is_short_and_says_what_it_learned(learned: tuple[str, list[Example], LineItemModel]) -> None:
    style, examples, model = learned
    source = write_line_items(COLUMNS, examples, model)
    assert len(source.splitlines()) <= 50
    assert max(map(len, source.splitlines())) <= 120
    assert f"{len(examples)} documents" in source
    if style == "invoice":
        assert {"code", "qty", "price", "amount"} <= {word for words in model.headers.values() for word in words}


def test_eighteen_columns_still_fit() -> None:
    columns = {f"column_{place}": FieldSpec(type="money", labels=("some label",) * 30) for place in range(18)}
    model = fit_line_items(columns, [make(1, "invoice")])
    source = write_line_items(columns, [], model)
    assert len(source.splitlines()) <= 50
    assert compiled(source)(Document.from_text("Pen   1.00"))


def test_a_quantity_that_is_not_printed_is_filled_in_and_the_price_follows() -> None:
    columns = {name: COLUMNS[name] for name in ("description", "quantity", "unit_price", "line_total")}

    def receipt(seed: int) -> Example:
        rng = random.Random(seed)
        rows: Rows = []
        lines = [f"Shop {seed}", "Receipt"]
        for _ in range(rng.randint(2, 4)):
            price, thing = f"{rng.randint(100, 9999) / 100:.2f}", rng.choice(THINGS)
            rows.append({"description": thing, "quantity": "1", "unit_price": price, "line_total": price})
            lines.append(f"{thing:<30}{price:>10}")
        for quantity in (2, 3, 4):
            price = f"{rng.randint(100, 999) / 100:.2f}"
            total = f"{quantity * float(price):.2f}"
            rows.append({"description": "Tea", "quantity": str(quantity), "unit_price": price, "line_total": total})
            lines.append(f"{'Tea':<14}{quantity:>4} x {price:>8}{total:>11}")
        lines.append(f"{'Total':<30}{sum(float(str(row['line_total'])) for row in rows):>10.2f}")
        return Example(Label(Path(f"{seed}.txt"), {}, line_items=tuple(rows)), Document.from_text("\n".join(lines)))

    model = fit_line_items(columns, [receipt(seed) for seed in range(20)])
    assert model.product == ("quantity", "unit_price", "line_total")
    assert model.columns["quantity"].constant == "1"
    unseen = receipt(77)
    first = read_line_items(unseen.document, proposer(columns, model.headers, model.reach), model)[0]
    gold = (unseen.label.line_items or ())[0]
    assert first["quantity"].value == "1"
    assert float(str(first["unit_price"].value)) == float(str(gold["unit_price"]))


def test_examples_without_rows_give_a_model_that_reads_none() -> None:
    label = Label(Path("a.txt"), {}, line_items=())
    empty = Example(label, Document.from_text("Invoice\nTotal   3.00"))
    model = fit_line_items(COLUMNS, [empty, Example(Label(Path("b.txt"), {}), empty.document)])
    propose = proposer(COLUMNS, model.headers, model.reach)
    assert read_line_items(empty.document, propose, model) == ()
    assert read_line_items(Document.from_text(""), propose, model) == ()
