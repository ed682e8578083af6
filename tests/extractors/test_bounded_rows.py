"""Line items that fail a check are asked for again; only they."""

import json

import pytest

from extractors.bounded import Question
from extractors.bounded_rows import ask_items, failing_items
from extractors.candidate import FieldValue
from extractors.checks import parse_check
from inference.budget import Budget
from inference.client import Client
from ocr.document import Box
from tests.extractors.bounded_documents import INVOICE, document
from tests.inference.model_server import Reply, model_server
from tests.inference.test_complete import GATES

PRODUCT = parse_check("product", "line_items.quantity * line_items.unit_price == line_items.line_total")
SUM = parse_check("sum", "sum(line_items.line_total) == net_total")
TEXT = document(INVOICE.replace("9.60", "3.60"))
COLUMNS = (
    Question("quantity", "number", labels=("Qty",)),
    Question("unit_price", "money", labels=("Unit price",)),
    Question("line_total", "money", labels=("Amount",)),
)


def item(row: int, quantity: str, price: str, total: str) -> dict[str, FieldValue]:
    """Cells as compiled code would give them, all with a box in row `row`."""
    page = TEXT.pages[0]
    word = page.words[page.rows[row][0]]
    box = Box(1, word.x0, word.y0, word.x1, word.y1)
    values = {"quantity": quantity, "unit_price": price, "line_total": total}
    return {name: FieldValue(value, "found", 0.9, 1, box) for name, value in values.items()}


ROWS = {TEXT.pages[0].words[start].text: row for row, (start, _) in enumerate(TEXT.pages[0].rows)}
RIGHT = item(ROWS["Copper"], "4", "2.50", "10.00")
WRONG = item(ROWS["Brass"], "3", "1.20", "9.60")


def test_failing_items() -> None:
    assert failing_items([PRODUCT, SUM], [RIGHT, WRONG]) == (1,)


def test_only_the_failing_item_is_sent_and_mended() -> None:
    mended = {"item_1": {"quantity": "3", "unit_price": "1.20", "line_total": "3.60"}}
    with model_server("openai", Reply(json.dumps(mended))) as server:
        client = Client(server.model, Budget("document"), GATES)
        reply = ask_items(TEXT, COLUMNS, [RIGHT, WRONG], [PRODUCT, SUM], client)
    assert "Brass elbow" in server.prompt(0)
    assert "Unit price" in server.prompt(0)  # the heading
    assert "Copper" not in server.prompt(0)
    assert reply.mended == (1,)
    assert reply.items[0] == RIGHT
    total = reply.items[1]["line_total"]
    assert (total.value, total.source, total.status) == ("3.60", "model", "found")
    assert total.box is not None
    assert reply.usage.requests == 1


@pytest.mark.parametrize(
    "values",
    [("3", "1.20", "4.00"), ("3", "3.20", "9.60"), ("4", "2.50", "10.00"), (None, None, None)],
    ids=["not printed", "price not printed", "of another item", "nothing"],
)
def test_answer_that_does_not_mend_changes_nothing(values: tuple[str | None, ...]) -> None:
    given = {"item_1": dict(zip(("quantity", "unit_price", "line_total"), values, strict=True))}
    with model_server("openai", Reply(json.dumps(given))) as server:
        client = Client(server.model, Budget("document"), GATES)
        reply = ask_items(TEXT, COLUMNS, [RIGHT, WRONG], [PRODUCT], client)
    assert reply.mended == ()
    assert reply.items == (RIGHT, WRONG)


def test_nothing_fails_or_no_model() -> None:
    with model_server("openai", Reply("{}")) as server:
        client = Client(server.model, Budget("document"), GATES)
        assert ask_items(TEXT, COLUMNS, [RIGHT], [PRODUCT], client).skipped == "no line item fails a check"
    assert server.bodies == []
    assert ask_items(TEXT, COLUMNS, [WRONG], [PRODUCT], None).skipped == "no model is configured"
