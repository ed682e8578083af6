"""`factory compile --model`: over real HTTP, recorded and replayed, and what it says about mistakes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from inference.model import ModelName
from tests.cli.order_documents import write_golden
from tests.factory.generate.orders import GOOD, RAISING, SPEC, writes
from tests.inference.model_server import PROTOCOLS, Protocol, Reply, model_server

WRITES = {name: [source] for name, source in GOOD.items()}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a spec and examples of its own for every test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    write_golden(tmp_path / "order" / "golden", 24, seed=1)
    (tmp_path / "order" / "spec.yaml").write_text(SPEC)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["compile", "order", *arguments])


def string(model: ModelName) -> str:
    return f"{model.provider}:{model.name}@{model.url}"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_auto_says_who_won_and_what_it_took(protocol: Protocol) -> None:
    with model_server(protocol, writes(WRITES)) as server:
        result = call("--model", string(server.model), "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["tokens"] == 120 and answer["model"]["calls"] == 2 and answer["model"]["rounds"] == 1
    assert set(answer["winners"]) == {"vendor", "total"}
    assert answer["winners"]["total"]["right"]["llm"] >= 20
    assert [stage["passed"] for stage in answer["stages"]] == [True] * 4


def test_recording_is_replayed_without_a_model(here: Path) -> None:
    with model_server("openai", writes(WRITES)) as server:
        arguments = ("--generator", "llm", "--model", string(server.model), "--cassette", "tape")
        first = json.loads(call(*arguments, "--json").stdout)
        asked = len(server.bodies)
        again = call(*arguments)
        assert len(server.bodies) == asked == len(list((here / "tape").iterdir())) == 2
    assert again.exit_code == 0, again.output
    assert f"published order@{first['published'][:12]}" in again.stdout
    assert "1 round(s), 2 calls, 120 tokens, $0.0000" in again.stdout
    assert "model writes vendor (round 1 of 3)" in again.stderr and "of 200000 tokens" in again.stderr
    assert "validate: accuracy" in again.stderr


def test_budget_is_kept() -> None:
    with model_server("openai", writes(WRITES)) as server:
        result = call("--model", string(server.model), "--budget-tokens", "50", "--json")
        assert server.bodies == []
    answer = json.loads(result.stdout)
    assert answer["tokens"] == 0 and "budget of the compile" in answer["model"]["stopped"]
    assert {one["winner"] for one in answer["winners"].values()} == {"examples"}


def test_model_that_writes_nothing_sound_is_refused() -> None:
    with model_server("openai", writes({**WRITES, "total": [RAISING]})) as server:
        result = call("--generator", "llm", "--model", string(server.model), "--rounds", "1", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"published": None, "stages": [], "tokens": 120}
    assert "'total': openai-compatible:tester wrote no sound function after 1 rounds" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--generator", "llm"), "--generator llm needs --model"),
        (("--generator", "examples", "--model", "openai:x"), "asks no model"),
        (("--model", "gpt"), "names no model; use anthropic:MODEL"),
        (("--model", "anthropic:claude-haiku-5-5"), "set the environment variable ANTHROPIC_API_KEY"),
        (("--model", "local:nowhere.gguf"), "local:nowhere.gguf: no such file"),
        (("--generator", "magic"), "known: auto, examples, llm"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    result = call(*arguments, "--json")
    assert result.exit_code == 2, result.output
    assert said in result.stderr and result.stderr.count("error:") == 1


def test_refused_key_is_a_failure() -> None:
    with model_server("openai", Reply(status=401)) as server:
        result = call("--model", string(server.model))
    assert result.exit_code == 1 and "error:" in result.stderr
