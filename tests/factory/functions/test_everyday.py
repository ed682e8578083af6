"""Ordinary functions, one example each: a wrong unit, currency, number or hour must not become a call."""

from typing import Any

import pytest
import yaml

from benchmarks.bfcl.run import Ready, ready
from factory.functions.perturb import perturb
from factory.functions.spec import FunctionPart, FunctionSpec

PARCEL = """
name: ship_parcel
description: Ship a parcel to a city.
parameters:
  type: object
  properties:
    weight_kg: {type: number, description: Weight of the parcel}
    city: {type: string, description: Destination city}
    express: {type: boolean, default: false}
  required: [weight_kg, city]
"""
TRANSFER = """
name: transfer_money
description: Transfer money to someone.
parameters:
  type: object
  properties:
    amount: {type: number, description: Amount to transfer}
    currency: {type: string, enum: [EUR, USD, GBP, CHF], default: EUR}
    to: {type: string, description: Name of the recipient}
  required: [amount, to]
"""
ALARM = """
name: set_alarm
description: Set an alarm clock.
parameters:
  type: object
  properties:
    time: {type: string, format: time, description: Time of day}
    label: {type: string, description: Text that is shown}
  required: [time]
"""
THERMOSTAT = """
name: set_thermostat
description: Set the temperature of a room.
parameters:
  type: object
  properties:
    room: {type: string, enum: [kitchen, bedroom, bathroom]}
    temperature_celsius: {type: number, description: Target temperature in degrees Celsius}
    hours: {type: integer, description: For how many hours, maximum: 12}
  required: [room, temperature_celsius]
"""
FLIGHT = """
name: search_flights
description: Search flights between two cities.
parameters:
  type: object
  properties:
    origin: {type: string, description: City of departure}
    destination: {type: string, description: City of arrival}
    date: {type: string, format: date, description: Day of departure}
  required: [origin, destination]
"""
EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    PARCEL: ("Ship a 500 g parcel to Ghent", {"weight_kg": 0.5, "city": "Ghent"}),
    TRANSFER: ("Transfer 250 euros to Maria Lopez", {"amount": 250, "currency": "EUR", "to": "Maria Lopez"}),
    ALARM: ("Set an alarm for 7:30 called gym", {"time": "07:30:00", "label": "gym"}),
    THERMOSTAT: ("Set the bedroom to 19.5 °C", {"room": "bedroom", "temperature_celsius": 19.5}),
    FLIGHT: ("Find flights from Berlin to Lisbon", {"origin": "Berlin", "destination": "Lisbon"}),
}


def part_of(function: str) -> FunctionPart:
    utterance, arguments = EXAMPLES[function]
    given = {"utterance": utterance, "arguments": arguments}
    spec = {"kind": "function", "function": yaml.safe_load(function), "examples": [given]}
    [part] = FunctionSpec.model_validate(spec).parts
    return part


@pytest.fixture(scope="module")
def functions() -> dict[str, Ready]:
    return {function: ready([part_of(function)]) for function in EXAMPLES}


@pytest.mark.parametrize(
    ("function", "utterance", "wanted"),
    [
        (PARCEL, "Ship a 2.5 kg parcel to Oslo", {"weight_kg": 2.5}),
        (PARCEL, "Ship 5 lbs to Lyon", {"weight_kg": 2.26796185}),
        (PARCEL, "Ship an 800 g parcel to Ghent", {"weight_kg": 0.8}),
        (TRANSFER, "Transfer 75.50 dollars to Tom Baker", {"amount": 75.5, "currency": "USD"}),
        (TRANSFER, "Transfer £1,200 to Acme Ltd", {"amount": 1200.0, "currency": "GBP"}),
        (TRANSFER, "Transfer 1.250,00 € to Nora Berg", {"amount": 1250.0, "currency": "EUR"}),
        (TRANSFER, "Transfer 12,50 euros to Nora Berg", {"amount": 12.5, "currency": "EUR"}),
        (TRANSFER, "Transfer 300 pounds to Kim Lee", {"amount": 300.0, "currency": "GBP"}),
        (ALARM, "Set an alarm for 6:45 pm", {"time": "18:45:00"}),
        (ALARM, "Set an alarm for 22:15 called tea", {"time": "22:15:00", "label": "tea"}),
        (THERMOSTAT, "Set the kitchen to 68 °F", {"temperature_celsius": 20.0}),
        (THERMOSTAT, "Set the kitchen to 50 degrees fahrenheit", {"temperature_celsius": 10.0}),
        (THERMOSTAT, "Set the bathroom to 24 degrees", {"temperature_celsius": 24.0}),
    ],
)
def test_values_mean_what_they_say(
    functions: dict[str, Ready], function: str, utterance: str, wanted: dict[str, Any]
) -> None:
    call = functions[function].ask(utterance)
    assert call.status == "called"
    assert {name: call.arguments[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("function", "utterance", "status"),
    [
        (PARCEL, "Ship a parcel to Oslo", "incomplete"),  # the example's half a kilogram is no default
        (ALARM, "Set an alarm called gym", "incomplete"),
        (FLIGHT, "Find flights from Berlin to Lisbon tomorrow", "doubtful"),  # a day is meant, and cannot be read
        (TRANSFER, "Transfer 250 yen to Nora Berg", "doubtful"),  # and no euros
        (TRANSFER, "Transfer ¥250 to Nora Berg", "doubtful"),
        (THERMOSTAT, "Set the bedroom to 19 degrees for 20 hours", "doubtful"),  # 12 at most
    ],
)
def test_what_is_not_said_is_not_made_up(
    functions: dict[str, Ready], function: str, utterance: str, status: str
) -> None:
    assert functions[function].ask(utterance).status == status


def test_times_of_day_are_perturbed_as_such() -> None:
    part = part_of(ALARM)
    for one in perturb(part, part.examples[0], 10):
        hour, minute, second = str(one.example.arguments["time"]).split(":")
        assert (0 <= int(hour) < 24, 0 <= int(minute) < 60, second) == (True, True, "00")
        assert f"{int(hour)}:{minute}" in one.example.utterance
        assert ready([part]).ask(one.example.utterance).arguments["time"] == one.example.arguments["time"]


def test_synonyms_of_numbers_are_kept() -> None:
    function = {
        "name": "set_level",
        "description": "Set the level of a lamp.",
        "parameters": {"type": "object", "properties": {"level": {"type": "integer", "enum": [1, 2, 3]}}},
    }
    spec = {"kind": "function", "function": function, "synonyms": {"3": ["brightest"]}}
    call = ready(FunctionSpec.model_validate(spec).parts).read("set_level", "Set the level of the lamp to brightest")
    assert call.arguments == {"level": 3}
