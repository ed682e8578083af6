"""Utterances that nobody would send: no other error than the documented one, quick, inside the schema."""

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.utterance import UtteranceError
from factory.functions.compile import FunctionExampleGenerator, build, function_plan, plans_of
from factory.functions.hostile import hostile_utterances
from factory.functions.load import load_functions_spec
from runtime.call import CompiledFunctions, load_functions
from runtime.errors import UsageError

SPECS = Path(__file__).parents[2] / "specs" / "functions"
COUNT = int(os.environ.get("HOSTILE_UTTERANCES", "2000"))
"""Ten thousand take longer than a suite should; set the variable for more."""
SECONDS = 0.05


@pytest.fixture(scope="module")
def home() -> Iterator[CompiledFunctions]:
    """The shipped toolset, by example, without the stages. What the test runner itself keeps is not collected again."""
    loaded = load_functions_spec(SPECS / "home")
    plans = plans_of(loaded.spec)
    flat = [planned for list_ in plans for planned in list_]
    generated = FunctionExampleGenerator().write(loaded, flat, (), None)
    made = load_functions(build(loaded, function_plan(), plans, generated, 0))
    gc.collect()
    gc.freeze()
    yield made
    gc.unfreeze()


def test_hostile_utterances(home: CompiledFunctions) -> None:
    schemas = {function.name: function for function in home.model.functions}
    refused, slowest = 0, 0.0
    for text in hostile_utterances(COUNT):
        start = time.thread_time()
        try:
            answer = home.call(text)
        except UtteranceError:
            refused += 1
            continue
        slowest = max(slowest, time.thread_time() - start)
        if answer.function is None:
            assert answer.arguments == {}
        elif answer.status == "incomplete":
            assert all(schemas[answer.function].allows(*item) for item in answer.arguments.items())
        else:
            assert schemas[answer.function].validator.is_valid(answer.arguments)
    assert 0 < refused < COUNT / 10
    assert slowest < SECONDS


def test_the_same_utterance_gives_the_same_call(home: CompiledFunctions) -> None:
    text = "Play the playlist 'Blue Hour' on the bedroom speaker."
    assert len({repr(home.call(text)) for _ in range(1_000)}) == 1


def test_the_router_picks_a_function_or_none(home: CompiledFunctions) -> None:
    timer = home.call("Start a timer of 45 minutes for the bread.")
    assert (timer.function, timer.arguments) == ("start_timer", {"minutes": 45, "label": "bread"})
    assert home.call("Who wrote the first novel about whales?").status == "irrelevant"
    with pytest.raises(UsageError):
        home.read("stop_timer", "Stop.")
