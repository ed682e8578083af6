"""`factory bench bfcl`: compile every case without a model and score it by the leaderboard's rules."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bfcl.cases import Case, read_cases
from benchmarks.bfcl.checker import call_matches, calls_match
from benchmarks.bfcl.shown import shown_part
from extractors.utterance import UtteranceError
from extractors.utterance.call import Call, call, read
from extractors.utterance.decide import with_defaults
from extractors.utterance.several import calls
from factory.functions.compile import model_of
from factory.functions.perturb import perturb
from factory.functions.same import same_arguments
from factory.functions.spec import FunctionPart
from factory.functions.write import plan_parameters

CATEGORIES = ("simple_python", "live_simple", "multiple", "parallel", "irrelevance")
RUNS = 1_000
"""Runs of one utterance for the entropy of its output."""
TIMED = 15
"""Calls of a function that are timed one by one, after a first one; none is left out."""


@dataclass
class _Scores:
    """What is counted over a category."""

    cases: int = 0
    exact: int = 0
    right_function: int = 0
    abstained: int = 0
    perturbed: int = 0
    perturbed_exact: int = 0
    arguments: int = 0
    replaced: int = 0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Ready:
    """Functions bound in this process, as their generated code binds them."""

    ask: Callable[[str], Call]
    read: Callable[[str, str], Call]
    several: Callable[[str], list[Call]]


def ready(parts: Sequence[FunctionPart]) -> Ready:
    """Plan and bind the functions of a case; the stages and the sandbox are left to `factory compile`."""
    plans = [plan_parameters(part, part.function.name if len(parts) > 1 else "") for part in parts]
    model = model_of(parts, plans)
    proposers = {planned.slot.function: planned.bind() for list_ in plans for planned in list_}
    return Ready(
        lambda text: call(text, proposers, model),
        lambda name, text: read(text, name, proposers, model),
        lambda text: calls(text, proposers, model),
    )


def measure(
    data: Path,
    categories: Sequence[str] = CATEGORIES,
    perturbed: int = 10,
    limit: int | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Scores by category, with shares from 0 to 1 and milliseconds. Raises UsageError where the data is not there."""
    result: dict[str, Any] = {}
    for category in categories:
        progress(category)
        scores = _Scores()
        for case in read_cases(data, category)[:limit]:
            _measure_case(case, scores, perturbed)
        result[category] = _report(category, scores)
    return result


def _measure_case(case: Case, scores: _Scores, perturbed: int) -> None:
    scores.cases += 1
    functions = ready(case.parts)
    try:
        answer = _timed(functions, case.utterance, scores)
    except UtteranceError:
        return
    if not case.answers:
        scores.abstained += answer.function is None
        return
    scores.abstained += answer.function is None
    if "parallel" in case.category:
        _score_several(case, functions.several(case.utterance), scores)
        return
    wanted = next(iter(case.answers[0]))
    scores.right_function += answer.function == wanted
    name = wanted if len(case.functions) == 1 else answer.function
    if name is not None:
        made = functions.read(name, case.utterance).arguments
        scores.exact += calls_match(case.functions, [{name: made}], case.answers, case.category)
    if len(case.answers) == 1:
        _measure_perturbed(case, scores, perturbed)


def _score_several(case: Case, made: Sequence[Call], scores: _Scores) -> None:
    """Right functions: as many calls of each as wanted; exact: by the leaderboard's rules."""
    wanted = sorted(next(iter(answer)) for answer in case.answers)
    scores.right_function += sorted(one.function or "" for one in made) == wanted
    found = [{one.function: one.arguments} for one in made if one.function is not None]
    scores.exact += calls_match(case.functions, found, case.answers, case.category)


def _measure_perturbed(case: Case, scores: _Scores, count: int) -> None:
    """One example shown, scored on perturbed utterances: every argument equal, and by the leaderboard's types."""
    part = shown_part(case)
    if part is None:
        return
    functions, name = ready([part]), part.function.name
    about = next(function for function in case.functions if function["name"] == name)
    for one in perturb(part, part.examples[0], count):
        made = functions.read(name, one.example.utterance).arguments
        wanted = with_defaults(one.example.arguments, part.function.parameters)
        typed = call_matches(about, {name: made}, {name: {key: [value] for key, value in wanted.items()}})
        scores.perturbed_exact += typed and same_arguments(made, wanted)
        scores.perturbed += 1
        scores.arguments += one.arguments
        scores.replaced += one.replaced


def _timed(functions: Ready, text: str, scores: _Scores) -> Call:
    answer = functions.ask(text)
    for _ in range(TIMED):
        begun = time.perf_counter()
        functions.ask(text)
        scores.wall.append((time.perf_counter() - begun) * 1000)
        begun = time.thread_time()
        functions.ask(text)
        scores.cpu.append((time.thread_time() - begun) * 1000)
    return answer


def entropy(data: Path, runs: int = RUNS) -> int:
    """How many different answers `runs` runs of the first case give; one means that the output's entropy is 0."""
    case = read_cases(data, "simple_python")[0]
    functions = ready(case.parts)
    answers = (functions.ask(case.utterance) for _ in range(runs))
    return len({json.dumps([one.function, one.arguments, one.confidence], sort_keys=True) for one in answers})


def _report(category: str, scores: _Scores) -> dict[str, Any]:
    report: dict[str, Any] = {"cases": scores.cases}
    if category != "irrelevance":
        report["exact"] = _share(scores.exact, scores.cases)
        report["right_function"] = _share(scores.right_function, scores.cases)
    report["abstained"] = _share(scores.abstained, scores.cases)
    if scores.perturbed:
        report["perturbed"] = {
            "utterances": scores.perturbed,
            "exact": _share(scores.perturbed_exact, scores.perturbed),
            "arguments_replaced": _share(scores.replaced, scores.arguments),
        }
    report["latency_ms"] = {
        "wall_p50": _quantile(scores.wall, 0.5), "wall_p99": _quantile(scores.wall, 0.99),
        "cpu_p50": _quantile(scores.cpu, 0.5), "cpu_p99": _quantile(scores.cpu, 0.99),
    }  # fmt: skip
    report["tokens"] = 0
    return report


def _share(count: int, total: int) -> float:
    return round(count / total, 4) if total else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else 0.0
