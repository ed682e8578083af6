"""Learn the default weights of utterance indicators and of the router, and write them into the extractors.

    python -m benchmarks.train_utterances [--check]

Learned from the made-up functions and utterances in `benchmarks/utterances` and from nothing else: no benchmark's case
takes part. Indicators hold no word of a domain, so no text gets into the weights. The same corpus gives the same file;
`--check` says whether the shipped one is it.
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

import extractors.utterance
from benchmarks.utterances.corpus import Sample, read_corpus, read_refused
from extractors.utterance.decide import Choice as Decided
from extractors.utterance.decide import arguments_of, decide, distinct, read_right, taken_by, with_defaults
from extractors.utterance.features import NAMES, Slot
from extractors.utterance.indicate import describe, describe_none
from extractors.utterance.route import RARITY, SIGNALS, Router, Signals
from extractors.utterance.score import Scorer, misread
from extractors.utterance.text import Utterance
from factory.functions.perturb import perturb
from factory.functions.same import same_arguments
from factory.functions.slots import profile_of
from factory.functions.spec import FunctionPart, UtteranceExample
from factory.functions.write import Planned, plan_parameters, value_at

PENALTY, SHOWN_PENALTY = 8.0, 0.5
"""L2 penalties: of an indicator, and of one that tells of an example, which holds for any function alike."""
SHOWN_BY = "anchor", "form of", "none where", "form implied", "implied of"
"""How the names of the latter begin."""
SEED = 7
KNOTS = 11
FRESH, SHOWN = 2, 2
"""Perturbed utterances a sample, for a function that was shown no example and for one that was shown the sample."""
FOLDS = 4
NEAR = 2
"""Functions a sample that fit its words best without being asked for."""
NEAR_WEIGHT = 4.0
"""How much an utterance on a function's subject that asks for something else counts, of which there are few."""
UNASKED = 1.5
"""A call that nobody asked for counts as much as so many that are refused: it acts, a refusal only asks back."""
COVERED = SIGNALS.index("utterance covered")
TARGET = Path(extractors.utterance.__file__).with_name("default_weights.json")

Choice = tuple[list[list[int]], list[bool]]
"""The indicators of every option of one parameter, and which of them are right."""


def choices_of(plans: Sequence[Planned], example: UtteranceExample) -> Iterator[Choice]:
    """One choice a parameter; those where no option is right teach nothing."""
    utterance = Utterance.of(example.utterance)
    for planned in plans:
        spans = distinct(read_right(planned.bind()(utterance), misread(planned.slot), utterance))
        wanted = value_at(example.arguments, planned.slot.path)
        right = [wanted is not None and same_arguments(span.value, wanted) for span in spans]
        options = [*describe(planned.slot, utterance, spans), describe_none(planned.slot, utterance)]
        yield options, [*right, wanted is None]


def all_choices(samples: Sequence[Sample]) -> list[Choice]:
    """Of functions that were shown nothing and of ones that were shown the sample."""
    found: list[Choice] = []
    for sample in samples:
        example = sample.example
        shown = sample.part.model_copy(update={"examples": (example,)})
        fresh = [one.example for one in perturb(shown, example, FRESH + SHOWN)]
        plans = plan_parameters(sample.part)
        for one in (example, *fresh[:FRESH]):
            found += choices_of(plans, one)
        plans = plan_parameters(shown)
        for one in fresh[FRESH:]:
            found += choices_of(plans, one)
    return found


def fit(choices: Sequence[Choice]) -> np.ndarray:
    """Weights of a conditional logit with L2 penalties, in the order of NAMES (McFadden 1974)."""
    usable = [(options, right) for options, right in choices if any(right) and not all(right)]
    rows = [row for options, _ in usable for row in options]
    indices = [number for row in rows for number in row]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = scipy.sparse.csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(NAMES)))
    right = np.array([one for _, rights in usable for one in rights])
    firsts = np.concatenate([[0], np.cumsum([len(options) for options, _ in usable])])[:-1]
    owner = np.repeat(np.arange(len(usable)), [len(options) for options, _ in usable])

    penalties = np.array([SHOWN_PENALTY if name.startswith(SHOWN_BY) else PENALTY for name in NAMES])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, firsts)[owner])
        total = np.add.reduceat(odds, firsts)
        good = np.add.reduceat(odds * right, firsts)
        gradient = matrix.T @ (odds / total[owner] - odds * right / good[owner])
        value = float(np.sum(np.log(total) - np.log(good)) + penalties @ weights**2 / 2)
        return value, gradient + penalties * weights

    found = scipy.optimize.minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x)


@dataclass(frozen=True)
class Routed:
    """What the router is learned from: its signals for functions and utterances, whether they belong together, and
    whether the utterance asks for something near."""

    rows: np.ndarray
    asked: np.ndarray
    near: np.ndarray


def route_rows(
    samples: Sequence[Sample], refused: Sequence[tuple[str, str]], pool: Sequence[Sample], weights: Sequence[float]
) -> Routed:
    """Each utterance with its own function, with `NEAR` others of `pool` that its words fit best, and with a random
    one; each of `refused` with the function that it does not ask for."""
    random = np.random.default_rng(SEED)
    rare = Router({}, RARITY)
    parts = {sample.part.function.name: sample.part for sample in pool}
    known = {name: Signals(profile_of(part), rare) for name, part in parts.items()}
    rows, asked = [], []
    for sample in samples:
        own = sample.part.function.name
        utterance = Utterance.of(sample.utterance)
        others = sorted(name for name in parts if name != own)
        others.sort(key=lambda name: -known[name].of(utterance, (), 0)[COVERED])
        drawn = [*others[:NEAR], others[int(random.integers(NEAR, len(others)))]]
        for part in (sample.part, *(parts[name] for name in drawn)):
            rows.append(_row(part, utterance, weights))
            asked.append(part is sample.part)
    near = [_row(parts[name], Utterance.of(utterance), weights) for name, utterance in refused]
    return Routed(
        np.array([*rows, *near]),
        np.array([*asked, *([False] * len(near))]),
        np.arange(len(rows) + len(near)) >= len(rows),
    )


def fit_router(routed: Routed) -> Router:
    """Logistic regression on SIGNALS."""
    heavy = np.where(routed.near, NEAR_WEIGHT, 1.0)
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(routed.rows, routed.asked, heavy)
    return Router({name: round(float(one), 3) for name, one in zip(SIGNALS, model.coef_[0], strict=True)}, RARITY)


def threshold(asked: np.ndarray, refused: np.ndarray) -> float:
    """The probability where the shares of wrong refusals and of wrong acceptances, the latter times UNASKED, add up to
    least."""
    tried: list[float] = np.linspace(0.02, 0.98, 97).round(2).tolist()
    worse = [float(np.mean(asked < at) + UNASKED * np.mean(refused >= at)) for at in tried]
    return tried[int(np.argmin(worse))]


def _row(part: FunctionPart, utterance: Utterance, weights: Sequence[float]) -> list[float]:
    """The router's signals for a function."""
    slots, choices = _choices(part, utterance, weights)
    needed = [choice for slot, choice in zip(slots, choices, strict=True) if slot.required]
    found = [choice.probability for choice in needed if choice.span is not None]
    signals = Signals(profile_of(part), Router({}, RARITY))
    return signals.of(utterance, found, len(needed) - len(found), taken_by(choices))


def _choices(part: FunctionPart, utterance: Utterance, weights: Sequence[float]) -> tuple[list[Slot], list[Decided]]:
    plans = plan_parameters(part)
    slots = [planned.slot for planned in plans]
    scorers = [Scorer(slot, weights) for slot in slots]
    return slots, decide(scorers, [planned.bind()(utterance) for planned in plans], utterance)


def calls_of(samples: Sequence[Sample], weights: Sequence[float]) -> list[tuple[float, bool]]:
    """For each sample whose required parameters are read: the raw confidence of its call, and whether it is right."""
    found = []
    for sample in samples:
        slots, choices = _choices(sample.part, Utterance.of(sample.utterance), weights)
        if all(one.span or not slot.required for slot, one in zip(slots, choices, strict=True)):
            schema = sample.part.function.parameters
            made, wanted = (with_defaults(one, schema) for one in (arguments_of(slots, choices), sample.arguments))
            found.append((math.prod(choice.probability for choice in choices), same_arguments(made, wanted)))
    return found


def calibrate(calls: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """Knots from raw confidence to the share that was right, never falling (isotonic regression)."""
    raw = np.array([one for one, _ in calls])
    model = IsotonicRegression(out_of_bounds="clip").fit(raw, [float(right) for _, right in calls])
    grid = np.linspace(0, 1, KNOTS)
    return [[round(float(x), 3), round(float(y), 3)] for x, y in zip(grid, model.predict(grid), strict=True)]


def learn(samples: Sequence[Sample], refused: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """All that the shipped file holds. What the router, its threshold and the calibration are learned from was read
    with weights of other functions, as it will be of a user's."""
    names = sorted({sample.part.function.name for sample in samples})
    fold = {name: place % FOLDS for place, name in enumerate(names)}
    parts: list[Routed] = []
    calls: list[tuple[float, bool]] = []
    for held in range(FOLDS):
        weights = fit(all_choices([one for one in samples if fold[one.part.function.name] != held])).tolist()
        left = [one for one in samples if fold[one.part.function.name] == held]
        calls += calls_of(left, weights)
        near = [one for one in refused if fold[one[0]] == held]
        parts.append(route_rows(left, near, samples, weights))
    weights = fit(all_choices(samples)).tolist()
    named = {name: round(weight, 3) for name, weight in zip(NAMES, weights, strict=True) if abs(weight) > 0.005}
    return {
        "weights": named,
        "router": fit_router(joined(parts)).weights,
        "least": least_of(parts),
        "calibration": calibrate(calls),
        "held_out": {"exact": round(sum(right for _, right in calls) / len(samples), 4), "samples": len(samples)},
    }


def joined(parts: Sequence[Routed]) -> Routed:
    """All rows."""
    return Routed(
        np.concatenate([one.rows for one in parts]),
        np.concatenate([one.asked for one in parts]),
        np.concatenate([one.near for one in parts]),
    )


def least_of(parts: Sequence[Routed]) -> float:
    """The threshold between utterances that ask for a function and those that ask for something else, from each part's
    probabilities under the router that was learned from the others."""
    asked: list[float] = []
    refused: list[float] = []
    for part in parts:
        router = fit_router(joined([one for one in parts if one is not part]))
        likely = np.array([router.probability(row) for row in part.rows.tolist()])
        asked += likely[part.asked].tolist()
        refused += likely[~part.asked].tolist()
    return threshold(np.array(asked), np.array(refused))


def text_of(learned: dict[str, Any]) -> str:
    """As the file holds it."""
    return json.dumps(learned, indent=1, sort_keys=True) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Learn and write, or compare with what is shipped."""
    made = text_of(learn(read_corpus(), read_refused()))
    if "--check" in arguments:
        same = made == TARGET.read_text(encoding="utf-8")
        sys.stdout.write("the same\n" if same else "the shipped weights are others: learn again\n")
        return 0 if same else 1
    TARGET.write_text(made, encoding="utf-8")
    sys.stdout.write(json.dumps(json.loads(made)["held_out"]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
