"""The ladder as a run sets it up: the spec's `fallback`, what the command line overrides, and budgets.

Settings are plain data, so that they cross to worker processes as JSON. The batch's budget lives in a ledger file that
all workers lock: whatever they do side by side, together they spend at most the limit.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from extractors.bounded import Question
from extractors.candidate import Kind, Record
from extractors.climbed import Climbed
from extractors.fallback import Fallback
from extractors.guard import judged
from extractors.ladder import Compiled, Ladder, climb
from inference.budget import Budget
from inference.call import Patience
from inference.client import Client
from inference.errors import ModelNameError
from inference.gates import Gates, standard_gates
from inference.model import ModelName, parse_model
from ocr.document import Document
from runtime.artifact import SPEC, Artifact
from runtime.errors import ArtifactError, UsageError
from runtime.load import LoadedArtifact
from security.input_gate import InputGate

PATIENCE = Patience(attempts=2, longest_wait=10.0, timeout=90.0)
"""A document waits for a model no longer than this: a person is the next rung, and the batch goes on."""


@dataclass(frozen=True)
class LadderOptions:
    """What a caller sets over the spec's `fallback`; None leaves it. `ledger` is the file of the batch's budget."""

    model: str | None = None
    tokens_per_batch: int | None = None
    ledger: str | None = None
    batch_limits: bool = True
    """False: somebody else keeps the batch's limits, and a document's alone hold here."""


@dataclass(frozen=True)
class LadderSetup:
    """One artifact's ladder. `for_document` gives what one document may climb; threads may share a setup."""

    fallback: Fallback
    questions: dict[str, Question]
    columns: tuple[Question, ...]
    batch: Budget

    @staticmethod
    def of(artifact: Artifact, options: LadderOptions | None = None) -> "LadderSetup":
        """From the artifact's spec and the options. Raises UsageError (model) and ArtifactError (spec)."""
        options = options or LadderOptions()
        try:
            data = yaml.safe_load(artifact.spec_yaml)
            fallback = Fallback.model_validate(data.get("fallback") or {})
            questions = _questions(data["fields"])
            columns = _questions((data.get("line_items") or {}).get("columns") or {})
        except (yaml.YAMLError, ValidationError, KeyError, TypeError, AttributeError) as error:
            raise ArtifactError(f"{SPEC} cannot be read ({type(error).__name__}); compile the spec again") from None
        return LadderSetup.make(fallback, questions, tuple(columns.values()), options)

    @staticmethod
    def make(
        fallback: Fallback, questions: dict[str, Question], columns: tuple[Question, ...], options: LadderOptions
    ) -> "LadderSetup":
        """From a `fallback` block and the options that override it. Raises UsageError (model)."""
        changed = {"model": options.model, "tokens_per_batch": options.tokens_per_batch}
        fallback = fallback.model_copy(update={key: value for key, value in changed.items() if value is not None})
        for text in (fallback.model, fallback.stronger):
            _check_model(text)
        ledger = Path(options.ledger) if options.ledger else None
        limits = (fallback.tokens_per_batch, fallback.dollars_per_batch) if options.batch_limits else (None, None)
        batch = Budget("batch", *limits, ledger=ledger)
        return LadderSetup(fallback, questions, columns, batch)

    def for_document(self) -> Ladder:
        """The ladder of one document: all its calls share one budget, which lies within the batch's."""
        budget = Budget("document", self.fallback.tokens_per_document, within=self.batch)
        return Ladder(
            self.questions,
            self.columns,
            self.fallback,
            self._client(self.fallback.model, budget),
            self._client(self.fallback.stronger, budget),
        )

    @cached_property
    def gates(self) -> Gates:
        """The gates around every call, under the spec's policy."""
        return standard_gates(self.fallback.gates)

    @cached_property
    def whole_document_gate(self) -> InputGate:
        """Judges whether a document may be asked about at all: rules and classifier; personal data comes later."""
        return InputGate(self.fallback.gates.model_copy(update={"pii": "allow"}))

    def _client(self, model: str | None, budget: Budget) -> Client | None:
        return None if model is None else Client(parse_model(model), budget, self.gates, patience=PATIENCE)


def climb_document(
    setup: "LadderSetup",
    artifact: LoadedArtifact,
    document: Document,
    record: Record,
    path: Path | None,
    *,
    barred: tuple[str, ...],
) -> tuple[Record, Climbed]:
    """`extractors.ladder.climb` with what is left of the budgets. `barred`: findings that stop every call."""
    compiled = Compiled(artifact.functions, artifact.line_items, artifact.model)
    if not barred and setup.fallback.model is not None:
        barred = judged(document, setup.whole_document_gate)
    return climb(document, record, compiled, setup.for_document(), path, barred)


def _check_model(text: str | None) -> None:
    """Find the user's mistakes before the first document. Raises UsageError."""
    if text is None:
        return
    try:
        model = parse_model(text)
    except ModelNameError as error:
        raise UsageError(str(error)) from None
    if model.url is None and model.provider != "local" and not os.environ.get(model.key_variable):
        raise UsageError(f"{model.label}: set the environment variable {model.key_variable} to your key")
    if model.provider == "local":
        _check_local(model)


def _check_local(model: ModelName) -> None:
    if not Path(model.name).is_file():
        raise UsageError(f"{model.name}: no such file; name a .gguf file")
    if find_spec("xllamacpp") is None:
        raise UsageError("local models need a package: pip install 'code-factory[local]'")


def _questions(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Question]:
    return {name: _question(name, about["type"], about) for name, about in data.items()}


def _question(name: str, kind: Kind, about: Mapping[str, Any]) -> Question:
    labels, values = about.get("labels") or (), about.get("values") or ()
    return Question(
        name,
        kind,
        str(about.get("description") or ""),
        tuple(str(label) for label in labels),
        tuple(str(value) for value in values),
    )
