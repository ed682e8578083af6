"""How fast documents become records: the fast path a page, PDF to stored record, memory and time over a long batch.

All figures of one call come from one run on one machine; ratios hold elsewhere, absolute times do not.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from extractors.guard import guarded
from ocr.document import Document
from ocr.hidden import hidden_words
from ocr.options import ReadOptions
from ocr.read import read_document
from runtime.batch import BatchOptions, run_batch
from runtime.load import LoadedArtifact, load_artifact
from runtime.local import HIDDEN_DPI, run
from runtime.registry import Registry
from runtime.store import Store

REPEATS = 5
"""Each document is extracted so often; the fastest counts, as what disturbs only ever slows down."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a page, over documents: by the clock, and the processor's own time (`cpu`)."""

    read_p50: float
    read_p99: float
    extract_p50: float
    extract_p99: float
    extract_cpu_p50: float
    guard_cpu_p50: float
    """The part of it that looks for passages that speak to a model."""
    hidden_cpu_p50: float
    """Looking for hidden words in the file, which comes on top of reading."""
    documents: int
    pages: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """One batch: files to stored records. Memory is the parent process's resident set, in MB."""

    documents: int
    pages: int
    failed: int
    seconds: float
    pages_per_second: float
    memory_start_mb: float
    memory_end_mb: float


def measure(
    registry: Registry, name: str, paths: Sequence[Path], documents: int, workers: int | None = None
) -> dict[str, Any]:
    """Latency on `paths`, and throughput of batches of `documents` and half as many files made from them."""
    artifact = load_artifact(registry.resolve(name))
    half, whole = (batch(registry, name, paths, count, workers) for count in (documents // 2, documents))
    return {
        "artifact": artifact.id,
        "workers": workers or os.cpu_count(),
        "latency_ms_a_page": asdict(latency(artifact, paths)),
        "batch": asdict(whole),
        "half_batch": asdict(half),
        "time_ratio_of_double": round(whole.seconds / half.seconds, 3) if half.seconds else None,
    }


def latency(artifact: LoadedArtifact, paths: Sequence[Path]) -> Latency:
    """The fast path alone, in this process: no store, no worker."""
    read: list[float] = []
    extract: list[float] = []
    cpu: list[float] = []
    guard: list[float] = []
    hidden: list[float] = []
    pages = 0
    for path in paths:
        start = time.perf_counter()
        document = read_document(path)
        count = max(len(document.pages), 1)
        read.append((time.perf_counter() - start) * 1000 / count)
        extract.append(min(_fresh(artifact, document) for _ in range(REPEATS)) / count)
        cpu.append(_cpu(_fresh, artifact, document) / count)
        guard.append(_cpu(guarded, document, artifact.gates) / count)
        hidden.append(_cpu(hidden_words, path, ReadOptions(dpi=HIDDEN_DPI)) / count)
        pages += count
    read.sort()
    extract.sort()
    middle, end = len(read) // 2, min(int(0.99 * len(read)), len(read) - 1)
    return Latency(
        read_p50=round(read[middle], 3),
        read_p99=round(read[end], 3),
        extract_p50=round(extract[middle], 3),
        extract_p99=round(extract[end], 3),
        extract_cpu_p50=round(median(cpu), 3),
        guard_cpu_p50=round(median(guard), 3),
        hidden_cpu_p50=round(median(hidden), 3),
        documents=len(read),
        pages=pages,
    )


def batch(registry: Registry, name: str, paths: Sequence[Path], documents: int, workers: int | None) -> Throughput:
    """A batch of `documents` files, made from `paths` with other bytes, so that none is known already."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = _copies(paths, documents, Path(folder) / "inbox")
        store = Store(f"sqlite:///{folder}/store.sqlite")
        options = BatchOptions(workers=workers or os.cpu_count() or 1)
        before = memory_mb()
        report = run_batch(registry, name, inbox, store, options=options)
        return Throughput(
            report.recorded, report.pages, report.failed, round(report.seconds, 3),
            round(report.pages / report.seconds, 2), before, memory_mb(),
        )  # fmt: skip


def _copies(paths: Sequence[Path], count: int, folder: Path) -> list[Path]:
    folder.mkdir()
    made = []
    for number in range(count):
        source = paths[number % len(paths)]
        target = folder / f"{number:06}-{source.name}"
        shutil.copyfile(source, target)
        with target.open("ab") as file:
            file.write(f"\n% {number}\n".encode())  # a comment after the end: another document, the same pages
        made.append(target)
    return made


def _fresh(artifact: LoadedArtifact, document: Document) -> float:
    """Milliseconds of one run on a document that remembers nothing."""
    return run(artifact, Document(document.pages, document.sha256)).extract_ms


def _cpu(work: Callable[..., object], *arguments: object) -> float:
    """Milliseconds of this process's own time that the fastest of `REPEATS` runs took."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work(*arguments)
        times.append(time.process_time() - start)
    return min(times) * 1000


def memory_mb() -> float:
    """Resident set of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
