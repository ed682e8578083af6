"""Documents: what systems read from documents of vendors they have not seen (KILE and LIR by exact normalised text).

KILE are the single fields, LIR the line items; the names are DocILE's (Šimsa et al. 2023), the measure is not: its
official metric is in `benchmarks.docile`. A value is right where it equals the label after normalisation
(`extractors.normalise.same`); a missing and a spurious one both count.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.baselines.system import Answer, Prepared, System
from benchmarks.metrics.bootstrap import interval
from benchmarks.metrics.calibration import Sure, calibration_error, reliability_bins, straight_through
from benchmarks.metrics.determinism import entropy, reproducibility
from benchmarks.metrics.latency import latency
from benchmarks.metrics.quality import quality
from benchmarks.metrics.reliability import Attempted, reliability
from factory.folds import split
from factory.golden import Example
from factory.score import is_right
from factory.score_rows import f1, match_rows
from factory.spec import DocumentSpec

PRECISIONS = (0.95, 0.98, 0.99)
FEW_REPEATS = 3
"""How often a system that asks a model reads the same document, for consistency: each time costs tokens."""
MANY_REPEATS = 1000
"""The paper's N, for systems that run code."""


@dataclass(frozen=True)
class Split:
    """Examples to learn from, and documents of other vendors to read."""

    training: Sequence[Example]
    held_out: Sequence[Example]


@dataclass(frozen=True)
class Read:
    """One document read: the answer (None: an error of this class), and how long it took."""

    answer: Answer | None
    error: str | None
    milliseconds: float
    cpu_seconds: float


def split_by_vendor(spec: DocumentSpec, examples: Sequence[Example], key: str | None, limit: int | None) -> Split:
    """Half of the vendors to learn from, the other half to read, at most `limit` documents of those.

    `key` defaults to the spec's vendor field. The held-out documents are taken in turns, vendor by vendor.
    """
    key = key or spec.vendor_field
    groups = [example.label.group(key) if key else example.label.path.name for example in examples]
    folds = split(groups, 2)
    training = [example for place, example in enumerate(examples) if folds.of[place] == 0]
    held_out = [(groups[place], example) for place, example in enumerate(examples) if folds.of[place] != 0]
    seen: dict[str, int] = {}
    turns: list[tuple[int, int, Example]] = []
    for group, example in held_out:
        seen[group] = seen.get(group, 0) + 1
        turns.append((seen[group], len(turns), example))
    ordered = [example for _, _, example in sorted(turns, key=lambda turn: turn[:2])]
    return Split(training, ordered[:limit])


def measure(system: System, spec: DocumentSpec, parts: Split) -> dict[str, Any]:
    """Prepare `system`, let it read the held-out documents, and score it. Raises NotHereError."""
    start = time.perf_counter()
    prepared = system.prepare(spec, parts.training)
    seconds = time.perf_counter() - start
    reads = [_read(system, example) for example in parts.held_out]
    timed = latency([one.milliseconds for one in reads])
    answered = [one.answer for one in reads if one.answer is not None]
    return {
        "system": system.name,
        "documents": len(reads),
        "training": len(parts.training),
        **score(spec, parts.held_out, [one.answer for one in reads]),
        "latency_ms": {**asdict(timed), "jitter": timed.jitter},
        "cpu_seconds": sum(one.cpu_seconds for one in reads) / len(reads),
        "reliability": asdict(reliability([Attempted(one.error) for one in reads])),
        "tokens": _tokens(prepared, answered),
        "consistency": _consistency(system, parts.held_out[0]),
        "prepare_seconds": round(seconds, 3),
        "quality": asdict(quality(prepared.source)) if prepared.source else None,
        "compilation": asdict(prepared.compilation) if prepared.compilation else None,
    }


def score(spec: DocumentSpec, examples: Sequence[Example], answers: Sequence[Answer | None]) -> dict[str, Any]:
    """KILE, LIR, straight-through rates and calibration; None among `answers` is a document without any answer."""
    kinds = {name: part.type for name, part in spec.fields.items()}
    given = right = wanted = counted = 0
    documents: list[tuple[float, float]] = []
    sure: list[Sure] = []
    accepted: list[bool] = []
    for example, answer in zip(examples, answers, strict=True):
        good = names = 0
        for name in (name for name in kinds if example.label.counts(name)):
            value = answer.fields.get(name) if answer else None
            label = example.label.fields[name]
            correct = is_right(kinds[name], label, value)
            given += value is not None
            wanted += label is not None
            right += correct and value is not None
            good, names = good + correct, names + 1
            if answer and answer.confidence:
                sure.append(Sure(answer.confidence.get(name, 0.0), correct))
            if answer and (answer.accepted is None or name in answer.accepted):
                accepted.append(correct)
        documents.append((good, names))
        counted += names
    exact = sum(good for good, _ in documents)
    return {
        "kile": {
            "exact": exact / counted if counted else 1.0,
            "interval": interval(documents),
            "precision": right / given if given else 1.0,
            "recall": right / wanted if wanted else 1.0,
            "f1": f1(right, given, wanted),
            "whole_document": sum(good == names for good, names in documents) / len(documents),
        },
        "lir": _line_items(spec, examples, answers),
        "accepted": {"share": len(accepted) / counted, "right": sum(accepted) / len(accepted) if accepted else None},
        "straight_through": {f"{target:.2f}": straight_through(sure, target) for target in PRECISIONS}
        if sure
        else None,
        "calibration_error": calibration_error(sure) if sure else None,
        "reliability_bins": [asdict(part) for part in reliability_bins(sure)],
    }


def _line_items(
    spec: DocumentSpec, examples: Sequence[Example], answers: Sequence[Answer | None]
) -> dict[str, float] | None:
    """None where nothing is labelled, or where no system answer holds rows."""
    if spec.line_items is None or not any(answer and answer.line_items for answer in answers):
        return None
    columns = {name: part.type for name, part in spec.line_items.columns.items()}
    right = read = wanted = whole = documents = 0
    for example, answer in zip(examples, answers, strict=True):
        if example.label.line_items is not None:
            rows = answer.line_items if answer else ()
            counts = match_rows(example.label.line_items, rows, columns, example.label.line_items_visible)
            right, read, wanted = right + counts[0], read + counts[1], wanted + counts[2]
            documents, whole = documents + 1, whole + (counts[0] == counts[1] == counts[2])
    if not documents:
        return None
    return {
        "precision": right / read if read else 1.0,
        "recall": right / wanted if wanted else 1.0,
        "f1": f1(right, read, wanted),
        "whole_document": whole / documents,
    }


def _read(system: System, example: Example) -> Read:
    start, cpu = time.perf_counter(), time.process_time()
    answer: Answer | None = None
    error: str | None = None
    try:
        answer = system.answer(example)
    except Exception as found:  # whatever a foreign system raises is its failure on this document, and is counted
        error = type(found).__name__
    return Read(answer, error, (time.perf_counter() - start) * 1000, time.process_time() - cpu)


def _tokens(prepared: Prepared, answered: Sequence[Answer]) -> dict[str, float]:
    count = max(len(answered), 1)
    return {
        "prepare_input": prepared.tokens.input,
        "prepare_output": prepared.tokens.output,
        "document_input": sum(one.tokens.input for one in answered) / count,
        "document_output": sum(one.tokens.output for one in answered) / count,
        "requests": sum(one.tokens.requests for one in answered) / count,
    }


def _consistency(system: System, example: Example) -> dict[str, float] | None:
    """Entropy over repeated reads of one document; None where it cannot be read."""
    first = _read(system, example)
    if first.answer is None:
        return None
    repeats = FEW_REPEATS if first.answer.tokens.requests else MANY_REPEATS
    outputs = [_output(first.answer)]
    outputs += [_output(one.answer) for one in (_read(system, example) for _ in range(repeats - 1))]
    return {"repeats": repeats, "entropy": entropy(outputs), "reproducibility": reproducibility(outputs)}


def _output(answer: Answer | None) -> str:
    if answer is None:
        return "no answer"
    return repr((sorted(answer.fields.items()), [sorted(row.items()) for row in answer.line_items]))
