"""`factory call` and `factory serve mcp`, as users and clients run them."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from typer.testing import CliRunner

from cli.main import app
from tests.factory.functions.scripted import HARD, TAGS, writes
from tests.inference.model_server import model_server

SPEC = Path(__file__).parents[2] / "specs" / "functions" / "loan_payment"
ASKED = "What do I pay each month for a loan of $90,000 over 10 years at 3%?"
WANTED = {"amount": 90000.0, "rate": 0.03, "years": 10}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with a compiled function."""
    folder = tmp_path_factory.mktemp("home")
    done = CliRunner().invoke(app, ["compile", str(SPEC), "--json"], env={"FACTORY_HOME": str(folder)})
    assert done.exit_code == 0, done.output
    return folder


def run(home: Path, *arguments: str, text: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["call", *arguments], env={"FACTORY_HOME": str(home)}, input=text)
    return done.exit_code, done.output


def test_a_call(home: Path) -> None:
    code, printed = run(home, "loan_payment", ASKED, "--json")
    assert (code, json.loads(printed)["arguments"]) == (0, WANTED)


def test_a_stream_answers_every_line(home: Path) -> None:
    lines = [json.dumps({"utterance": ASKED}), "no json", json.dumps({"utterance": "x" * 5_000})]
    code, printed = run(home, "loan_payment", "--stdin", text="\n".join(lines))
    answers = [json.loads(line) for line in printed.splitlines()]
    assert code == 0
    assert answers[0]["arguments"] == WANTED
    assert [set(answer) for answer in answers[1:]] == [{"error"}, {"error"}]


def test_mistakes_and_no_call_have_their_exit_codes(home: Path) -> None:
    assert run(home, "loan_payment")[0] == 2
    assert run(home, "no_such", ASKED)[0] == 2
    assert run(home, "loan_payment", "Who painted the ceiling of the chapel?")[0] == 1


def test_a_client_calls_a_tool(home: Path) -> None:
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "mcp", "loan_payment"]
    server = StdioServerParameters(
        command=command[0], args=command[1:], env={**os.environ, "FACTORY_HOME": str(home)}, cwd=str(SPEC.parents[2])
    )

    async def ask() -> tuple[list[str], str]:
        async with stdio_client(server) as (incoming, outgoing), ClientSession(incoming, outgoing) as session:
            await session.initialize()
            tools = await session.list_tools()
            result = await session.call_tool("loan_payment", {"utterance": ASKED})
            return [tool.name for tool in tools.tools], result.content[0].text

    names, text = asyncio.run(asyncio.wait_for(ask(), 60))
    assert names == ["loan_payment"]
    assert json.loads(text)["arguments"] == WANTED


def test_a_model_drafts_and_writes_where_examples_fall_short(tmp_path: Path) -> None:
    unshown = "utterances: ['Put #home #desk on memo 5 for me']\nexamples:"
    (tmp_path / "spec.yaml").write_text(HARD.replace("examples:", unshown), encoding="utf-8")
    with model_server("openai", writes([TAGS], {"tags": ["home", "desk"], "memo": 5})) as server:
        asked = ["--model", f"openai-compatible:tester@{server.model.url}", "--rounds", "1"]
        done = CliRunner().invoke(app, ["compile", str(tmp_path), *asked], env={"FACTORY_HOME": str(tmp_path / "home")})
        assert len(server.bodies) == 2
    assert done.exit_code == 0, done.output
    told = " ".join(done.output.split())
    assert "confirm: \"Put #home #desk on memo 5 for me\" calls memo.tag(tags=['home', 'desk'], memo=5)" in told
    assert "tags: by llm: examples 0 of 22 utterances right; llm 22 of 22 utterances right" in told
    assert "20 of 20 perturbed examples" in told and "after 1 round(s), 120 tokens" in told
    wrong = CliRunner().invoke(app, ["compile", str(tmp_path), "--generator", "llm"])
    assert wrong.exit_code == 2 and "--generator llm needs --model" in wrong.output
