"""Measure: an artifact on a golden folder, or the compiler itself by cross-validation."""

import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.candidate import Record
from extractors.climbed import Climbed
from extractors.extract import extract
from extractors.model import ExtractorModel
from factory.assemble import fill
from factory.causes import cause, most_common
from factory.evaluate_ladder import ladder_scores
from factory.folds import folds_of, split
from factory.generate.generator import Generator
from factory.golden import Example, Label, load_labels
from factory.prompt import assemble_prompt
from factory.propose import load_functions, propose_all
from factory.score import score_records
from factory.select import select
from factory.spec import DocumentSpec
from factory.train import train
from ocr.cache import read_cached
from ocr.document import Document
from ocr.hidden import hidden_words
from ocr.options import DEFAULTS
from ocr.read import read_document
from runtime.embedded import add, look
from runtime.load import LoadedArtifact
from runtime.local import HIDDEN_DPI, run

if TYPE_CHECKING:
    from runtime.ladder import LadderSetup


@dataclass(frozen=True)
class Timed:
    """A record, how long its document took to extract in milliseconds, and its pages."""

    record: Record
    extract_ms: float
    pages: int
    causes: Mapping[str, str] = field(default_factory=dict)
    """By field answered wrongly, why (`factory.causes`)."""
    climbed: Climbed | None = None


@dataclass(frozen=True)
class Read:
    """A document and how long it took to read, in milliseconds."""

    document: Document
    read_ms: float


def read_golden(folder: Path, limit: int | None = None, cache: Path | None = None) -> tuple[list[Example], list[float]]:
    """All examples, read over processes, and the milliseconds each took. Raises GoldenError and ReadError.

    Pages that OCR read are kept in `cache`, if one is given, and not read again.
    """
    labels = load_labels(folder)[:limit]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        found = list(pool.map(partial(_read, cache), [label.path for label in labels], chunksize=4))
    examples = [Example(label, one.document) for label, one in zip(labels, found, strict=True)]
    return examples, [one.read_ms for one in found]


def evaluate(
    spec: DocumentSpec,
    artifact: LoadedArtifact,
    examples: Sequence[Example],
    read_ms: Sequence[float],
    embedded: bool = False,
    ladder: "LadderSetup | None" = None,
) -> dict[str, Any]:
    """The object that `factory eval --json` prints. `embedded`: use structured invoice data inside the files, too.

    With a `ladder`, doubtful fields climb it, and the object tells what that took (see `factory.evaluate_ladder`).
    """
    timed = [_run(spec, artifact, example, ladder) for example in examples]
    if embedded:
        timed = [_with_embedded(artifact, one, example) for one, example in zip(timed, examples, strict=True)]
    result = to_json(spec, [example.label for example in examples], timed, read_ms)
    if ladder is not None:
        before = [_run(spec, artifact, example, None).record for example in examples]
        climbs = [one.climbed or Climbed() for one in timed]
        result |= ladder_scores(
            spec, [example.label for example in examples], before, [one.record for one in timed], climbs
        )
    return result


def crossval(
    spec: DocumentSpec,
    examples: Sequence[Example],
    generator: Generator,
    read_ms: Sequence[float],
    count: int,
    key: str | None,
    most: int | None = None,
) -> dict[str, Any]:
    """Compile on all folds but one, read that one, for each fold; then score all documents together.

    `key` keeps documents that share it (a field, or any other key of the label line) in one fold; None: none do.
    `most`: learn from so many examples only, drawn evenly, to see how far few examples get.
    """
    groups = [example.label.group(key) if key else example.label.path.name for example in examples]
    folds = split(groups, count)
    timed: dict[int, Timed] = {}
    for fold in folds.numbers:
        training = _drawn([example for place, example in enumerate(examples) if folds.of[place] != fold], most)
        places = [place for place in range(len(examples)) if folds.of[place] == fold]
        answers = _compile_and_read(spec, training, generator, [examples[place] for place in places])
        timed.update(zip(places, answers, strict=True))
    ordered = [timed[place] for place in range(len(examples))]
    return to_json(spec, [example.label for example in examples], ordered, read_ms)


def to_json(
    spec: DocumentSpec, labels: Sequence[Label], timed: Sequence[Timed], read_ms: Sequence[float]
) -> dict[str, Any]:
    """Scores, latencies a page and tokens."""
    per_page = sorted(one.extract_ms / max(one.pages, 1) for one in timed)
    read = sorted(ms / max(one.pages, 1) for ms, one in zip(read_ms, timed, strict=True))
    return {
        **score_records(spec, labels, [one.record for one in timed]),
        "errors": most_common([one.causes for one in timed]),
        "decision": None,
        "latency_ms": {
            "read_p50": round(_quantile(read, 0.5), 3),
            "extract_p50": round(_quantile(per_page, 0.5), 3),
            "extract_p99": round(_quantile(per_page, 0.99), 3),
        },
        "tokens": 0,
    }


def _drawn(examples: Sequence[Example], most: int | None) -> list[Example]:
    """`most` of the examples, evenly spread over the order of their documents' hashes: the same on every run."""
    if most is None or most >= len(examples):
        return list(examples)
    ordered = sorted(examples, key=lambda example: (example.document.sha256, example.label.path.name))
    return [ordered[place * len(ordered) // most] for place in range(most)]


def _compile_and_read(
    spec: DocumentSpec, training: Sequence[Example], generator: Generator, held_out: Sequence[Example]
) -> list[Timed]:
    prompt = assemble_prompt(select(spec), spec, training)
    generated = generator.write(prompt, (), None)
    source = fill(prompt.plan.template_source, generated.source)
    candidates = propose_all(source, list(spec.fields), training)
    trained = train(spec, training, candidates, folds_of(spec, training), generated.line_items)
    functions, line_items = load_functions(source)
    return [_extract(spec, functions, line_items, trained.model, example) for example in held_out]


def _extract(
    spec: DocumentSpec, functions: Mapping[str, Any], line_items: Any, model: ExtractorModel, example: Example
) -> Timed:
    document = Document(example.document.pages, example.document.sha256)  # without what an earlier run left in its memo
    start = time.perf_counter()
    record = extract(document, functions, line_items, model)
    spent = (time.perf_counter() - start) * 1000
    return Timed(record, spent, len(document.pages), _causes(spec, functions, record, document, example.label))


def _causes(
    spec: DocumentSpec, functions: Mapping[str, Any], record: Record, document: Document, label: Label
) -> dict[str, str]:
    causes = {}
    for name, part in spec.fields.items():
        if label.counts(name):
            value = record.fields[name].value
            if why := cause(part.type, label.fields[name], value, functions[name](document)):
                causes[name] = why
    return causes


def _run(spec: DocumentSpec, artifact: LoadedArtifact, example: Example, ladder: "LadderSetup | None") -> Timed:
    """The path that is deployed, hidden words and passages that speak to a model left out."""
    fresh = Document(example.document.pages, example.document.sha256)  # without what an earlier run left in its memo
    hidden = hidden_words(example.label.path, replace(DEFAULTS, dpi=HIDDEN_DPI))
    done = run(artifact, fresh, ladder=ladder, path=example.label.path, hidden=hidden)
    causes = _causes(spec, artifact.functions, done.record, fresh, example.label)
    return Timed(done.record, done.extract_ms, len(fresh.pages), causes, done.climbed)


def _with_embedded(artifact: LoadedArtifact, timed: Timed, example: Example) -> Timed:
    found = look(example.label.path, DEFAULTS)
    return replace(timed, record=add(found, timed.record, artifact.shape, artifact.model))


def _read(cache: Path | None, path: Path) -> Read:
    start = time.perf_counter()
    document = read_document(path) if cache is None else read_cached(path, cache)
    return Read(Document(document.pages, document.sha256), (time.perf_counter() - start) * 1000)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
