"""The baselines over a real HTTP server that answers as a model would. Frameworks need `make bench-tools`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.baselines import (
    autogen_agent,
    deterministic,
    direct_llm,
    dspy_program,
    invoice2data_templates,
    langchain_chain,
)
from benchmarks.baselines.system import Make, NotHereError, Options, Tokens
from factory.golden import Example, Label
from factory.spec import DocumentSpec, parse_spec
from inference.model import parse_model
from ocr.document import Document
from tests.inference.model_server import ModelServer, Reply, model_server

SPEC = parse_spec(
    "kind: document\nname: slip\nfields:\n"
    "  company: {type: party}\n"
    "  date: {type: date, labels: [Date]}\n"
    "  total: {type: money, labels: [Total]}\n"
)
assert isinstance(SPEC, DocumentSpec)
TEXT = "Corner Store\nDate: 31.01.2024\nNet 10.00\nTotal 1,012.50\n"
TRUTH = {"company": "Corner Store", "date": "2024-01-31", "total": "1012.50"}
EXAMPLE = Example(Label(Path("a.txt"), dict(TRUTH)), Document.from_text(TEXT))
ANSWER = json.dumps({"company": "Corner Store", "date": "31 January 2024", "total": "1,012.50"})
FRAMEWORKS: tuple[tuple[str, Make], ...] = (
    ("langchain_openai", langchain_chain.make),
    ("autogen_agentchat", autogen_agent.make),
    ("dspy", dspy_program.make),
)


def answer(body: str) -> str:
    """JSON, or the sections that DSPy asks for."""
    if "[[ ## " not in body:
        return ANSWER
    parts = [f"[[ ## {name} ## ]]\n{value}" for name, value in json.loads(ANSWER).items()]
    return "\n\n".join([*parts, "[[ ## completed ## ]]"])


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("openai", Reply(answer)) as running:
        yield running


def test_the_direct_call_is_one_call_and_counts_what_the_server_counted(server: ModelServer) -> None:
    system = direct_llm.make(Options(server.model))
    system.prepare(SPEC, [])
    found = system.answer(EXAMPLE)
    assert found.fields == TRUTH
    assert found.tokens == Tokens(50, 10, 1)
    assert "Corner Store" in json.dumps(server.bodies[0])


@pytest.mark.parametrize(("package", "make"), FRAMEWORKS, ids=[name for name, _ in FRAMEWORKS])
def test_a_framework_answers_over_the_same_server(package: str, make: Make, server: ModelServer) -> None:
    pytest.importorskip(package, reason=f"{package} needs `make bench-tools`; run by `make test-bench`")
    system = make(Options(server.model))
    system.prepare(SPEC, [EXAMPLE, EXAMPLE])
    found = system.answer(EXAMPLE)
    assert found.fields == TRUTH
    assert found.tokens.requests == 1 and found.tokens.total == 60


def test_invoice2data_answers_only_where_a_template_matches() -> None:
    pytest.importorskip("invoice2data", reason="invoice2data needs `make bench-tools`; run by `make test-bench`")
    system = invoice2data_templates.make(Options())
    system.prepare(SPEC, [])
    assert set(system.answer(EXAMPLE).fields.values()) == {None}


def test_patterns_take_what_stands_behind_a_label() -> None:
    system = deterministic.make(Options())
    system.prepare(SPEC, [])
    assert system.answer(EXAMPLE).fields == TRUTH


@pytest.mark.parametrize("make", [direct_llm.make, *(make for _, make in FRAMEWORKS)])
def test_without_a_model_the_reason_is_told(make: Make) -> None:
    with pytest.raises(NotHereError, match=r"--model|bench-tools"):
        make(Options())


def test_a_server_without_the_protocol_is_told() -> None:
    pytest.importorskip("langchain_openai", reason="needs `make bench-tools`; run by `make test-bench`")
    with pytest.raises(NotHereError, match="openai-compatible"):
        langchain_chain.make(Options(parse_model("anthropic-compatible:x@http://127.0.0.1:1")))
