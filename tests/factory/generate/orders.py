"""Orders of several vendors as examples, a spec for two of their fields, and a model server that writes for them."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from factory.evaluate import read_golden
from factory.golden import Example
from factory.prompt import Prompt, assemble_prompt
from factory.select import select
from factory.spec import DocumentSpec, parse_spec
from inference.budget import Budget
from inference.call import Patience
from inference.client import Client
from inference.gates import standard_gates
from tests.cli.order_documents import write_golden
from tests.inference.model_server import ModelServer, Reply

SPEC = """\
kind: document
name: order
vendor_field: vendor
fields:
  vendor: {type: party, description: Who delivers.}
  total: {type: money, labels: [total, amount due, to pay]}
"""


def function(name: str, body: str) -> str:
    """The source of a field's function."""
    return f'def {name}(document: Document) -> list[Candidate]:\n    """Written by a test."""\n{body}'


GOOD = {
    "vendor": function("vendor", "    return list(parties(document))\n"),
    "total": function("total", "    return list(money(document))\n"),
}
EMPTY = function("total", "    return []\n")
HOSTILE = function("total", '    import os\n    os.system("id")\n    return []\n')
RAISING = function("total", "    return [money(document)[10_000]]\n")
UNTYPED = function("total", '    return "nothing"\n')


def order_spec() -> DocumentSpec:
    """The spec of `SPEC`."""
    return parse_spec(SPEC)


@cache
def orders(count: int = 24) -> tuple[Example, ...]:
    """Written once a process."""
    with TemporaryDirectory() as folder:
        write_golden(Path(folder) / "golden", count, seed=1)
        return tuple(read_golden(Path(folder) / "golden", None, Path(folder) / "cache")[0])


def order_prompt() -> Prompt:
    """What a generator gets."""
    spec = order_spec()
    return assemble_prompt(select(spec), spec, orders())


def client(server: ModelServer, tokens: int | None = None) -> Client:
    """Asks the server through the standard gates, without waiting between attempts."""

    async def at_once(seconds: float) -> None:
        return None

    return Client(server.model, Budget("compile", tokens), standard_gates(), None, Patience(2, sleep=at_once))


def writes(answers: Mapping[str, Sequence[str]]) -> Reply:
    """For each field its sources in turn, the last one for ever."""
    asked: dict[str, int] = {}

    def text(body: str) -> str:
        name = asked_for(body)
        place = asked[name] = asked.get(name, -1) + 1
        return json.dumps({"lines": answers[name][min(place, len(answers[name]) - 1)].splitlines()})

    return Reply(text)


def asked_for(body: str) -> str:
    """The field whose function a request wants."""
    found = re.search(r"Write the function `(\w+)`", body)
    assert found is not None, "no function is asked for"
    return found[1]
