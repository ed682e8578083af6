"""A model over real HTTP writes functions of parameters, and mends them; hostile ones are out."""

import json
from pathlib import Path
from typing import Literal

import pytest

from factory.compile import CompileError
from factory.functions.attempt import Trial, attempt_functions
from factory.functions.compile import build, compile_functions, function_plan, plans_of
from factory.functions.drafts import draft_examples
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.report import unconfirmed
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
from tests.inference.model_server import ModelServer, Reply, model_server

UNSEEN = "Please have 12 parcels brought over to the twins Ada and Bo at the harbour."


def plans_of_spec() -> list[Planned]:
    return [planned for list_ in Trial(loaded()).plans for planned in list_]


def write(server: ModelServer, rounds: int = 3) -> tuple[Generated, FunctionLLMGenerator]:
    generator = FunctionLLMGenerator(client(server), rounds)
    return generator.write(loaded(), plans_of_spec(), (), None), generator


def test_from_model_to_artifact() -> None:
    with model_server("anthropic", writes([GOOD])) as server:
        compiled = compile_functions(loaded(), FunctionLLMGenerator(client(server)))
        assert written(server) == [["to", "count"]]
    assert [verdict.stage for verdict in compiled.verdicts] == ["security", "syntax", "execution", "accuracy"]
    assert compiled.perturbed == (10, 10) and compiled.rounds == 1 and compiled.tokens == 60
    assert "matched(utterance, 'to (.+?) at')" in compiled.artifact.source
    assert load_functions(compiled.artifact).call(UNSEEN).arguments == {"to": "the twins Ada and Bo", "count": 12}
    assert compiled.artifact.manifest["generator"]["model"] == "anthropic-compatible:tester"
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
    forgetful = (
        "def count(utterance):\n    return matched(utterance, r'(.+) parcels') + matched(utterance, 'x', 'texts')"
    )
    assert "(.+) parcels', 'integer') + matched(utterance, 'x', 'integer')" in take_apart(forgetful, plans)["count"]
    lazy = take_apart("def count(utterance):\n    return matched(utterance, r'have (.+?)')", plans)["count"]
    assert "'have (\\\\S+)', 'integer'" in lazy
    assert objections("def to(:", plans) == ["lines: no Python (SyntaxError, line 1)"]
    assert objections("def other(utterance):\n    return []", plans) == ["lines: write `def to(utterance):`"]


def test_utterances_without_arguments_are_drafted_and_listed() -> None:
    with model_server("openai", writes([GOOD], ARGUMENTS)) as server:
        drafts = draft_examples(loaded(UNSHOWN), client(server))
        assert SENTENCE in server.prompt(0) and json.dumps(ARGUMENTS) not in server.prompt(0)
    spec, trial = drafts.loaded, Trial(drafts.loaded)
    artifact = build(spec, function_plan(), trial.plans, Generated(trial.by_example, "examples"), 60)
    assert drafts.refused == () and artifact.manifest["examples"] == 0
    assert artifact.manifest["drafted"] == [
        {"function": "parcel.send", "utterance": SENTENCE, "arguments": ARGUMENTS, "disputed": ["to"]}
    ]
    assert f'"{SENTENCE}" calls parcel.send' in artifact.files["report.md"].decode()


def test_a_draft_outside_the_schema_is_left_out_and_said() -> None:
    with model_server("openai", writes([GOOD], {"to": "Abernathy", "count": "many"})) as server:
        drafts = draft_examples(loaded(UNSHOWN), client(server))
    assert drafts.loaded.spec.parts[0].examples == () and drafts.loaded.drafted == ()
    assert "utterance 1" in drafts.refused[0]


def test_two_readers_settle_a_draft_and_guesses_are_left_out() -> None:
    label = "      label: {type: string, description: What is written on them.}\n    required"
    answered = {"to": "old mister Abernathy", "count": 9, "label": "fragile"}
    with model_server("openai", writes([GOOD], answered)) as server:
        drafts = draft_examples(loaded(UNSHOWN.replace("    required", label)), client(server))
    (drafted,) = drafts.loaded.drafted
    assert drafted.example.arguments == ARGUMENTS and drafted.answered == answered
    assert drafted.disputed == ("count", "to")  # the ranker is sure of 7, and not sure where the name begins
    assert "read in two ways: count, to" in "\n".join(unconfirmed(drafts.loaded, plans_of(drafts.loaded.spec)))


def test_what_was_recorded_is_replayed_to_the_same_functions(tmp_path: Path) -> None:
    def made(mode: Literal["record", "replay"], server: ModelServer) -> Generated:
        asked = client(server, cassette=Cassette(tmp_path, mode))
        drafts = draft_examples(loaded(UNSHOWN), asked)
        return FunctionLLMGenerator(asked).write(drafts.loaded, plans_of_spec(), (), None)

    with model_server("openai", writes([HOSTILE, GOOD], ARGUMENTS)) as server:
        first = made("record", server)
        asked = len(server.bodies)
        second = made("replay", server)
        assert len(server.bodies) == asked == 3
    assert first == second and first.tokens == 120
