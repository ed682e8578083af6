"""How soon drift is seen, how often without cause, and whether the right field is named.

Synthetic streams with a known change point go through a compiled artifact, record by record, as in production: the
delay is in documents from the change to the alarm.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.drift_documents import CHANGES, SPEC, Bill, make_bill
from extractors.candidate import Kind
from extractors.extract import extract
from factory.artifact import build
from factory.assemble import fill
from factory.folds import folds_of
from factory.generate.examples import ExampleGenerator
from factory.golden import Example, Label
from factory.prompt import assemble_prompt
from factory.propose import propose_all
from factory.select import select
from factory.spec import DocumentSpec, parse_spec
from factory.train import train
from monitoring.drift import Alarm, DriftMonitor, blame
from monitoring.window import Window
from ocr.document import Document
from ocr.profile import profile_of
from runtime.artifact import Artifact
from runtime.load import load_artifact
from runtime.outcome import Extraction

GOLDEN, FIRST = 90, 400
"""Documents that are learned from, and of the first production window."""


@dataclass(frozen=True)
class Subject:
    """A compiled extractor and the reference its streams are compared with."""

    artifact: Artifact
    bills: tuple[Bill, ...]
    """Those that it was learned from."""
    read: Callable[[Document], Extraction]
    kinds: dict[str, Kind]
    reference: Window


def measure(
    seeds: int = 5,
    streams: int = 2,
    quiet: int = 6_000,
    length: int = 600,
    seed: int = 7,
    subject: Subject | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Delay, false alarms and blame for each change, over `seeds` extractors that are learned from other documents.

    Each goes through `streams` streams of `length` documents a change, and a quiet one of `quiet` documents. A
    `subject` that is prepared already stands for the only seed.
    """
    start = time.perf_counter()
    runs: dict[str, list[_Run]] = {change: [] for change in CHANGES if change != "quiet"}
    false: list[str] = []
    for place in range(1 if subject else seeds):
        number = seed + place
        progress(f"seed {number}")
        one = subject or prepare(number)
        for change, found in runs.items():
            found += [_detect(one, change, length, number * 1000 + part) for part in range(streams)]
        false += [f"seed {number}: {alarm.field} {alarm.detector}" for alarm in _quiet(one, quiet, number)]
    changes = {change: _summary(found, CHANGES[change]) for change, found in runs.items()}
    blamed = [name == found["wanted"] for found in changes.values() for name in found["blamed"]]
    documents = quiet * (1 if subject else seeds)
    return {
        "seeds": [seed + place for place in range(1 if subject else seeds)],
        "changes": changes,
        "blamed_right": sum(blamed) / len(blamed),
        "quiet_documents": documents,
        "false_alarms": len(false),
        "false_alarms_per_10000": 10_000 * len(false) / documents,
        "false": false,
        "early_alarms": sum(found["early_alarms"] for found in changes.values()),
        "seconds": round(time.perf_counter() - start, 1),
    }


def prepare(seed: int) -> Subject:
    """Learn an extractor from made-up bills, and count its reference window."""
    spec = parse_spec(SPEC, "bill")
    chance = random.Random(f"{seed}/golden")  # noqa: S311  # made-up documents, no secrets
    bills = [make_bill(chance) for _ in range(GOLDEN)]
    examples = [Example(Label(Path(f"{n}.txt"), bill.fields), bill.document) for n, bill in enumerate(bills)]
    artifact = _learn(spec, examples)
    loaded = load_artifact(artifact)

    def read(document: Document) -> Extraction:
        record = extract(document, loaded.functions, loaded.line_items, loaded.model)
        return Extraction(document.sha256, record, len(document.pages), 0, 0.0, 0.0, profile=profile_of(document))

    kinds = {name: part.type for name, part in spec.fields.items()}
    reference = Window()
    for number in range(FIRST):
        made = read(make_bill(chance).document)
        reference.add(made.record, made.profile, kinds, f"reference-{number}")
    return Subject(artifact, tuple(bills), read, kinds, reference)


def _learn(spec: DocumentSpec, examples: Sequence[Example]) -> Artifact:
    prompt = assemble_prompt(select(spec), spec, examples)
    generated = ExampleGenerator().write(prompt, (), None)
    source = fill(prompt.plan.template_source, generated.source)
    trained = train(spec, examples, propose_all(source, list(spec.fields), examples), folds_of(spec, examples))
    return build(prompt, SPEC, source, generated, trained)


@dataclass(frozen=True)
class _Run:
    delay: int | None
    blamed: str
    before: int


def _detect(subject: Subject, change: str, length: int, seed: int) -> _Run:
    """A quiet stretch, then the change; the new vendor's share grows from nothing to its full 30 %."""
    monitor = DriftMonitor(subject.reference, subject.kinds)
    chance = random.Random(f"{seed}/{change}")  # noqa: S311  # made-up documents, no secrets
    quiet = 200 + chance.randrange(100)
    early = 0
    for number in range(quiet + length):
        now = change if number >= quiet else "quiet"
        if change == "new_vendor" and chance.random() > (number - quiet) / 200:
            now = "quiet"
        made = subject.read(make_bill(chance, now).document)
        alarms = monitor.add(made.record, made.profile, f"{number}")
        if alarms and number < quiet:
            early += len(alarms)
        elif alarms:
            return _Run(number + 1 - quiet, blame(list(monitor.alarms.values()), monitor.findings), early)
    return _Run(None, "", early)


def _summary(runs: Sequence[_Run], wanted: str) -> dict[str, Any]:
    delays = sorted(run.delay for run in runs if run.delay is not None)
    return {
        "streams": len(runs),
        "detected": len(delays),
        "delay_median": delays[len(delays) // 2] if delays else None,
        "delay_worst": delays[-1] if len(delays) == len(runs) else None,
        "early_alarms": sum(run.before for run in runs),
        "wanted": wanted,
        "blamed": sorted(run.blamed for run in runs),
    }


def _quiet(subject: Subject, count: int, seed: int) -> list[Alarm]:
    monitor = DriftMonitor(subject.reference, subject.kinds)
    chance = random.Random(f"{seed}/quiet")  # noqa: S311  # made-up documents, no secrets
    raised: list[Alarm] = []
    for number in range(count):
        made = subject.read(make_bill(chance).document)
        raised += monitor.add(made.record, made.profile, f"{number}")
    return raised
