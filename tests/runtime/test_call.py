"""Utterances that nobody would send: no other error than the documented one, quick, inside the schema."""

import gc
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from extractors.utterance import UtteranceError
from extractors.utterance.call import Call
from extractors.utterance.schema import validator
from factory.functions.compile import FunctionExampleGenerator, build, function_plan, plans_of
from factory.functions.hostile import FIXED, hostile_utterances
from factory.functions.load import LoadedFunctions, load_functions_spec, parse_functions_spec
from runtime.call import CompiledFunctions, load_functions
from runtime.errors import UsageError

SPECS = Path(__file__).parents[2] / "specs" / "functions"
COUNT = int(os.environ.get("HOSTILE_UTTERANCES", "1000"))
"""Ten thousand take longer than a suite should; set the variable for more."""
SECONDS = 0.05
TRIES = 3
"""A time is the shortest of so many: what else the machine does is not the call's."""
EVERY_KIND = """
kind: function
function:
  name: everything
  description: Takes a parameter of every kind, on any subject.
  parameters:
    type: object
    properties:
      title: {type: string, description: "Title, e.g. Blue Hour."}
      email: {type: string, description: E-mail address of the sender.}
      path: {type: string, description: Path of the file.}
      city: {type: string, description: "City and state, such as Boston, MA."}
      currency: {type: string, description: Currency of the price.}
      unit: {type: string, description: Unit of the length.}
      length: {type: number, minimum: 0, description: Length in meters.}
      payments: {type: integer, description: How many payments per year.}
      hour: {type: integer, minimum: 0, maximum: 23, description: Hour of the day.}
      rate: {type: number, description: Percentage rate.}
      day: {type: string, format: date, description: Day of the visit.}
      time: {type: string, description: Time of day.}
      kind: {type: string, enum: [alpha, beta, gamma ray], default: alpha}
      loud: {type: boolean, description: Whether it is loud.}
      names: {type: array, items: {type: string}, description: Names.}
      readings: {type: array, items: {type: number}, maxItems: 50, description: Readings.}
      counts: {type: array, items: {type: integer}, description: Counts.}
      colours: {type: array, items: {type: string, enum: [red, green, dark blue]}}
      matrix: {type: array, items: {type: array, items: {type: number}}, description: Matrix.}
      place:
        type: object
        properties: {street: {type: string}, number: {type: integer}}
        required: [street]
      note: {type: string, maxLength: 40, pattern: "^[a-z ]*$", description: A note.}
"""


def compiled(loaded: LoadedFunctions) -> CompiledFunctions:
    """By example, without the stages."""
    plans = plans_of(loaded.spec)
    flat = [planned for list_ in plans for planned in list_]
    generated = FunctionExampleGenerator().write(loaded, flat, (), None)
    return load_functions(build(loaded, function_plan(), plans, generated, 0))


@pytest.fixture(scope="module")
def home() -> Iterator[CompiledFunctions]:
    """The shipped toolset. What the test runner itself keeps is not collected again."""
    made = compiled(load_functions_spec(SPECS / "home"))
    gc.collect()
    gc.freeze()
    yield made
    gc.unfreeze()


@pytest.fixture(scope="module")
def every_kind() -> CompiledFunctions:
    return compiled(parse_functions_spec(EVERY_KIND.lstrip()))


def answer(functions: CompiledFunctions, text: str, name: str | None) -> tuple[Call | None, float]:
    """The call, None where the utterance is refused, and the processor's seconds for it."""
    made, seconds = None, []
    for _ in range(TRIES):
        start = time.thread_time()
        try:
            made = functions.read(name, text) if name else functions.call(text)
        except UtteranceError:
            made = None
        seconds.append(time.thread_time() - start)
        if seconds[-1] < SECONDS / 2:
            break
    return made, min(seconds)


def check(functions: CompiledFunctions, texts: Sequence[str], name: str | None = None) -> tuple[int, int]:
    """How many utterances were refused, and how many led to a whole call."""
    schemas = {function.name: function.schema for function in functions.model.functions}
    refused = whole = 0
    for text in texts:
        made, seconds = answer(functions, text, name)
        assert seconds < SECONDS, ascii(text[:60])
        if made is None:
            refused += 1
        elif made.function is None:
            assert made.arguments == {}
        elif made.status == "incomplete":
            parts = schemas[made.function]["properties"]
            assert all(validator(parts[key]).is_valid(value) for key, value in made.arguments.items())
        else:
            whole += 1
            assert validator(schemas[made.function]).is_valid(made.arguments)
    return refused, whole


def test_hostile_utterances_of_a_toolset(home: CompiledFunctions) -> None:
    texts = hostile_utterances(COUNT)
    refused, _ = check(home, texts)
    assert 0 < refused < len(texts) / 10


def test_hostile_utterances_for_parameters_of_every_kind(every_kind: CompiledFunctions) -> None:
    refused, whole = check(every_kind, hostile_utterances(COUNT // 5), "everything")
    assert refused
    assert whole > COUNT // 10  # nothing is required: what is read is a call, and inside the schema


@pytest.mark.parametrize("text", [one for one in FIXED if len(one) < 4_000], ids=lambda text: ascii(text[:12]))
def test_all_calls_of_a_hostile_utterance(home: CompiledFunctions, text: str) -> None:
    schemas = {function.name: function.schema for function in home.model.functions}
    try:
        made = home.calls(text)
    except UtteranceError:
        return
    for one in made:
        if one.function is not None and one.status != "incomplete":
            assert validator(schemas[one.function]).is_valid(one.arguments)


def test_a_minus_that_is_no_hyphen_is_a_minus(every_kind: CompiledFunctions) -> None:
    assert every_kind.read("everything", "readings −5, -3.5 and −1").arguments["readings"] == [-5.0, -3.5, -1.0]


def test_a_default_is_not_shared_between_calls() -> None:
    spec = EVERY_KIND.replace("description: Counts.", "default: [1], description: Counts.")
    functions = compiled(parse_functions_spec(spec.lstrip()))
    functions.read("everything", "nothing").arguments["counts"].append(2)
    assert functions.read("everything", "nothing").arguments["counts"] == [1]


def test_the_same_utterance_gives_the_same_call(home: CompiledFunctions) -> None:
    text = "Play the playlist 'Blue Hour' on the bedroom speaker."
    assert len({repr(home.call(text)) for _ in range(1_000)}) == 1


def test_the_router_picks_a_function_or_none(home: CompiledFunctions) -> None:
    timer = home.call("Start a timer of 45 minutes for the bread.")
    assert (timer.function, timer.arguments) == ("start_timer", {"minutes": 45, "label": "bread"})
    assert home.call("Who wrote the first novel about whales?").status == "irrelevant"
    with pytest.raises(UsageError):
        home.read("stop_timer", "Stop.")
