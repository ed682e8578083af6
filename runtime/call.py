"""Run compiled functions: an utterance in, a checked call out.

functions = open_functions("book_table")
answer = functions.call("a table for four tonight")
answer.function, answer.arguments, answer.status
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors.utterance.call import Call, ProposeSpans, call, read
from extractors.utterance.model import CallModel
from extractors.utterance.several import calls
from runtime.artifact import ACTIVITY, WEIGHTS, Artifact
from runtime.errors import ArtifactError, UsageError
from runtime.load import load_module
from runtime.registry import Registry

KINDS = ("function", "toolset")


@dataclass(frozen=True)
class CompiledFunctions:
    """A function or toolset artifact ready to be called. `id` is its content address."""

    id: str
    name: str
    manifest: dict[str, Any]
    proposers: dict[str, ProposeSpans]
    model: CallModel

    def call(self, utterance: str) -> Call:
        """What the utterance asks for. Pure: the same utterance gives the same call. Raises UtteranceError."""
        return call(utterance, self.proposers, self.model)

    def calls(self, utterance: str) -> list[Call]:
        """All that the utterance asks for: `Oslo and Quito` may be two calls. Raises UtteranceError."""
        return calls(utterance, self.proposers, self.model)

    def read(self, function: str, utterance: str) -> Call:
        """The arguments of one function, asked for or not. Raises UtteranceError, and UsageError for its name."""
        if function not in self.names:
            raise UsageError(f"{function}: no function of {self.name}; there are: {', '.join(self.names)}")
        return read(utterance, function, self.proposers, self.model)

    def stream(self, utterances: Iterable[str]) -> Iterator[Call]:
        """One call an utterance, as they come."""
        return (self.call(utterance) for utterance in utterances)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the functions, in the order of the spec."""
        return tuple(function.name for function in self.model.functions)


def open_functions(reference: str, registry: Path | None = None) -> CompiledFunctions:
    """The verified functions of `NAME` or `NAME@ADDRESS`. Raises RegistryError, ArtifactError, UsageError."""
    return load_functions(Registry(registry).resolve(reference))


def load_functions(artifact: Artifact) -> CompiledFunctions:
    """Execute `activity.py` and read the model: pass only what a `Registry` verified, or call it inside the sandbox.

    Raises ArtifactError where something is missing, UsageError where it is an artifact of another kind.
    """
    kind = artifact.manifest.get("kind")
    if kind not in KINDS:
        raise UsageError(f"{artifact.name}: a {kind}, not a function or toolset; `factory run` reads documents with it")
    proposers = getattr(load_module(artifact), "PARAMETERS", None)
    if not isinstance(proposers, dict):
        raise ArtifactError(f"{ACTIVITY} defines no PARAMETERS; compile the spec again")
    try:
        model = CallModel.from_json(artifact.weights)
        wanted = [slot.function for function in model.functions for slot in function.slots]
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{WEIGHTS} is no model ({type(error).__name__}); compile the spec again") from error
    absent = [name for name in wanted if name not in proposers]
    if absent:
        raise ArtifactError(f"{ACTIVITY} has no function {absent[0]!r}; compile the spec again")
    return CompiledFunctions(artifact.address, artifact.name, artifact.manifest, proposers, model)
