"""Several calls out of one utterance."""

import pytest

from benchmarks.bfcl.run import Ready, ready
from factory.functions.spec import FunctionPart, FunctionSchema


@pytest.fixture(scope="module")
def forecast() -> Ready:
    parameters = {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "The city, e.g. Oslo."},
            "days": {"type": "integer", "description": "Number of days of the forecast."},
        },
        "required": ["city"],
    }
    function = FunctionSchema(
        name="weather_forecast", description="Get the weather forecast of a city.", parameters=parameters
    )
    return ready([FunctionPart(function=function)])


@pytest.mark.parametrize(
    ("utterance", "wanted"),
    [
        ("Get the weather forecast in Tallinn for 3 days.", [("Tallinn", 3)]),
        ("Get the weather forecast in Tallinn and Quito for 3 days.", [("Tallinn", 3), ("Quito", 3)]),
        ("Get the weather forecast in Ghent, and Hanoi, and Graz.", [("Ghent", None), ("Hanoi", None), ("Graz", None)]),
        (
            "Get the weather forecast in Cork for 2 days. Then get the weather forecast in Salta for 5 days.",
            [("Cork", 2), ("Salta", 5)],
        ),
    ],
)
def test_calls(forecast: Ready, utterance: str, wanted: list[tuple[str, int | None]]) -> None:
    made = forecast.several(utterance)
    assert [(one.arguments["city"], one.arguments.get("days")) for one in made] == wanted
    assert all(one.function == "weather_forecast" for one in made)


def test_no_function_fits(forecast: Ready) -> None:
    assert forecast.several("Who painted the Mona Lisa?") == []
