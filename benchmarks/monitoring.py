"""What metrics and drift cost: their share of a batch's time, and memory over a long stream.

Both parts of the share come from one run, so that it holds on other machines: the processor time of a batch with its
workers, and within it the time that the observers took, plus what the workers took to profile pages for drift.
"""

import gc
import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from reportlab.pdfgen.canvas import Canvas

from benchmarks.drift import Subject
from benchmarks.drift_documents import make_bill
from benchmarks.speed import memory_mb
from monitoring.metrics import Metrics, MetricsObserver, Observers
from monitoring.watch import DriftObserver
from ocr.document import Document
from ocr.profile import profile_of
from runtime.audit import AuditLog
from runtime.batch import BatchOptions, run_batch
from runtime.observer import NoObserver
from runtime.outcome import Outcome
from runtime.registry import Registry
from runtime.store import Store

Form = Literal["pdf", "text"]
SUFFIXES: dict[Form, str] = {"pdf": "pdf", "text": "txt"}
VARIETY = 200
"""Different documents of the long stream; each has a hash of its own."""


class Timed(NoObserver):
    """Passes everything on, and adds up the processor seconds that it takes."""

    def __init__(self, inner: Observers) -> None:
        self.seconds = 0.0
        self._inner = inner

    def batch_started(self, artifact: str, name: str) -> None:
        """Pass it on."""
        self._timed(self._inner.batch_started, artifact, name)

    def document_started(self, document: str) -> None:
        """Pass it on."""
        self._timed(self._inner.document_started, document)

    def document_finished(self, outcome: Outcome) -> None:
        """Pass it on."""
        self._timed(self._inner.document_finished, outcome)

    def document_failed(self, outcome: Outcome) -> None:
        """Pass it on."""
        self._timed(self._inner.document_failed, outcome)

    def stage(self, name: str, milliseconds: float) -> None:
        """Pass it on."""
        self._timed(self._inner.stage, name, milliseconds)

    def _timed(self, event: Callable[..., None], *what: Any) -> None:
        start = time.thread_time()
        event(*what)
        self.seconds += time.thread_time() - start


def overhead(subject: Subject, documents: int = 1000, seed: int = 7, form: Form = "pdf") -> dict[str, Any]:
    """The share of metrics and drift in the processor time of one batch of made-up bills of one page.

    As PDFs, or as plain texts, which are the quickest to read: of no other batch is the share larger.
    """
    chance = random.Random(f"{seed}/overhead")  # noqa: S311  # made-up documents, no secrets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        registry = Registry(folder / "registry")
        registry.publish(subject.artifact)
        bills = [make_bill(chance).document for _ in range(documents)]
        paths = [folder / f"{place:06}.{SUFFIXES[form]}" for place in range(documents)]
        for path, bill in zip(paths, bills, strict=True):
            _print(bill, path, form)
        metrics = Metrics()
        watch = Timed(Observers([MetricsObserver(metrics), DriftObserver(subject.kinds, metrics, folder)]))
        store, audit = Store(f"sqlite:///{folder}/store.sqlite"), AuditLog(folder / "audit.jsonl")
        start = _processor_seconds()
        report = run_batch(registry, "bill", paths, store, options=BatchOptions(2), observer=watch, audit=audit)
        spent = _processor_seconds() - start
        store.close()
    sample = bills[:VARIETY]
    start = time.thread_time()
    for bill in sample:
        profile_of(bill)
    profile = (time.thread_time() - start) / len(sample) * documents
    return {
        "documents": documents,
        "recorded": report.recorded,
        "batch_seconds": round(spent, 3),
        "observer_seconds": round(watch.seconds, 3),
        "profile_seconds": round(profile, 3),
        "share": round((watch.seconds + profile) / spent, 4),
    }


def memory(subject: Subject, documents: int = 100_000, seed: int = 7) -> dict[str, Any]:
    """Resident memory while records of a quiet stream pass the observers: after a tenth of them, and at the end."""
    chance = random.Random(f"{seed}/memory")  # noqa: S311  # made-up documents, no secrets
    made = [subject.read(make_bill(chance).document) for _ in range(VARIETY)]
    metrics = Metrics()
    with tempfile.TemporaryDirectory() as folder:
        watch = Observers([MetricsObserver(metrics), DriftObserver(subject.kinds, metrics, Path(folder))])
        watch.batch_started(subject.artifact.address, "bill")
        start, early = time.perf_counter(), 0.0
        for place in range(documents):
            identity = hashlib.sha256(str(place).encode()).hexdigest()
            extraction = replace(chance.choice(made), document=identity)
            watch.document_started(identity)
            watch.document_finished(Outcome(place, f"{place}", "recorded", identity, extraction=extraction))
            if place + 1 == documents // 10:
                gc.collect()
                early = memory_mb()
        gc.collect()
        late = memory_mb()
    return {
        "documents": documents,
        "early_mb": early,
        "end_mb": late,
        "grown_mb": round(late - early, 1),
        "microseconds_a_document": round((time.perf_counter() - start) / documents * 1e6, 1),
    }


def _print(document: Document, path: Path, form: Form) -> None:
    """The document's page as a PDF with a text layer, or as the plain text that it was made from."""
    page = document.pages[0]
    if form == "text":
        lines: dict[int, str] = {}
        for word in page.words:
            row, column = int(word.y0 / 12), int(word.x0 / 6)
            lines[row] = lines.get(row, "").ljust(column) + word.text
        path.write_text("\n".join(lines.get(row, "") for row in range(max(lines) + 1)), encoding="utf-8")
        return
    canvas = Canvas(str(path), pagesize=(page.width, page.height), invariant=1)
    for word in page.words:
        canvas.drawString(word.x0, page.height - word.y1, word.text)
    canvas.save()


def _processor_seconds() -> float:
    """Of this process and of its workers that have ended."""
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + workers.ru_utime + workers.ru_stime
