"""The ladder against a real model server: who is asked for what, what is believed, and what stops it."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from extractors.bounded import Question
from extractors.candidate import Candidate, FieldValue, Record
from extractors.climbed import Climbed
from extractors.extract import extract, finish
from extractors.fallback import Fallback
from extractors.ladder import Compiled, Ladder, climb
from extractors.model import CheckModel, ExtractorModel, FieldModel
from inference.budget import Budget
from inference.call import Patience
from inference.client import Client
from inference.gates import standard_gates
from inference.model import ModelName
from ocr.document import Document
from security.policy import Policy
from tests.extractors.bounded_documents import document
from tests.inference.model_server import ModelServer, Reply, model_server

GATES = standard_gates(Policy(pii="allow"))
QUESTIONS = {
    "number": Question("number", "identifier", labels=("Invoice No",)),
    "due": Question("due", "money", labels=("Amount due",)),
}


def words(kind: str, *texts: str) -> Callable[[Document], list[Candidate]]:
    """A function that proposes these words of the first page."""

    def propose(text: Document) -> list[Candidate]:
        page = text.pages[0]
        return [
            Candidate(kind, word.text, word.text, 0, (place,))  # type: ignore[arg-type]
            for place, word in enumerate(page.words)
            if word.text in texts
        ]

    return propose


def compiled(due: float | None = None, checks: tuple[CheckModel, ...] = ()) -> Compiled:
    """`number` is always accepted, `due` never, or from confidence `due` on."""
    model = ExtractorModel(
        {
            "number": FieldModel("identifier", {}, none=-9.0, threshold=0.0),
            "due": FieldModel("money", {}, none=-0.5, calibration=((0.0, 0.3), (1.0, 0.6)), threshold=due),
        },
        checks,
    )
    return Compiled({"number": words("identifier", "NW-2041/7"), "due": words("money", "13.60")}, None, model)


def ladder(server: ModelServer | ModelName | None, **settings: object) -> Ladder:
    name = server.model if isinstance(server, ModelServer) else server
    client = name and Client(name, Budget("document", 20_000), GATES, patience=Patience(attempts=1, timeout=5.0))
    return Ladder(QUESTIONS, (), Fallback(**settings), client or None)  # type: ignore[arg-type]


def go(steps: Ladder, code: Compiled, barred: tuple[str, ...] = ()) -> tuple[Record, Climbed]:
    text = document()
    record = extract(text, code.functions, code.line_items, code.model)
    return climb(text, record, code, steps, None, barred)


def says(**values: object) -> Reply:
    return Reply(json.dumps(values))


def test_only_unsure_fields_are_asked_for_in_one_call() -> None:
    with model_server("openai", says(due="GBP 16.32")) as server:
        record, climbed = go(ladder(server, reliability={"due": 0.97}), compiled(due=0.9))
    schema = server.bodies[0]["response_format"]["json_schema"]["schema"]
    assert set(schema["properties"]) == {"due"}
    due = record.fields["due"]
    assert (due.value, due.source, due.status) == ("16.32", "model", "found")
    assert 0.9 < due.confidence < 0.97  # the compiled code says 13.60
    assert due.box is not None
    assert record.fields["number"].source == "compiled"
    assert [(call.purpose, call.outcome, len(call.request)) for call in climbed.calls] == [
        ("bounded call", "answered", 64)
    ]
    assert climbed.usage.tokens == 60
    assert Climbed.from_dict(json.loads(json.dumps(climbed.to_dict()))) == climbed


def test_a_model_nobody_measured_is_never_enough() -> None:
    with model_server("openai", says(due="13.60")) as server:
        record, _ = go(ladder(server), compiled(due=0.9))
    assert record.fields["due"].status == "low_confidence"
    assert "due" in record.doubtful


def test_agreement_with_a_measured_model_needs_no_person() -> None:
    with model_server("openai", says(due="13.60")) as server:
        record, _ = go(ladder(server, reliability={"due": 0.97}), compiled(due=0.9))
    due = record.fields["due"]
    assert (due.value, due.status, due.source, due.confidence) == ("13.60", "found", "model", 0.97)
    assert "due" not in record.doubtful


def test_stronger_model_is_asked_where_the_answer_is_not_printed() -> None:
    with model_server("openai", says(due="77.00")) as server, model_server("openai", says(due="16.32")) as strong:
        steps = ladder(server, reliability={"due": 0.9})
        assert steps.client is not None
        steps = replace(steps, stronger=replace(steps.client, model=strong.model))
        record, climbed = go(steps, compiled(due=0.9))
    assert len(server.bodies) == len(strong.bodies) == 1
    assert record.fields["due"].value == "16.32"
    assert len(climbed.calls) == 2


def test_without_a_model_the_rung_is_skipped_and_says_so() -> None:
    before = go(ladder(None), compiled(due=0.9))
    record, climbed = before
    assert climbed == Climbed(skipped=("model: no model is configured",))
    assert record.fields["due"].explanation[-1] == ("model skipped: no model is configured", 0.0)
    assert record.fields["number"].explanation == ()
    assert record.fields["due"].value == "13.60"


def test_sure_document_asks_nobody() -> None:
    with model_server("openai", says(due="16.32")) as server:
        record, climbed = go(ladder(server), compiled(due=0.0))
    assert server.bodies == []
    assert climbed == Climbed()
    assert record.doubtful == ()


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Reply(status=503), "unavailable"),
        (Reply(status=400), "rejected"),
        (Reply("no json"), "invalid"),
    ],
)
def test_a_call_that_fails_leaves_the_record_as_it_was(reply: Reply, word: str) -> None:
    with model_server("openai", reply) as server:
        record, climbed = go(ladder(server), compiled(due=0.9))
    assert climbed.left == word
    assert [call.outcome for call in climbed.calls] == [word]
    assert (record.fields["due"].value, record.fields["due"].source) == ("13.60", "compiled")
    assert "due" in record.doubtful
    assert "13.60" not in climbed.message


def test_budget_that_is_too_small_makes_no_call() -> None:
    with model_server("openai", says(due="16.32")) as server:
        steps = ladder(server)
        assert steps.client is not None
        _, climbed = go(replace(steps, client=replace(steps.client, budget=Budget("document", 100))), compiled(due=0.9))
    assert server.bodies == []
    assert climbed.left == "budget"
    assert climbed.usage.tokens == 0


def test_barred_document_climbs_no_rung() -> None:
    with model_server("openai", says(due="16.32")) as server:
        record, climbed = go(ladder(server), compiled(due=0.9), barred=("override",))
    assert server.bodies == []
    assert climbed.left == "gate"
    assert record.fields["due"] == replace(
        FieldValue("13.60", "low_confidence", record.fields["due"].confidence),
        page=1,
        box=record.fields["due"].box,
        explanation=(("model skipped: the input gate says: override", 0.0),),
    )


def test_line_items_that_break_their_check_are_asked_again_and_only_they() -> None:
    multiplies = "line_items.qty * line_items.price == line_items.amount"

    def rows(text: Document) -> list[dict[str, Candidate]]:
        place = {word.text: index for index, word in enumerate(text.pages[0].words)}

        def cell(kind: str, value: str) -> Candidate:
            return Candidate(kind, value, value, 0, (place[value],))  # type: ignore[arg-type]

        def row(qty: str, price: str, amount: str) -> dict[str, Candidate]:
            return {"qty": cell("number", qty), "price": cell("money", price), "amount": cell("money", amount)}

        return [row("4", "2.50", "10.00"), row("3", "9.60", "9.60")]

    text = document(document_text())
    table = rows(text)
    items = tuple(
        {name: FieldValue(cell.value, "found", 0.9, 1, cell.box(text)) for name, cell in row_.items()} for row_ in table
    )
    model = ExtractorModel({}, (CheckModel("row", multiplies, 0.02, 0.99),))
    columns = (Question("qty", "number"), Question("price", "money"), Question("amount", "money"))
    record = finish({}, items, model)
    with model_server("openai", says(item_1={"qty": "3", "price": "3.20", "amount": "9.60"})) as server:
        steps = replace(ladder(server), questions={}, columns=columns)
        after, climbed = climb(text, record, Compiled({}, None, model), steps)
    assert len(climbed.calls) == 1
    assert "Copper" not in server.prompt(0)
    assert [row_["price"].value for row_ in after.line_items] == ["2.50", "3.20"]
    assert after.line_items[1]["price"].source == "model"
    assert after.line_items[0] == items[0]
    assert after.checks[0].passed is True


def document_text() -> str:
    return """
Northwind Supplies Ltd              INVOICE

Description          Qty  Unit price  Amount
Copper pipe 15 mm    4    2.50        10.00
Brass elbow          3    3.20        9.60

Net total                             19.60
"""
