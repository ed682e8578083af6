"""From candidates and labels to an `ExtractorModel`: rankers, calibration, thresholds, and held-out answers.

Held-out means: ranked by weights fitted on other folds. Folds keep a vendor's documents together, so that what is
measured is how the compiled code reads vendors it has not seen. Where enough examples have a vendor in common, a second
set of folds parts them, and measures how it reads vendors that it knows. Cost: folds + 1 fits a field, or twice folds
+ 1, fields spread over processes.
"""

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from extractors.candidate import Candidate, Kind
from extractors.checks import evaluate, parse_check
from extractors.decide import decide
from extractors.familiar import key_of
from extractors.model import CheckModel, ExtractorModel, FieldModel, Usual
from extractors.page_arrays import Ints
from extractors.rank import Ranking
from extractors.spelling import learn_spellings, respell
from factory.calibrate import Answer
from factory.folds import FOLDS, Folds, documents, split
from factory.golden import Example, Label
from factory.learn import Encoder, FieldTask, Fitted, fit, make_task, predict, right_score, rivals
from factory.prior import prior, with_prior
from factory.score import is_right
from factory.spec import DocumentSpec
from factory.trust import FEWEST, trusts
from factory.vendors import by_vendor, habits_of, learn_vendors, slips

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
    """For each field, one answer a labelled example, of folds that keep vendors whole: calibrated confidence, and
    whether it was right."""
    reachable: dict[str, tuple[int, int]]
    """For each field, how many labelled values are among the candidates, of how many."""
    familiar: dict[str, list[Answer]] = field(default_factory=dict)
    """For each field, the answers that examples of the same vendor speak for, of folds that part its documents."""


@dataclass(frozen=True)
class _Held:
    """What one set of folds gives for a field, one an example, learned without the example's fold."""

    rankings: list[Ranking]
    spellings: list[tuple[str, ...]]


@dataclass(frozen=True)
class _Fitted:
    weights: dict[str, dict[str, float]]
    usual: Usual
    held: list[_Held]
    """One a set of folds."""
    spellings: tuple[str, ...]


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
    sets = [folds, *_parted(spec, examples)]
    make = partial(_fit_field, spec, labels, candidates, codes, encoder, sets)
    fitted = dict(zip(spec.fields, _map(make, list(spec.fields), workers), strict=True))
    checks = learn_checks(spec, labels)
    meant = _meant(spec, labels, candidates)
    habits = habits_of(spec, labels)
    answers = [
        _answers(spec, labels, {name: one.held[place] for name, one in fitted.items()}, checks, meant, habits, of)
        for place, of in enumerate(sets)
    ]
    found = trusts(answers[0], answers[1] if len(answers) > 1 else {}, spec.accuracy.target_precision)
    fields = {
        name: found.put(name, FieldModel(
            part.type, fitted[name].weights, *fitted[name].usual, required=part.required,
            spellings=fitted[name].spellings,
        ))
        for name, part in spec.fields.items()
    }  # fmt: skip
    vendors = learn_vendors(spec, labels, habits) if found.familiar else None
    reachable = {name: _reachable(spec, name, labels, candidates[name]) for name in spec.fields}
    model = ExtractorModel(fields, checks, line_items, vendors)
    return Trained(model, found.strangers, reachable, found.known)


def _parted(spec: DocumentSpec, examples: Sequence[Example]) -> list[Folds]:
    """Folds that part the documents of a vendor, where enough of them have a vendor in common with another."""
    vendors = by_vendor(spec, [example.label for example in examples])
    repeated = sum(len(members) for members in vendors.values() if len(members) > 1)
    return [split(documents(examples), FOLDS)] if repeated >= FEWEST else []


def _answers(
    spec: DocumentSpec,
    labels: Sequence[Label],
    held: Mapping[str, _Held],
    checks: tuple[CheckModel, ...],
    meant: Mapping[str, Sequence[frozenset[str]]],
    habits: Mapping[str, Kind],
    folds: Folds,
) -> dict[str, list[Answer]]:
    """Every labelled answer of one set of folds. Vendors are those of the other folds' examples, as spellings are."""
    vendors = {
        fold: learn_vendors(spec, [one for one, of in zip(labels, folds.of, strict=True) if of != fold], habits)
        for fold in folds.numbers
    }
    answers: dict[str, list[Answer]] = {name: [] for name in spec.fields}
    for place, label in enumerate(labels):
        decisions = decide({name: one.rankings[place] for name, one in held.items()}, checks)
        values = {
            name: None if one.choice is None else respell(one.choice.value, held[name].spellings[place])
            for name, one in decisions.items()
        }
        known = vendors[folds.of[place]]
        support = {} if known is None else known.support(values)
        for name, part in spec.fields.items():
            if label.counts(name):
                value, right = values[name], is_right(part.type, label.fields[name], values[name])
                slip = not right and key_of(part.type, value) in meant[name][place]
                answers[name].append(
                    Answer(decisions[name].probability, right, value is not None, support.get(name, 0), slip)
                )
    return answers


def _meant(spec: DocumentSpec, labels: Sequence[Label], candidates: Candidates) -> dict[str, list[frozenset[str]]]:
    """For each field and example, what a wrongly copied label must have meant."""
    found: dict[str, list[frozenset[str]]] = {}
    for name, part in spec.fields.items():
        if part.type in SPELLED:
            values = [label.fields[name] if label.counts(name) else None for label in labels]
            printed = [{key_of(part.type, one.value) for one in list_} for list_ in candidates[name]]
            found[name] = list(slips(part.type, values, printed))
        else:
            found[name] = [frozenset()] * len(labels)
    return found


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


def _fit_field(
    spec: DocumentSpec,
    labels: Sequence[Label],
    candidates: Candidates,
    codes: Mapping[str, Sequence[Ints]],
    encoder: Encoder,
    sets: Sequence[Folds],
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
    fits = [
        [fit(task, [place for place in everything if folds.of[place] != fold]) for fold in folds.numbers]
        for folds in sets
    ]
    final = fit(task, everything)
    strangers = [fits[0][sets[0].of[place]] for place in everything]
    usual = _usual(task, strangers)._replace(none=final.none)
    weights = with_prior(final.by_slot(task.features), task.features, known)
    held = [
        _hold_out(kind, name, labels, task, usual, folds, without) for folds, without in zip(sets, fits, strict=True)
    ]
    return _Fitted(weights, usual, held, _spellings(kind, name, labels, sets[0], None))


def _hold_out(
    kind: Kind,
    name: str,
    labels: Sequence[Label],
    task: FieldTask,
    usual: Usual,
    folds: Folds,
    without: Sequence[Fitted],
) -> _Held:
    """Every example ranked and spelled by what the other folds taught. `without`: the fit without each fold."""
    spellings = [_spellings(kind, name, labels, folds, fold) for fold in folds.numbers]
    return _Held(
        [predict(task, without[fold], place, usual) for place, fold in enumerate(folds.of)],
        [spellings[fold] for fold in folds.of],
    )


def _usual(task: FieldTask, held_out: Sequence[Fitted]) -> Usual:
    """What almost all documents have, by weights that have not seen them."""
    seen = [(place, weights) for place, weights in enumerate(held_out) if task.labelled[place]]
    found = [rivals(task, weights, place) for place, weights in seen]
    right = [score for place, weights in seen if (score := right_score(task, weights, place)) is not None]
    return Usual(
        0.0,
        float(np.quantile(found, FEW_RIVALS, method="lower")) if found else None,
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
