"""What a model is told when it writes functions of parameters, or drafts the call that an utterance asks for.

Short on purpose: a small model writes better after one whole example than after many rules, and reads every token.
"""

import inspect
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import extractors.utterance
from extractors.utterance.text import Utterance
from factory.functions.literals import literal_spans
from factory.functions.spec import FunctionPart
from factory.functions.write import Planned, value_at

SHOWN = 3
"""Examples of a function in a question."""
BESIDE = 4
"""Words shown on each side of a value."""
LONGEST = 300
"""Characters of an utterance that is shown."""
OFFERED = ("matched", "enums", "booleans", "dates", "times")
"""Proposers that the prompt names; the others are left to what is written by example."""

_RULES = """\
You write Python: for each argument of a function call one short function that finds its value in what a user says.
Other users say other values, so a pattern holds words that stand beside the value, as they are said, and a group for
the value itself. Call only these, and nothing else:

{api}

What `matched` gives becomes a number or a list by the argument's type.

Example. Function `book_ferry`: Book seats on a ferry.
User: Get me 3 seats on the boat from Port Alma to Vik, outside, with stops at Sund and Nes.
- origin (string, required): Port where the trip starts. Said: boat from [Port Alma] to Vik
- seats (integer, required): Number of seats. Said: Get me [3] seats on the
- ports (array of strings, optional): Ports on the way. Said: with stops at [Sund and Nes].
- deck (string, optional): One of: inside, outside. Said: to Vik, [outside], with stops
- return_trip (boolean, optional): Whether the way back is booked, too. Not said.
Answer: {answer}"""

_ANSWER = """\
def origin(utterance):
    return matched(utterance, r'from (.+?) to')
def seats(utterance):
    return matched(utterance, r'(\\S+) seats?')
def ports(utterance):
    return matched(utterance, r'stops? at (.+)')
def deck(utterance):
    return enums(utterance, ('inside', 'outside'))
def return_trip(utterance):
    return booleans(utterance, ('return', 'way back'))"""

DRAFTING = """\
You fill in the arguments of a function call from what a user says.

- Strings are copied from the user's words, without the words around them.
- null where the user does not say it. Never guess.
- Where the argument names a unit, code or form, use that one.

Example. Function `book_ferry`: Book seats on a ferry.
- origin (string, required): Port where the trip starts.
- seats (integer, required): Number of seats.
- deck (string, optional): One of: inside, outside.
User: Get me three seats on the boat from Port Alma to Vik.
Answer: {"origin": "Port Alma", "seats": 3, "deck": null}"""


@cache
def instructions() -> str:
    """The stable part of the prompt, the same for all functions and rounds, so that a provider can cache it."""
    answer = json.dumps({"lines": _ANSWER.splitlines()})
    return _RULES.format(api="\n".join(_call(name) for name in OFFERED), answer=answer)


def _call(name: str) -> str:
    """How a proposer is called and what it finds, read from the code itself."""
    function = getattr(extractors.utterance, name)
    parameters = inspect.signature(function).parameters.values()
    given = [
        one.name if one.default is one.empty else f"{one.name}={one.default!r}"
        for one in parameters
        if one.name != "values" or name != "matched"  # follows from the parameter's type
    ]
    told = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split()).split(";")[0].rstrip(".")
    return f"{name}({', '.join(given)})  # {told}"


def question(part: FunctionPart, plans: Sequence[Planned]) -> str:
    """The task: write the functions of these parameters, each shown where the examples say its value."""
    names = ", ".join(f"`{planned.slot.function}`" for planned in plans)
    shown = [(Utterance.of(one.utterance), one.arguments) for one in part.examples[:SHOWN]]
    lines = [_head(part), *(f"User: {utterance.text[:LONGEST]}" for utterance, _ in shown)]
    for planned in plans:
        said = [_said(planned, value_at(arguments, planned.slot.path), utterance) for utterance, arguments in shown]
        lines.append(" ".join([_parameter(part, planned, planned.slot.function), *said]))
    return "\n".join([*lines, f"Write {names}. Your first line is `def {plans[0].slot.function}(utterance):`."])


def _said(planned: Planned, value: Any, utterance: Utterance) -> str:
    """Where an example says the value: a few words with the value in brackets."""
    if value is None:
        return "Not said."
    places = literal_spans(utterance, value) or [
        (span.start, span.end, span.form)
        for span in planned.bind()(utterance)
        if span.value == value and span.end > span.start
    ]
    if not places:
        return f"Means {json.dumps(value, ensure_ascii=False)}."
    start, end, _ = places[0]
    left = utterance.text[utterance.starts[max(0, start - BESIDE)] : utterance.starts[start]]
    right = utterance.text[utterance.ends[end - 1] : utterance.ends[min(len(utterance.ends), end + BESIDE - 1) - 1]]
    return f"Said: {left}[{utterance.text_of(start, end)}]{right}"


def call_question(part: FunctionPart, plans: Sequence[Planned], utterance: str) -> str:
    """The task: say which call an utterance asks for."""
    names = [".".join(planned.slot.path) for planned in plans]
    described = [_parameter(part, planned, name) for planned, name in zip(plans, names, strict=True)]
    return "\n".join([_head(part), *described, f"User: {utterance}"])


def _head(part: FunctionPart) -> str:
    return f"Function `{part.function.name}`: {' '.join(part.function.description.split())[:LONGEST]}"


def _parameter(part: FunctionPart, planned: Planned, name: str) -> str:
    schema = planned.schema
    items = schema.get("items")
    kind = str(schema.get("type", "string"))
    if kind == "array" and isinstance(items, Mapping):
        kind = f"array of {items.get('type', 'string')}s"
    need = "required" if planned.slot.required else "optional"
    about = [" ".join(planned.description.split())[:LONGEST]]
    if schema.get("enum"):
        about.append("One of: " + ", ".join(str(value) for value in schema["enum"]) + ".")
    synonyms = [f"{value} ({', '.join(words)})" for value, words in part.synonyms.items() if value in
                map(str, schema.get("enum") or ())]  # fmt: skip
    if synonyms:
        about.append(f"Other words: {'; '.join(synonyms)}.")
    if "default" in schema:
        about.append(f"Default: {json.dumps(schema['default'], ensure_ascii=False)}.")
    return f"- {name} ({kind}, {need}): {' '.join(text for text in about if text)}"
