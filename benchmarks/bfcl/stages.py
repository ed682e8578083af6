"""Cases compiled in full, through every stage in the sandbox: how often each is passed at once, rounds, break-even."""

import json
import math
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bfcl.cases import Case, read_cases
from benchmarks.bfcl.shown import shown_part
from factory.compile import CompileError
from factory.functions.compile import FunctionExampleGenerator, compile_functions
from factory.functions.load import LoadedFunctions
from factory.functions.spec import FunctionSpec

CHARACTERS_A_TOKEN = 4
"""For the tokens that a model would read and write for one call: schema, utterance and answer."""


def compile_cases(data: Path, count: int, progress: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Compile `count` cases of simple_python, evenly drawn, each with one example shown."""
    cases = read_cases(data, "simple_python")
    reached: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    rounds, seconds, tokens, failed, skipped = [], [], 0, 0, 0
    for case in cases[:: max(1, len(cases) // count)][:count]:
        progress(f"compile {case.id}")
        loaded = _loaded(case)
        if loaded is None:
            skipped += 1
            continue
        start = time.perf_counter()
        try:
            compiled = compile_functions(loaded, FunctionExampleGenerator())
            verdicts = compiled.verdicts if compiled.rounds == 1 else ()
            rounds.append(compiled.rounds)
            tokens += compiled.tokens
        except CompileError as error:
            verdicts, failed = error.verdicts, failed + 1
        seconds.append(time.perf_counter() - start)
        reached.update(verdict.stage for verdict in verdicts)
        passed.update(verdict.stage for verdict in verdicts if verdict.passed)
    asked = statistics.mean(_tokens(case) for case in cases)
    return {
        "cases": count - skipped,
        "compiled": len(rounds),
        "refused": failed,
        "example_outside_schema": skipped,
        "first_pass": {stage: round(passed[stage] / reached[stage], 4) for stage in reached},
        "rounds_mean": round(statistics.mean(rounds), 2) if rounds else 0.0,
        "seconds_p50": round(statistics.median(seconds), 2) if seconds else 0.0,
        "tokens": tokens,
        "tokens_a_call_of_a_model": round(asked),
        "break_even_calls": math.ceil(tokens / max(1, len(rounds)) / asked),
    }


def _loaded(case: Case) -> LoadedFunctions | None:
    part = shown_part(case)
    if part is None:
        return None
    spec = FunctionSpec(kind="function", function=part.function, examples=part.examples)
    return LoadedFunctions(spec, case.id, spec.model_dump_json(indent=1))


def _tokens(case: Case) -> float:
    texts = json.dumps(case.functions), case.utterance, json.dumps(case.answers)
    return sum(len(text) for text in texts) / CHARACTERS_A_TOKEN
