"""From candidates and labels to an `ExtractorModel`: rankers, calibration, thresholds, and held-out answers.

Held-out means: ranked by weights fitted on other folds. Folds keep a vendor's documents together, so that what is
measured is how the compiled code reads vendors it has not seen. Cost: folds + 1 fits a field, fields spread over
processes.
"""

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from extractors.candidate import Candidate, Kind
from extractors.checks import evaluate, parse_check
from extractors.confidence import calibrated
from extractors.decide import decide
from extractors.model import Absence, CheckModel, ExtractorModel, FieldModel, Floats, Usual
from extractors.page_arrays import Ints
from extractors.rank import Ranking
from extractors.spelling import learn_spellings, respell
from factory.calibrate import Answer, Threshold, calibrate, thresholds
from factory.folds import Folds
from factory.golden import Example, Label
from factory.learn import Encoder, FieldTask, fit, make_task, predict, right_score, rivals, scores
from factory.prior import prior, with_prior
from factory.score import is_right
from factory.spec import DocumentSpec

BOTH = (True, False)
"""Answers with a value, and answers that there is none."""
SPELLED: frozenset[Kind] = frozenset({"party", "address"})

FEW_RIVALS = 0.1
"""Share of the examples that may have weaker rivals than what counts as usual."""
LOW_SCORE, LEAST = 0.02, 2.0
"""Share of right values with a score below what is usual; how far below that a value is half believed."""

Candidates = Mapping[str, Sequence[Sequence[Candidate]]]
"""For each field, the candidates of each example."""


@dataclass(frozen=True)
class Trained:
    """A model, and what it answered where it had not learned."""

    model: ExtractorModel
    held_out: dict[str, list[Answer]]
    """For each field, one answer a labelled example: calibrated confidence, and whether it was right."""
    reachable: dict[str, tuple[int, int]]
    """For each field, how many labelled values are among the candidates, of how many."""


@dataclass(frozen=True)
class _Fitted:
    weights: dict[str, dict[str, float]]
    usual: Usual
    rankings: list[Ranking]
    """Held-out, one an example."""
    spellings: list[tuple[str, ...]]
    """Learned without the example's fold, one an example."""
    all_spellings: tuple[str, ...]


def train(
    spec: DocumentSpec,
    examples: Sequence[Example],
    candidates: Candidates,
    folds: Folds,
    line_items: dict[str, Any] | None = None,
    workers: int | None = None,
) -> Trained:
    """Fit every field, decide the held-out documents jointly, calibrate and set thresholds. Deterministic."""
    labels = [example.label for example in examples]
    encoder = Encoder()
    codes = {
        name: [
            encoder.codes(example.document, list_) for example, list_ in zip(examples, candidates[name], strict=True)
        ]
        for name in spec.fields
    }
    make = partial(_fit_field, spec, labels, candidates, codes, encoder, folds)
    fitted = dict(zip(spec.fields, _map(make, list(spec.fields), workers), strict=True))
    checks = learn_checks(spec, labels)
    answers: dict[str, list[Answer]] = {name: [] for name in spec.fields}
    for place, label in enumerate(labels):
        decisions = decide({name: one.rankings[place] for name, one in fitted.items()}, checks)
        for name, field in spec.fields.items():
            if label.counts(name):
                choice = decisions[name].choice
                value = respell(choice.value, fitted[name].spellings[place]) if choice else None
                right = is_right(field.type, label.fields[name], value)
                answers[name].append(Answer(decisions[name].probability, right, choice is not None))
    fields, held_out = _field_models(spec, fitted, answers)
    reachable = {name: _reachable(spec, name, labels, candidates[name]) for name in spec.fields}
    return Trained(ExtractorModel(fields, checks, line_items), held_out, reachable)


def learn_checks(spec: DocumentSpec, labels: Sequence[Label]) -> tuple[CheckModel, ...]:
    """How often each check holds on the labels, with one success and one failure added (Laplace)."""
    models = []
    for check in spec.checks:
        parsed = parse_check(check.name, check.expression, check.tolerance)
        results = [evaluate(parsed, label.fields, label.line_items or ()).passed for label in labels]
        known = [passed for passed in results if passed is not None]
        share = (sum(known) + 1) / (len(known) + 2)
        models.append(CheckModel(check.name, check.expression, check.tolerance, round(share, 6)))
    return tuple(models)


def _field_models(
    spec: DocumentSpec, fitted: Mapping[str, _Fitted], answers: Mapping[str, Sequence[Answer]]
) -> tuple[dict[str, FieldModel], dict[str, list[Answer]]]:
    known = calibrate(answers)
    models: dict[str, FieldModel] = {}
    held_out: dict[str, list[Answer]] = {}
    for name, field in spec.fields.items():
        absence = Absence(known[name].absent, None)
        model = FieldModel(
            field.type, fitted[name].weights, *fitted[name].usual, known[name].given, required=field.required,
            spellings=fitted[name].all_spellings, absence=absence,
        )  # fmt: skip
        models[name] = model
        held_out[name] = [
            replace(one, score=round(calibrated(model, one.score, one.given), 6)) for one in answers[name]
        ]
    limits = thresholds(
        {(name, given): [one for one in held_out[name] if one.given == given] for name in models for given in BOTH},
        spec.accuracy.target_precision,
    )
    return {name: _limited(model, limits[name, True], limits[name, False]) for name, model in models.items()}, held_out


def _limited(model: FieldModel, given: Threshold, absent: Threshold) -> FieldModel:
    absence = Absence(model.knots(given=False), absent.value, absent.note)
    return replace(model, threshold=given.value, threshold_note=given.note, absence=absence)


def _fit_field(
    spec: DocumentSpec,
    labels: Sequence[Label],
    candidates: Candidates,
    codes: Mapping[str, Sequence[Ints]],
    encoder: Encoder,
    folds: Folds,
    name: str,
) -> _Fitted:
    kind = spec.fields[name].type
    right = [
        [is_right(kind, label.fields.get(name), found.value) for found in list_]
        for label, list_ in zip(labels, candidates[name], strict=True)
    ]
    none = [label.fields.get(name) is None for label in labels]
    labelled = [label.counts(name) for label in labels]
    # With few examples every feature may be the telling one; with many, one seen once only remembers a document.
    least = 2 if len(labels) >= 20 else 1
    known = prior(spec.fields[name])
    task = make_task(name, candidates[name], codes[name], encoder, right, none, labelled, least, known)
    everything = range(len(labels))
    without = [fit(task, [place for place in everything if folds.of[place] != fold]) for fold in folds.numbers]
    found = [scores(task, without[folds.of[place]], place) for place in everything]
    nones = [without[folds.of[place]].none for place in everything]
    final = fit(task, everything)
    usual = _usual(task, found, nones)._replace(none=final.none)
    spellings = {fold: _spellings(kind, name, labels, folds, fold) for fold in (*folds.numbers, None)}
    return _Fitted(
        with_prior(final.by_slot(task.features), task.features, known),
        usual,
        [predict(task, place, found[place], usual._replace(none=nones[place])) for place in everything],
        [spellings[folds.of[place]] for place in everything],
        spellings[None],
    )


def _usual(task: FieldTask, found: Sequence[Floats], nones: Sequence[float]) -> Usual:
    """What almost all documents have, by the scores of their candidates and of "none", of weights made without them."""
    seen = [place for place in range(len(found)) if task.labelled[place]]
    wrong = [rivals(task, place, found[place], nones[place]) for place in seen]
    right = [score for place in seen if (score := right_score(task, place, found[place])) is not None]
    return Usual(
        0.0,
        float(np.quantile(wrong, FEW_RIVALS, method="lower")) if wrong else None,
        float(np.quantile(right, LOW_SCORE, method="lower")) - LEAST if right else None,
    )


def _spellings(kind: Kind, name: str, labels: Sequence[Label], folds: Folds, without: int | None) -> tuple[str, ...]:
    """How the examples outside fold `without` spell the field's values; nothing for kinds where a letter matters."""
    if kind not in SPELLED:
        return ()
    values = [
        label.fields[name]
        for label, fold in zip(labels, folds.of, strict=True)
        if fold != without and label.counts(name)
    ]
    return learn_spellings(value for value in values if value is not None)


def _reachable(
    spec: DocumentSpec, name: str, labels: Sequence[Label], candidates: Sequence[Sequence[Candidate]]
) -> tuple[int, int]:
    wanted = [place for place, label in enumerate(labels) if label.counts(name) and label.fields[name] is not None]
    kind = spec.fields[name].type
    found = [
        any(is_right(kind, labels[place].fields[name], one.value) for one in candidates[place]) for place in wanted
    ]
    return sum(found), len(wanted)


_work: Callable[[str], _Fitted] | None = None


def _map(make: Callable[[str], _Fitted], names: list[str], workers: int | None) -> list[_Fitted]:
    """`make` for each name, in order, over processes that inherit the documents by fork instead of copying them."""
    global _work  # noqa: PLW0603  # what a forked child inherits must be reachable by name
    count = min(workers or os.cpu_count() or 1, len(names))
    if count == 1:
        return [make(name) for name in names]
    _work = make
    try:
        with ProcessPoolExecutor(count, multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_do, names))
    finally:
        _work = None


def _do(name: str) -> _Fitted:
    assert _work is not None
    return _work(name)
