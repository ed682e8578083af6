"""The bounded call against a server: schema from the fields, validation, grounding."""

import json
from collections.abc import Mapping

import pytest

from extractors.bounded import Question, Reply, ask_fields
from extractors.candidate import Candidate, Kind
from inference.budget import Budget
from inference.client import Client
from inference.errors import AnswerInvalid
from ocr.document import Document
from tests.extractors.bounded_documents import document
from tests.inference.model_server import ModelServer, model_server
from tests.inference.model_server import Reply as Answer
from tests.inference.test_complete import GATES

NUMBER = Question("invoice_number", "identifier", "Number of the invoice.", ("Invoice No",))
DATE = Question("issue_date", "date", labels=("Invoice date",))
DUE = Question("amount_due", "money", labels=("Amount due",))
PAID = Question("paid", "boolean", "Whether it is paid.", ("Payment",))
STATE = Question("state", "enum", labels=("Payment",), values=("open", "settled"))


def ask(
    server: ModelServer,
    *questions: Question,
    text: Document | None = None,
    candidates: Mapping[str, list[Candidate]] | None = None,
    retries: int = 2,
) -> Reply:
    client = Client(server.model, Budget("document", tokens=20_000), GATES)
    return ask_fields(text or document(), questions, candidates or {}, client, retries=retries)


def answer(**values: object) -> Answer:
    return Answer(json.dumps(values))


def test_values_are_normalised_and_take_their_box_from_the_words() -> None:
    right = answer(invoice_number="NW-2041/7", issue_date="03/04/2024", amount_due="GBP 16.32")
    text = document()
    with model_server("openai", right) as server:
        reply = ask(server, NUMBER, DATE, DUE, text=text)
    assert {name: found.value for name, found in reply.fields.items()} == {
        "invoice_number": "NW-2041/7",
        "issue_date": "2024-04-03",
        "amount_due": "16.32",
    }
    due = reply.fields["amount_due"]
    printed = next(word for word in text.pages[0].words if word.text == "16.32")
    assert due.box is not None
    assert (due.page, due.box.x1, due.box.y0) == (1, printed.x1, printed.y0)
    assert {(found.status, found.source) for found in reply.fields.values()} == {("found", "model")}
    assert reply.usage.requests == 1


def test_model_sees_only_the_rows_it_needs() -> None:
    with model_server("openai", answer(amount_due="16.32")) as server:
        ask(server, DUE)
    assert "Amount due" in server.prompt(0)
    for hidden in ("Northwind", "Copper", "NW-2041", "Harbour"):
        assert hidden not in server.prompt(0)


def test_schema_comes_from_the_fields() -> None:
    right = answer(invoice_number=None, paid=None, state={"value": "settled", "quote": "Payment received"})
    with model_server("openai", right) as server:
        ask(server, NUMBER, PAID, STATE)
    schema = server.bodies[0]["response_format"]["json_schema"]["schema"]
    assert set(schema["properties"]) == set(schema["required"]) == {"invoice_number", "paid", "state"}
    assert '"enum": ["open", "settled"]' in json.dumps(schema)


@pytest.mark.parametrize(
    ("question", "given"),
    [
        (DUE, "1.00"),
        (DUE, "61.32"),
        (DATE, "2024-04-05"),
        (NUMBER, "NW-2041/8"),
        (PAID, {"value": True, "quote": "fully paid"}),
        (STATE, {"value": "settled", "quote": "settled"}),
        (DUE, "10.00"),  # printed, but not in the rows that the model saw
    ],
)
def test_what_is_not_printed_is_ungrounded(question: Question, given: object) -> None:
    with model_server("anthropic", answer(**{question.name: given})) as server:
        found = ask(server, question).fields[question.name]
    assert (found.status, found.confidence, found.box, found.source) == ("ungrounded", 0.0, None, "model")


@pytest.mark.parametrize(
    ("question", "value"),
    [(PAID, "true"), (STATE, "settled")],
)
def test_enum_and_boolean_need_a_quote(question: Question, value: str) -> None:
    quoted = {"value": True if value == "true" else value, "quote": "Payment received"}
    with model_server("openai", answer(**{question.name: quoted})) as server:
        found = ask(server, question).fields[question.name]
    assert (found.value, found.status) == (value, "found")
    assert found.box is not None


def test_null_is_not_found() -> None:
    with model_server("openai", answer(amount_due=None)) as server:
        found = ask(server, DUE).fields["amount_due"]
    assert (found.value, found.status, found.source) == (None, "not_found", "model")


@pytest.mark.parametrize(
    ("question", "wrong"),
    [(DUE, "unknown"), (DATE, "soon"), (STATE, {"value": "maybe", "quote": "x"}), (NUMBER, "9" * 201)],
)
def test_violations_go_back_to_the_model(question: Question, wrong: object) -> None:
    with model_server("openai", answer(**{question.name: wrong}), answer(**{question.name: None})) as server:
        assert ask(server, question).fields[question.name].status == "not_found"
    assert f"- {question.name}" in server.prompt(1)


def test_one_unreadable_value_does_not_cost_the_others() -> None:
    with model_server("openai", answer(amount_due="sixteen", invoice_number="NW-2041/7")) as server:
        reply = ask(server, DUE, NUMBER, retries=1)
    assert len(server.bodies) == 2
    assert (reply.fields["amount_due"].value, reply.fields["amount_due"].status) == (None, "ungrounded")
    assert reply.fields["invoice_number"].status == "found"


def test_answers_of_the_wrong_shape_are_bounded_and_not_quoted() -> None:
    with model_server("openai", answer(amount_due=["sixteen"])) as server, pytest.raises(AnswerInvalid) as raised:
        ask(server, DUE, retries=1)
    assert len(server.bodies) == 2
    assert "amount_due" in str(raised.value)
    assert "sixteen" not in str(raised.value)


def test_compiled_reading_of_an_open_date_wins() -> None:
    text = document()
    place = next(index for index, word in enumerate(text.pages[0].words) if word.text == "03/04/2024")
    american = Candidate("date", "2024-03-04", "03/04/2024", 0, (place,), "m/d/Y")
    with model_server("openai", answer(issue_date="03/04/2024")) as server:
        reply = ask(server, DATE, text=text, candidates={"issue_date": [american]})
    assert reply.fields["issue_date"].value == "2024-03-04"


def test_measured_reliability_is_the_confidence() -> None:
    with model_server("openai", answer(amount_due="16.32")) as server:
        client = Client(server.model, Budget("document"), GATES)
        reply = ask_fields(document(), [DUE], {}, client, reliability={"amount_due": 0.8})
    assert reply.fields["amount_due"].confidence == 0.8


@pytest.mark.parametrize("name", ["schema", "copy", "model_config", "json", "class"])
def test_field_names_that_clash_with_the_validator(name: str) -> None:
    with model_server("openai", answer(**{name: "16.32"})) as server:
        assert ask(server, Question(name, "money", labels=("Amount due",))).fields[name].value == "16.32"


def test_without_a_model_the_rung_is_skipped_and_says_so() -> None:
    reply = ask_fields(document(), [DUE], {}, None)
    assert (reply.fields, reply.skipped) == ({}, "no model is configured")


@pytest.mark.parametrize(("questions", "text", "reason"), [((), None, "no field is unsure"), ((DUE,), "", "no text")])
def test_nothing_to_ask(questions: tuple[Question, ...], text: str | None, reason: str) -> None:
    with model_server("openai", answer()) as server:
        reply = ask(server, *questions, text=None if text is None else document(text))
    assert reason in reply.skipped
    assert server.bodies == []


KINDS: tuple[Kind, ...] = ("date", "money", "number", "identifier", "party", "address", "text")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_asked(kind: Kind) -> None:
    with model_server("anthropic", answer(it=None)) as server:
        assert ask(server, Question("it", kind)).fields["it"].status == "not_found"
