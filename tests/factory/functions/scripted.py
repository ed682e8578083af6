"""A function of two parameters, and a model server that writes and drafts for it what a test says."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from factory.functions.load import LoadedFunctions, parse_functions_spec
from inference.budget import Budget
from inference.call import Patience
from inference.cassette import Cassette
from inference.client import Client
from inference.gates import standard_gates
from tests.inference.model_server import ModelServer, Reply

HEAD = """
kind: function
name: parcels
function:
  name: parcel.send
  description: Send parcels to a person.
  parameters:
    type: object
    properties:
      to: {type: string, description: Who gets it.}
      count: {type: integer, description: How many parcels.}
    required: [to, count]
"""
SENTENCE = "Please have 7 parcels brought over to old mister Abernathy at the mill."
ARGUMENTS = {"to": "old mister Abernathy", "count": 7}
SHOWN = f"""{HEAD}
examples:
  - utterance: {SENTENCE}
    arguments: {{to: old mister Abernathy, count: 7}}
"""
UNSHOWN = f"""{HEAD}
utterances:
  - {SENTENCE}
"""

TO = "def to(utterance):\n    return matched(utterance, r'to (.+?) at')"
COUNT = "def count(utterance):\n    return matched(utterance, r'have (\\w+) parcels?', 'integer')"
GOOD = f"{TO}\n{COUNT}"
WRONG = f"{TO}\ndef count(utterance):\n    return implied(utterance, 7)"
HOSTILE = f"{TO}\ndef count(utterance):\n    return ().__class__.__bases__[0].__subclasses__()"
ENDLESS = f"{TO}\ndef count(utterance):\n    found = []\n    while True:\n        found.append(1)\n    return found"
SLOW = f"""{TO}
def count(utterance):
    return [one for one in integers(utterance) for place in range(10 ** 12) if place < 0]"""
OTHER_SIGNATURE = f"{TO}\ndef count(utterance, language):\n    return integers(utterance)"
LOOKING_BACK = f"{TO}\ndef count(utterance):\n    return matched(utterance, r'(?<=have )(\\d+)', 'integer')"
RAISING = f"{TO}\ndef count(utterance):\n    return [integers(utterance)[1000]]"
UNTYPED = f"{TO}\ndef count(utterance):\n    return 'seven'"
IMPORTING = f"import os\n{TO}\ndef count(utterance):\n    os.system('id')\n    return integers(utterance)"

HARD = """
kind: function
name: memo
function:
  name: memo.tag
  description: Put tags on a memo.
  parameters:
    type: object
    properties:
      tags: {type: array, items: {type: string}, description: The tags.}
      memo: {type: integer, description: Number of the memo.}
    required: [tags, memo]
examples:
  - utterance: "Put #garden #spring #roses on memo 12 for me"
    arguments: {tags: [garden, spring, roses], memo: 12}
"""
"""The list of tags is more than functions by example find."""
TAGS = """def tags(utterance):
    found = matched(utterance, r'#(\\w+)')
    if not found:
        return []
    return [Span('list', [one.value for one in found], found[0].start, found[-1].end, 'joined')]"""
NARROW = "def tags(utterance):\n    return matched(utterance, r'#(\\w+)', 'texts')"


def loaded(text: str = SHOWN) -> LoadedFunctions:
    """The spec of a text."""
    return parse_functions_spec(text)


def client(server: ModelServer, tokens: int | None = None, cassette: Cassette | None = None) -> Client:
    """Asks the server through the standard gates, without waiting between attempts."""

    async def at_once(seconds: float) -> None:
        return None

    return Client(server.model, Budget("compile", tokens), standard_gates(), cassette, Patience(2, sleep=at_once))


def writes(sources: Sequence[str], drafted: Mapping[str, Any] | None = None) -> Reply:
    """The sources in turn, the last one for ever; drafted arguments where a draft is asked for."""
    turn = iter(range(1_000_000))

    def text(body: str) -> str:
        if "You fill in the arguments" in body:
            return json.dumps(drafted or {})
        return json.dumps({"lines": sources[min(next(turn), len(sources) - 1)].splitlines()})

    return Reply(text)


def written(server: ModelServer) -> list[list[str]]:
    """For each request for code, the functions that it asks for."""
    prompts = [server.prompt(place) for place in range(len(server.bodies))]
    asked = [re.search(r"Write ((?:`\w+`(?:, )?)+)\.", prompt) for prompt in prompts]
    return [re.findall(r"`(\w+)`", one[1]) for one in asked if one is not None]
