"""Authors beside each other on cases in the leaderboard's format, with a scripted model."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from tests.factory.functions.scripted import ARGUMENTS, GOOD, SENTENCE, writes
from tests.inference.model_server import model_server

FUNCTION = {
    "name": "parcel.send",
    "description": "Send parcels to a person.",
    "parameters": {
        "type": "dict",
        "properties": {
            "to": {"type": "string", "description": "Who gets it."},
            "count": {"type": "integer", "description": "How many parcels."},
        },
        "required": ["to", "count"],
    },
}
CASE = {"id": "made_0", "question": [[{"role": "user", "content": SENTENCE}]], "function": [FUNCTION]}
ANSWER = {"id": "made_0", "ground_truth": [{"parcel.send": {"to": ["old mister Abernathy"], "count": [7]}}]}


def test_four_authors_and_what_they_take(tmp_path: Path) -> None:
    folder = tmp_path / "bfcl_eval" / "data"
    (folder / "possible_answer").mkdir(parents=True)
    (folder / "BFCL_v4_simple_python.json").write_text(json.dumps(CASE), encoding="utf-8")
    (folder / "possible_answer" / "BFCL_v4_simple_python.json").write_text(json.dumps(ANSWER), encoding="utf-8")
    common = ["bench", "bfcl", "--data", str(tmp_path), "--limit", "1", "--perturbed", "3", "--json"]
    with model_server("openai", writes([GOOD], ARGUMENTS)) as server:
        model = f"openai-compatible:tester@{server.model.url}"
        done = CliRunner().invoke(app, [*common, "--model", model, "--cassette", str(tmp_path / "tape")])
        assert done.exit_code == 0, done.output
        calls = len(server.bodies)
        again = CliRunner().invoke(app, [*common, "--model", model, "--cassette", str(tmp_path / "tape")])
        assert len(server.bodies) == calls == 2  # the draft, and one answer with both functions
    authors = json.loads(done.stdout)["authors"]
    assert {name: one["exact"] for name, one in authors.items()} == {
        "examples": 0.0, "asked": 1.0, "drafts": 1.0, "llm": 1.0, "portfolio": 1.0
    }  # fmt: skip
    assert authors["llm"]["perturbed_exact"] == authors["portfolio"]["perturbed_exact"] == 1.0
    assert authors["llm"]["tokens_a_case"] == 120 and authors["portfolio"]["tokens_a_case"] == 60
    assert authors["llm"]["parameters_by_model"] == 2 and authors["portfolio"]["parameters_by_model"] == 0
    assert json.loads(again.stdout)["authors"] == authors
    refused = CliRunner().invoke(app, [*common, "--model", model, "--category", "multiple"])
    assert refused.exit_code == 2 and "simple_python" in refused.output
