"""The model that a command names with `--model`, with its budget, gates and recordings."""

from pathlib import Path

from inference.budget import Budget
from inference.call import Patience
from inference.cassette import Cassette
from inference.client import Client
from inference.gates import standard_gates
from inference.model import parse_model

BUDGET_TOKENS = 200_000
"""What a compilation may take where nothing is said: a spec of twenty-five fields, three rounds."""
LOCAL_SECONDS = 600.0
"""For one answer of a model on this machine, which may take minutes where a hosted one takes seconds."""


def client(model: str, scope: str, tokens: int, cassette: Path | None = None) -> Client:
    """Who is asked. With a `cassette` that holds recordings nobody is: they are replayed; an empty one is filled.

    Raises ModelNameError for a string that names no model.
    """
    name = parse_model(model)
    patience = Patience(timeout=LOCAL_SECONDS) if name.on_this_machine else Patience()
    return Client(name, Budget(scope, tokens), standard_gates(), _cassette(cassette), patience)


def _cassette(folder: Path | None) -> Cassette | None:
    if folder is None:
        return None
    return Cassette(folder, "replay" if any(folder.glob("*.json")) else "record")
