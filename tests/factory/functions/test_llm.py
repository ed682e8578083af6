"""A model over real HTTP writes functions of parameters, and mends them; hostile ones are out."""

import json
from pathlib import Path

import pytest

from factory.compile import CompileError
from factory.functions.attempt import Trial, attempt_functions
from factory.functions.compile import CompiledCallable, compile_functions
from factory.functions.drafts import draft_examples
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.sources import objections, take_apart
from factory.functions.write import Planned
from factory.generate.generator import Generated, GenerateError
from inference.cassette import Cassette
from runtime.call import load_functions
from tests.factory.functions.scripted import (
    ARGUMENTS,
    ENDLESS,
    GOOD,
    HOSTILE,
    IMPORTING,
    LOOKING_BACK,
    OTHER_SIGNATURE,
    RAISING,
    SENTENCE,
    SLOW,
    UNSHOWN,
    UNTYPED,
    WRONG,
    client,
    loaded,
    writes,
    written,
)
from tests.inference.model_server import PROTOCOLS, ModelServer, Protocol, Reply, model_server

UNSEEN = "Please have 12 parcels brought over to the twins Ada and Bo at the harbour."


def plans_of_spec() -> list[Planned]:
    return [planned for list_ in Trial(loaded()).plans for planned in list_]


def write(server: ModelServer, rounds: int = 3) -> tuple[Generated, FunctionLLMGenerator]:
    generator = FunctionLLMGenerator(client(server), rounds)
    return generator.write(loaded(), plans_of_spec(), (), None), generator


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_from_model_to_artifact(protocol: Protocol) -> None:
    with model_server(protocol, writes([GOOD])) as server:
        compiled = compile_functions(loaded(), FunctionLLMGenerator(client(server)))
        assert written(server) == [["to", "count"]]
    assert [verdict.stage for verdict in compiled.verdicts] == ["security", "syntax", "execution", "accuracy"]
    assert compiled.perturbed == (10, 10) and compiled.rounds == 1 and compiled.tokens == 60
    assert "matched(utterance, 'to (.+?) at')" in compiled.artifact.source
    assert load_functions(compiled.artifact).call(UNSEEN).arguments == {"to": "the twins Ada and Bo", "count": 12}
    assert compiled.artifact.manifest["generator"]["model"] == f"{protocol}-compatible:tester"
    assert "asked 1 times in 1 rounds" in compiled.artifact.files["report.md"].decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (HOSTILE, ".__class__ is not on the list of attributes"),
        (IMPORTING, "'os' is neither defined here nor provided"),
        (ENDLESS, "loop without a way out"),
        (OTHER_SIGNATURE, "'count' has another signature"),
        (LOOKING_BACK, "RE2 has no look-around"),
        (UNTYPED, "Incompatible return value type"),
        (RAISING, "'count' raised IndexError"),
    ],
    ids=["escape", "import", "endless", "signature", "look-behind", "mypy", "sandbox"],
)  # fmt: skip
def test_a_wrong_function_is_refused(wrong: str, said: str) -> None:
    trial = Trial(loaded())
    tried = attempt_functions(trial, {"count": take_apart(wrong, trial.plans[0])["count"]})["count"]
    assert not tried.sound and said in "\n".join(finding.message for finding in tried.findings)


@pytest.mark.parametrize(("wrong", "said"), [(HOSTILE, "`count` was refused"), (WRONG, "wanted")])
def test_what_is_wrong_goes_back_alone_and_is_mended(wrong: str, said: str) -> None:
    with model_server("openai", writes([wrong, GOOD])) as server:
        generated, generator = write(server)
        assert written(server) == [["to", "count"], ["count"]]
        assert said in server.prompt(1)
    assert "matched" in generated.functions["count"] and generator.round == 2
    assert generator.drafts["count"].done and generator.drafts["to"].done


def test_nothing_is_published_where_it_is_never_mended() -> None:
    with model_server("openai", writes([HOSTILE])) as server:
        with pytest.raises(CompileError, match=r"'count': .*tester wrote no sound function after 2 rounds"):
            compile_functions(loaded(), FunctionLLMGenerator(client(server), rounds=2))
        assert len(server.bodies) == 2


def test_a_function_that_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from factory.functions import attempt
    from factory.sandbox import Limits

    monkeypatch.setattr(attempt, "LIMITS", Limits(2**30, cpu_seconds=2, wall_seconds=20))
    with model_server("openai", writes([SLOW])) as server, pytest.raises(GenerateError, match="'count'"):
        write(server, rounds=1)


def test_an_answer_that_is_no_code_goes_back_within_the_call() -> None:
    with model_server("openai", writes(["def to(utterance:\n    nothing", GOOD])) as server:
        generated, generator = write(server)
        assert generator.round == 1 and len(server.bodies) == 2
        assert "no Python" in server.prompt(1) and server.bodies[1]["temperature"] == 0.5
    assert set(generated.functions) == {"to", "count"}


def test_an_outage_or_an_empty_budget_ends_it() -> None:
    with model_server("openai", Reply(status=500)) as server:
        with pytest.raises(GenerateError, match="at attempt 2 of 2"):
            write(server)
        with pytest.raises(GenerateError, match="budget of the compile"):
            FunctionLLMGenerator(client(server, tokens=100)).write(loaded(), plans_of_spec(), (), None)


def test_taking_apart_completes_and_leaves_out() -> None:
    plans = plans_of_spec()
    answer = f"```python\nfrom os import path\nlimit = 3\n{GOOD}\ndef other(utterance):\n    return []\n```"
    found = take_apart(answer.replace("\\w", "\x08\\w"), plans)
    assert set(found) == {"to", "count"}
    assert found["to"].startswith('def to(utterance: Utterance) -> list[Span]:\n    """Who gets it."""')
    assert "have (\\\\b\\\\w+) parcels?" in found["count"]
    assert objections("def to(:", plans) == ["lines: no Python (SyntaxError, line 1)"]
    assert objections("def other(utterance):\n    return []", plans) == ["lines: write `def to(utterance):`"]


def test_utterances_without_arguments_are_drafted_and_listed() -> None:
    with model_server("openai", writes([GOOD], {"to": "old mister Abernathy", "count": 7})) as server:
        drafts = draft_examples(loaded(UNSHOWN), client(server))
        compiled = compile_functions(drafts.loaded, FunctionLLMGenerator(client(server)), tokens=60)
        assert SENTENCE in server.prompt(0) and json.dumps(ARGUMENTS) not in server.prompt(0)
    assert compiled.tokens == 120 and drafts.refused == ()
    assert compiled.artifact.manifest["drafted"] == [
        {"function": "parcel.send", "utterance": SENTENCE, "arguments": ARGUMENTS}
    ]
    assert compiled.artifact.manifest["examples"] == 0
    assert f'"{SENTENCE}" calls parcel.send' in compiled.artifact.files["report.md"].decode()


def test_a_draft_outside_the_schema_is_left_out_and_said() -> None:
    with model_server("openai", writes([GOOD], {"to": "Abernathy", "count": "many"})) as server:
        drafts = draft_examples(loaded(UNSHOWN), client(server))
    assert drafts.loaded.spec.parts[0].examples == () and drafts.loaded.drafted == ()
    assert "utterance 1" in drafts.refused[0]


def test_optional_arguments_that_are_not_said_are_no_part_of_a_draft() -> None:
    text = UNSHOWN.replace("required: [to, count]", "required: [to]")
    with model_server("openai", writes([GOOD], {"to": "old mister Abernathy", "count": 9})) as server:
        drafts = draft_examples(loaded(text), client(server))
    assert drafts.loaded.drafted[0][1].arguments == {"to": "old mister Abernathy"}


def test_a_recorded_compilation_is_replayed_to_the_same_artifact(tmp_path: Path) -> None:
    def compiled(mode: str, server: ModelServer) -> CompiledCallable:
        cassette = Cassette(tmp_path, "record" if mode == "record" else "replay")
        asked = client(server, cassette=cassette)
        drafts = draft_examples(loaded(UNSHOWN), asked)
        return compile_functions(drafts.loaded, FunctionLLMGenerator(asked), tokens=asked.budget.spent.tokens)

    with model_server("openai", writes([RAISING, GOOD], ARGUMENTS)) as server:
        first = compiled("record", server)
        asked = len(server.bodies)
        second = compiled("replay", server)
        assert len(server.bodies) == asked == 3
    assert first.artifact.files == second.artifact.files
