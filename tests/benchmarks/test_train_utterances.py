"""The weights of functions: learned again from the texts of this repository, they are the shipped ones."""

import json
from typing import Any

import pytest

from benchmarks.train_utterances import TARGET, learn
from benchmarks.utterances.corpus import read_corpus, read_refused


def close(made: Any, shipped: Any) -> bool:
    """The same but for what another processor's rounding changes."""
    if isinstance(made, dict):
        return made.keys() == shipped.keys() and all(close(part, shipped[name]) for name, part in made.items())
    if isinstance(made, list):
        return len(made) == len(shipped) and all(map(close, made, shipped))
    if isinstance(made, float):
        return made == pytest.approx(shipped, rel=0.01, abs=0.01)
    return bool(made == shipped)


def test_the_shipped_weights_can_be_learned_again() -> None:
    made = json.loads(json.dumps(learn(read_corpus(), read_refused())))
    assert close(made, json.loads(TARGET.read_text(encoding="utf-8")))
