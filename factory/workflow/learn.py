"""What a workflow's bounded invocations learn from golden data: rankers, calibration, thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from extractors.candidate import Candidate
from extractors.model import ExtractorModel, FieldModel
from factory.calibrate import Answer
from factory.folds import Folds
from factory.golden import Example
from factory.spec import DocumentSpec
from factory.train import Trained, train
from runtime.workflow_read import NO

FIRST = -1.0
"""The score of "no such value" where nothing was learned: what the function proposes first is taken, and doubted."""
UNMEASURED = ((0.0, 0.0), (1.0, 0.0))
"""Confidence where nothing was measured: none."""
UNLEARNED = "no labelled examples: every answer goes to a person"


def learn(
    spec: DocumentSpec,
    examples: Sequence[Example],
    candidates: Mapping[str, Sequence[Sequence[Candidate]]],
    folds: Folds,
) -> Trained:
    """As for a document, but that a boolean is no unless evidence speaks for yes (see `runtime.workflow_read`)."""
    booleans = {name for name, field in spec.fields.items() if field.type == "boolean"}
    kept = {
        name: [[one for one in found if name not in booleans or one.value != NO] for found in lists]
        for name, lists in candidates.items()
    }
    return train(spec, [_positive(example, booleans) for example in examples], kept, folds)


def unlearned(spec: DocumentSpec) -> Trained:
    """A model without examples."""
    fields = {
        name: FieldModel(
            field.type, {}, FIRST, calibration=UNMEASURED, threshold_note=UNLEARNED, required=field.required
        )
        for name, field in spec.fields.items()
    }
    held_out: dict[str, list[Answer]] = {name: [] for name in spec.fields}
    return Trained(ExtractorModel(fields), held_out, dict.fromkeys(spec.fields, (0, 0)))


def _positive(example: Example, booleans: set[str]) -> Example:
    fields = {
        name: None if name in booleans and value is not None and value.lower() == NO else value
        for name, value in example.label.fields.items()
    }
    return replace(example, label=replace(example.label, fields=fields))
