"""Learn the default weights of utterance indicators and of the router, and write them into the extractors.

    python -m benchmarks.train_utterances DATA

DATA holds the bfcl-eval package. Learned from the cases that no figure is reported for (`cases.learned_cases`).
Indicators hold no word of a domain, so no text gets into the weights.
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

import extractors.utterance
from benchmarks.bfcl.cases import Case, learned_cases, refused_cases
from benchmarks.bfcl.checker import call_matches, value_matches
from benchmarks.bfcl.shown import shown_part
from extractors.utterance.decide import Choice as Decided
from extractors.utterance.decide import arguments_of, decide, distinct
from extractors.utterance.features import NAMES, Slot
from extractors.utterance.indicate import describe, describe_none
from extractors.utterance.route import RARITY, SIGNALS, Router, Signals
from extractors.utterance.score import Scorer
from extractors.utterance.text import Utterance, UtteranceError
from factory.functions.perturb import perturb
from factory.functions.same import same_arguments
from factory.functions.slots import profile_of
from factory.functions.spec import FunctionPart
from factory.functions.write import Planned, plan_parameters, value_at

TIMES = {"live_multiple": 1, "live_parallel": 1, "live_parallel_multiple": 1, "parallel": 2, "parallel_multiple": 2}
"""How often a case counts: those with descriptions written out count twice."""
PENALTY = 1.0
WANTED = 0.05, 0.2
"""Shares of wrong refusals and of wrong acceptances that are allowed: the threshold is as good at both."""
SEED = 7
KNOTS = 11
PERTURBED = 2
TARGET = Path(extractors.utterance.__file__).with_name("default_weights.json")

Choice = tuple[list[list[int]], list[bool]]
"""The indicators of every option of one parameter, and which of them are right."""


def choices_of(case: Case) -> list[Choice]:
    """One choice a parameter and function; those where no option is right teach nothing."""
    try:
        utterance = Utterance.of(case.utterance)
    except UtteranceError:
        return []
    found = []
    by_name = {part.function.name: part for part in case.parts}
    for name, allowed in _by_function(case).items():
        schema = next(one for one in case.functions if one["name"] == name)["parameters"]["properties"]
        for planned in plan_parameters(by_name[name]):
            key = planned.slot.path[0]
            if len(planned.slot.path) == 1:
                found.append(_choice(planned, utterance, schema[key], allowed.get(key, ("",))))
    return found


def _by_function(case: Case) -> dict[str, dict[str, list[Any]]]:
    """The allowed values of each function's parameters, those of all its calls together."""
    found: dict[str, dict[str, list[Any]]] = {}
    for answer in case.answers:
        for name, allowed in answer.items():
            for key, values in allowed.items():
                found.setdefault(name, {}).setdefault(key, []).extend(values)
    return found


def _choice(planned: Planned, utterance: Utterance, about: dict[str, Any], allowed: Sequence[Any]) -> Choice:
    spans = distinct(planned.bind()(utterance))
    right = [value_matches(span.value, about, allowed) for span in spans]
    options = [*describe(planned.slot, utterance, spans), describe_none(planned.slot, utterance)]
    return options, [*right, "" in allowed and not any(right)]


def shown_choices_of(case: Case) -> Iterator[Choice]:
    """The same for perturbed utterances of functions that were shown the case's own one."""
    for place in range(len(case.answers) if "parallel" not in case.category else 0):
        part = shown_part(case, place)
        if part is None:
            continue
        for perturbed in perturb(part, part.examples[0], PERTURBED):
            utterance = Utterance.of(perturbed.example.utterance)
            for planned in plan_parameters(part):
                spans = distinct(planned.bind()(utterance))
                wanted = value_at(perturbed.example.arguments, planned.slot.path)
                right = [wanted is not None and same_arguments(span.value, wanted) for span in spans]
                options = [*describe(planned.slot, utterance, spans), describe_none(planned.slot, utterance)]
                yield options, [*right, wanted is None]


def all_choices(cases: Sequence[Case]) -> list[Choice]:
    """With and without an example shown."""
    return [
        *(choice for case in cases for choice in choices_of(case) * TIMES[case.category]),
        *(choice for case in cases for choice in shown_choices_of(case)),
    ]


def fit(choices: Sequence[Choice]) -> np.ndarray:
    """Weights of a conditional logit with an L2 penalty, in the order of NAMES (McFadden 1974)."""
    usable = [(options, right) for options, right in choices if any(right) and not all(right)]
    rows = [row for options, _ in usable for row in options]
    indices = [number for row in rows for number in row]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = scipy.sparse.csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(NAMES)))
    right = np.array([one for _, rights in usable for one in rights])
    firsts = np.concatenate([[0], np.cumsum([len(options) for options, _ in usable])])[:-1]
    owner = np.repeat(np.arange(len(usable)), [len(options) for options, _ in usable])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, firsts)[owner])
        total = np.add.reduceat(odds, firsts)
        good = np.add.reduceat(odds * right, firsts)
        gradient = matrix.T @ (odds / total[owner] - odds * right / good[owner])
        value = float(np.sum(np.log(total) - np.log(good)) + PENALTY / 2 * weights @ weights)
        return value, gradient + PENALTY * weights

    found = scipy.optimize.minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x)


def fit_router(
    cases: Sequence[Case], refused: Sequence[Case], weights: Sequence[float]
) -> tuple[Router, float, list[tuple[float, bool]]]:
    """The router; the probability under which no function is asked for; and for each case with one call the raw
    confidence of its function's call and whether that was right.

    Asked for: the case's own functions. Not asked for: those of `refused`, and for each case those of others, two
    drawn at random and the one whose words cover the utterance best of thirty.
    """
    random = np.random.default_rng(SEED)
    rare = Router({}, RARITY)
    names = {case.id: {next(iter(answer)) for answer in case.answers} for case in cases}
    read = [(case, part) for case in cases for part in case.parts if part.function.name in names[case.id]]
    rows, wanted, calls, own = [], [], [], []
    for case, part in read:
        drawn = [read[place][1] for place in random.integers(0, len(read), 30)]
        drawn = [other for other in drawn if other.function.name not in names[case.id]]
        profiles = [profile_of(other) for other in drawn]
        utterance = _utterance(case)
        if utterance is None:
            continue
        near = max(
            range(len(drawn)), key=lambda at: Signals(profiles[at], rare).of(utterance, (), 0)["utterance covered"]
        )
        for place, one in enumerate((part, drawn[0], drawn[1], drawn[near])):
            row, slots, choices = _row(one, utterance, weights)
            if place == 0 and "parallel" in case.category:
                own.append(row)
            rows.append(row)
            wanted.append(place == 0)
            if (
                place == 0
                and len(case.answers) == 1
                and all(one.span or not slot.required for slot, one in zip(slots, choices, strict=True))
            ):
                function = next(about for about in case.functions if about["name"] == part.function.name)
                call = {function["name"]: arguments_of(slots, choices)}
                raw = math.prod(choice.probability for choice in choices)
                calls.append((raw, call_matches(function, call, case.answers[0])))
    irrelevant = [[_row(part, utterance, weights)[0] for part in case.parts] for case in refused
                  if (utterance := _utterance(case)) is not None and case.parts]  # fmt: skip
    rows += [row for list_ in irrelevant for row in list_]
    wanted += [False] * (len(rows) - len(wanted))
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(np.array(rows), wanted)
    named = {name: round(float(weight), 3) for name, weight in zip(SIGNALS, model.coef_[0], strict=True)}
    likely = [max(model.predict_proba(np.array(list_))[:, 1]) for list_ in irrelevant]
    return Router(named, RARITY), threshold(model.predict_proba(np.array(own))[:, 1], np.array(likely)), calls


def threshold(asked: np.ndarray, refused: np.ndarray) -> float:
    """The probability where the larger of the two shares of errors, each over what is WANTED, is least."""
    tried: list[float] = np.linspace(0.02, 0.98, 97).round(2).tolist()
    worse = [max(np.mean(asked < at) / WANTED[0], np.mean(refused >= at) / WANTED[1]) for at in tried]
    return tried[int(np.argmin(worse))]


def _utterance(case: Case) -> Utterance | None:
    try:
        return Utterance.of(case.utterance)
    except UtteranceError:
        return None


def _row(
    part: FunctionPart, utterance: Utterance, weights: Sequence[float]
) -> tuple[list[float], list[Slot], list[Decided]]:
    """The router's signals for a function, and how its parameters are read."""
    slots, choices = _choices(part, utterance, weights)
    needed = [choice for slot, choice in zip(slots, choices, strict=True) if slot.required]
    found = [choice.probability for choice in needed if choice.span is not None]
    told = Signals(profile_of(part), Router({}, RARITY)).of(utterance, found, len(needed) - len(found))
    return list(told.values()), slots, choices


def _choices(part: FunctionPart, utterance: Utterance, weights: Sequence[float]) -> tuple[list[Slot], list[Decided]]:
    plans = plan_parameters(part)
    slots = [planned.slot for planned in plans]
    scorers = [Scorer(slot, weights) for slot in slots]
    return slots, decide(scorers, [planned.bind()(utterance) for planned in plans], utterance)


def calibrate(calls: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """Knots from raw confidence to the share that was right, never falling (isotonic regression)."""
    raw = np.array([one for one, _ in calls])
    model = IsotonicRegression(out_of_bounds="clip").fit(raw, [float(right) for _, right in calls])
    grid = np.linspace(0, 1, KNOTS)
    return [[round(float(x), 3), round(float(y), 3)] for x, y in zip(grid, model.predict(grid), strict=True)]


def held_out_calls(cases: Sequence[Case], refused: Sequence[Case]) -> list[tuple[float, bool]]:
    """Calls of each half of the cases, read with weights learned from the other half."""
    halves = cases[::2], cases[1::2]
    return [
        call
        for learned, held in (halves, halves[::-1])
        for call in fit_router(held, refused[:50], fit(all_choices(learned)).tolist())[2]
    ]


def main(data: Path) -> None:
    """Learn and write."""
    cases = learned_cases(data)
    weights = fit(all_choices(cases))
    refused = refused_cases(data)
    router, least, _ = fit_router(cases, refused, weights.tolist())
    named = {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True) if abs(weight) > 0.005}
    learned = {
        "weights": named, "router": router.weights, "least": round(least, 3),
        "calibration": calibrate(held_out_calls(cases, refused)),
    }  # fmt: skip
    TARGET.write_text(json.dumps(learned, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
