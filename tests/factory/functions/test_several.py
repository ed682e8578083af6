"""Utterances that ask for several calls are part of the gate, with values that nobody saw."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from factory.compile import CompileError
from factory.functions.compile import FunctionExampleGenerator, compile_functions
from factory.functions.load import LoadedFunctions, load_functions_spec, parse_functions_spec
from factory.functions.several import several_perturbed
from factory.functions.write import Planned
from factory.generate.generator import Generated
from factory.spec_file import SpecError
from security.finding import Finding

SPECS = Path(__file__).parents[3] / "specs" / "functions"
WEATHER = """
kind: function
name: weather
function:
  name: forecast
  description: Weather forecast of a city.
  parameters:
    type: object
    properties:
      city: {type: string, description: Name of the city.}
      days: {type: integer, description: Number of days.}
    required: [city]
examples:
  - utterance: What is the weather in Bratislava for the next 3 days?
    arguments: {city: Bratislava, days: 3}
several:
  - utterance: What is the weather in Bratislava and Uppsala for the next 3 days?
    calls:
      - {function: forecast, arguments: {city: Bratislava, days: 3}}
      - {function: forecast, arguments: {city: Uppsala, days: 3}}
"""


class FirstCity(FunctionExampleGenerator):
    """Proposes the first name alone: right for one call, wrong for two."""

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        text = "def city(utterance: Utterance) -> list[Span]:\n    return names(utterance)[:1]\n"
        written = super().write(loaded, plans, findings, previous)
        return Generated({**written.functions, "city": text}, "first")


def test_values_are_fresh_and_shared_where_they_were() -> None:
    made = several_perturbed(parse_functions_spec(WEATHER).spec, 4)
    assert len(made) == 4 == len({one.utterance for one in made})
    for one in made:
        first, second = (call.arguments for call in one.calls)
        assert first["days"] == second["days"] and first["city"] != second["city"]
        assert all(str(value) in one.utterance for call in one.calls for value in call.arguments.values())
        assert "Bratislava" not in one.utterance and "Uppsala" not in one.utterance


def test_a_toolset_joins_examples_of_different_functions() -> None:
    spec = load_functions_spec(SPECS / "home").spec
    made = several_perturbed(spec, 10)
    pairs = {tuple(call.function for call in one.calls) for one in made}
    assert len(pairs) == 6 and all(first != second for first, second in pairs)
    assert several_perturbed(spec, 10) == made


def test_functions_that_read_one_call_alone_do_not_pass() -> None:
    with pytest.raises(CompileError, match="0 of 10 perturbed utterances that ask for several calls"):
        compile_functions(parse_functions_spec(WEATHER), FirstCity(), rounds=1)
    compiled = compile_functions(parse_functions_spec(WEATHER), FunctionExampleGenerator())
    assert [verdict.passed for verdict in compiled.verdicts] == [True] * 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{function: forecast, arguments: {city: Uppsala",
            "{function: weather, arguments: {city: Uppsala",
            "'weather'",
        ),
        ("{city: Uppsala, days: 3}", "{days: 3}", "several 1: the arguments do not fit the schema (required)"),
    ],
)
def test_calls_that_do_not_fit_are_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(SpecError) as error:
        parse_functions_spec(WEATHER.replace(old, new))
    assert said in str(error.value)
