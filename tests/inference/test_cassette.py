"""Recording and replaying, by the request's hash."""

import dataclasses
import json
import stat
from pathlib import Path

import pytest

from inference.budget import Budget
from inference.cassette import Cassette
from inference.complete import complete_sync
from inference.errors import BudgetExceeded, UnknownRequest
from inference.request import Completion, Request
from tests.inference.model_server import PROTOCOLS, ModelServer, Protocol, Reply, model_server
from tests.inference.test_complete import GATES, RIGHT, Invoice, request


def run(
    cassette: Cassette, server: ModelServer, asked: Request[Invoice] | None = None, budget: Budget | None = None
) -> Completion[Invoice]:
    return complete_sync(asked or request(), server.model, budget or Budget("document"), GATES, cassette=cassette)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_replay_asks_nobody(protocol: Protocol, tmp_path: Path) -> None:
    with model_server(protocol, Reply('{"total": 1}'), Reply(RIGHT)) as server:
        recorded = run(Cassette(tmp_path / "tape", "record"), server)
        asked = len(server.bodies)
        replayed = run(Cassette(tmp_path / "tape", "replay"), server)
        assert len(server.bodies) == asked == 2
    assert replayed == recorded
    assert replayed.attempts == 2


def test_recordings_are_for_their_owner_only(tmp_path: Path) -> None:
    with model_server("openai", Reply(RIGHT)) as server:
        run(Cassette(tmp_path / "tape", "record"), server)
    (file,) = (tmp_path / "tape").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.stem == json.loads(file.read_text())["asked"].pop("key", file.stem)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task": "Give the total."}, "the nearest differs in prompt;"),
        ({"instructions": "Read."}, "the nearest differs in system;"),
        ({"max_output_tokens": 65}, "the nearest differs in settings;"),
        ({"purpose": "another"}, "no recording of 'another'"),
    ],
)
def test_unknown_request_says_what_differs(tmp_path: Path, change: dict[str, object], said: str) -> None:
    with model_server("anthropic", Reply(RIGHT)) as server:
        run(Cassette(tmp_path, "record"), server)
        changed = dataclasses.replace(request(), **change)  # type: ignore[arg-type]
        if "purpose" in change:
            changed = dataclasses.replace(changed, task="Something else.")
        with pytest.raises(UnknownRequest) as raised:
            run(Cassette(tmp_path, "replay"), server, changed)
    assert said in str(raised.value)
    assert raised.value.key in str(raised.value)
    assert len(raised.value.key) == 64


def test_replay_ends_where_the_budget_ends(tmp_path: Path) -> None:
    with model_server("openai", Reply(RIGHT, input_tokens=400)) as server:
        run(Cassette(tmp_path, "record"), server)
        budget = Budget("batch", tokens=1600)
        replay = Cassette(tmp_path, "replay")
        assert run(replay, server, budget=budget).usage.tokens == 410
        with pytest.raises(BudgetExceeded):
            for _ in range(3):
                run(replay, server, budget=budget)
    assert budget.spent.tokens <= 1600
