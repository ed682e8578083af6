"""A model over real HTTP writes functions, is told what is wrong, and mends them."""

import json

import pytest

from factory.compile import CompileError, compile_spec
from factory.generate.generator import GenerateError
from factory.generate.llm import LLMGenerator, objections
from factory.select import select
from tests.factory.generate.orders import (
    EMPTY,
    GOOD,
    HOSTILE,
    RAISING,
    SPEC,
    UNTYPED,
    client,
    order_prompt,
    order_spec,
    orders,
    writes,
)  # fmt: skip
from tests.inference.model_server import PROTOCOLS, ModelServer, Protocol, Reply, model_server


def bodies(server: ModelServer, name: str) -> list[str]:
    """What was asked about one field, in order."""
    texts = [server.prompt(place) for place in range(len(server.bodies))]
    return [text for text in texts if f"Write the function `{name}`" in text]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_from_model_to_artifact(protocol: Protocol) -> None:
    with model_server(protocol, writes({name: [source] for name, source in GOOD.items()})) as server:
        compiled = compile_spec(order_spec(), SPEC, orders(), LLMGenerator(client(server)))
    assert [verdict.stage for verdict in compiled.verdicts] == ["security", "syntax", "execution", "accuracy"]
    assert GOOD["total"] in compiled.artifact.source and compiled.rounds == 1
    manifest = compiled.artifact.manifest
    assert manifest["accuracy"]["total"]["exact"] >= 0.9
    assert manifest["generator"]["name"] == "llm" and manifest["generator"]["tokens"] == 120 == compiled.tokens
    made = {key: manifest["generator"][key] for key in ("calls", "rounds", "model", "stopped")}
    assert made == {"calls": 2, "rounds": 1, "model": f"{protocol}-compatible:tester", "stopped": ""}
    assert "asked 2 times in 1 rounds: 100 tokens in" in compiled.artifact.files["report.md"].decode()


def test_prompt_holds_no_document_text() -> None:
    with model_server("openai", writes({name: [source] for name, source in GOOD.items()})) as server:
        LLMGenerator(client(server)).write(order_prompt(), (), None)
        sent = "\n".join(server.prompt(place) for place in range(len(server.bodies)))
    for example in orders():
        for word in example.document.text.split():
            if len(word) > 4 and any(char.isdigit() for char in word):
                assert word not in sent
        assert (example.label.fields["vendor"] or "") not in sent
    assert "[total: 999.99]" in sent and "money(document: Document)" in sent
    assert "$V1" in sent


def test_stable_part_is_the_same_for_every_field_and_is_cached() -> None:
    with model_server("anthropic", writes({name: [source] for name, source in GOOD.items()})) as server:
        LLMGenerator(client(server)).write(order_prompt(), (), None)
        first, second = (body["system"] for body in server.bodies)
    cached = [next(place for place, block in enumerate(one) if "cache_control" in block) for one in (first, second)]
    assert first[: cached[0] + 1] == second[: cached[1] + 1]
    assert "money(document: Document)" in json.dumps(first[: cached[0] + 1])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (HOSTILE, "import-not-allowed"),
        (GOOD["total"].replace("total", "sum_of_it"), "write exactly one `def total"),
        ("def total(document: Document\n    return []", "no Python 3.11"),
        (GOOD["total"].replace("return ", "found = "), "`total` returns nothing"),
        (GOOD["total"].replace("money(document)", '[one for one in money(document) if one.text != "$V999"]'), "$V999"),
    ],
    ids=["hostile", "another name", "no Python", "no return", "unknown reference"],
)  # fmt: skip
def test_what_the_text_shows_goes_back_within_the_call(wrong: str, said: str) -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [wrong, wrong, GOOD["total"]]})) as server:
        generator = LLMGenerator(client(server))
        generated = generator.write(order_prompt(), (), None)
        asked = bodies(server, "total")
    assert generated.functions["total"] == GOOD["total"] and generator.round == 1
    assert len(asked) == 3 and said in asked[1] and said in asked[2]
    assert [json.loads(one)["temperature"] for one in asked] == [0.0, 0.5, 0.5]  # what was wrong is not said again


@pytest.mark.parametrize(
    ("wrong", "said"), [(UNTYPED, "return-value"), (RAISING, "raised IndexError")], ids=["mypy", "sandbox"]
)
def test_what_the_trial_shows_goes_back_in_the_next_round(wrong: str, said: str) -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [wrong, GOOD["total"]]})) as server:
        generator = LLMGenerator(client(server))
        generated = generator.write(order_prompt(), (), None)
        asked = bodies(server, "total")
    assert generated.functions["total"] == GOOD["total"]
    assert generator.round == 2 and len(asked) == 2 and len(server.bodies) == 3  # the vendor was not asked again
    assert said in asked[1] and "It was refused" in asked[1]


def test_missed_values_come_back_as_counterexamples() -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [EMPTY, GOOD["total"]]})) as server:
        generated = LLMGenerator(client(server)).write(order_prompt(), (), None)
        asked = bodies(server, "total")[1]
    assert generated.functions["total"] == GOOD["total"]
    assert "It leaves out the value in 24 of 24 documents" in asked
    assert "expected: 999.99\\ngot 0: nothing" in asked or "expected: 9999.99\\ngot 0: nothing" in asked
    for example in orders():
        assert (example.label.fields["total"] or "") not in asked


def test_rounds_are_bounded_and_the_reason_is_told() -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [RAISING]})) as server:
        with pytest.raises(GenerateError, match=r"'total': .*tester wrote no sound function after 2 rounds: .*raised"):
            LLMGenerator(client(server), rounds=2).write(order_prompt(), (), None)
        assert len(bodies(server, "total")) == 2


def test_budget_ends_it_and_is_never_passed() -> None:
    with model_server("openai", writes({name: [source] for name, source in GOOD.items()})) as server:
        small = client(server, tokens=9_000)
        generator = LLMGenerator(small)
        with pytest.raises(CompileError, match=r"budget of the compile"):
            compile_spec(order_spec(), SPEC, orders(), LLMGenerator(client(server, tokens=100)))
        with pytest.raises(GenerateError):
            LLMGenerator(client(server, tokens=100)).write(order_prompt(), (), None)
        generator.write(order_prompt(), (), None)
    assert small.budget.spent.tokens <= 9_000


def test_outage_ends_it_with_what_is_there() -> None:
    with model_server("openai", Reply(status=500)) as server:
        generator = LLMGenerator(client(server))
        with pytest.raises(GenerateError, match="at attempt 2 of 2"):
            generator.write(order_prompt(), (), None)
        assert len(server.bodies) == 2  # one call with two attempts, not one a field


def test_values_are_put_in_only_where_they_are_text() -> None:
    prompt = order_prompt()
    assert prompt.sketches  # draws, and so holds the references
    word = prompt.sketcher.references.values[0]
    with_label = GOOD["total"].replace("list(money(document))", 'list(money(document)) if contains("$V1", "a") else []')
    assert objections(prompt, "total", with_label) == []
    filled = prompt.sketcher.references.fill_source(with_label)
    assert f"contains({word!r}, 'a')" in filled or f'contains({word!r}, "a")' in filled
    assert select(order_spec()).template == "document"


def test_answer_in_a_code_fence_is_read() -> None:
    assert objections(order_prompt(), "total", f"```python\n{GOOD['total']}```") == []


@pytest.mark.parametrize("after", ["helpers_0123456789", '"The plainest answer."', "a_name\n'and words'"])
def test_words_after_the_function_are_left_out(after: str) -> None:
    assert objections(order_prompt(), "total", f"{GOOD['total']}\n{after}") == []


def test_calls_after_the_function_are_refused() -> None:
    assert objections(order_prompt(), "total", f"{GOOD['total']}\nprint(1)") != []


def test_golden_sketches_differ_from_each_other() -> None:
    sketches = order_prompt().sketches
    assert 2 <= len(sketches) == len(set(sketches)) and sum(map(len, sketches)) <= 3000
    assert json.dumps(sketches) == json.dumps(order_prompt().sketches)
