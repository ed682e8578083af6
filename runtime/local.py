"""Run an artifact in this process: on a document that was read already, or on a file."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.candidate import CheckResult, Record
from extractors.climbed import Climbed
from extractors.extract import extract
from extractors.guard import barring, guarded
from ocr.document import Document
from ocr.hidden import HiddenWord, hidden_words
from ocr.options import DEFAULTS, ReadOptions
from ocr.profile import profile_of
from ocr.read import read_document
from runtime.embedded import add, alone, look
from runtime.load import LoadedArtifact
from runtime.outcome import Extraction

if TYPE_CHECKING:
    from runtime.ladder import LadderSetup

GATE = "input_gate"
"""Name of the check that fails where words were left out: hidden ones, or a passage that speaks to a model."""
HIDDEN_DPI = 72
"""Enough to see whether there is ink where a word should stand."""


@dataclass(frozen=True)
class RunResult:
    """A record, and how long extracting took in milliseconds (reading and the ladder not counted)."""

    record: Record
    extract_ms: float
    climbed: Climbed | None = None
    """What the ladder took; None where it was not asked for."""
    findings: tuple[str, ...] = ()
    """What the input gate left out of the document, by identifiers."""


def run(
    artifact: LoadedArtifact,
    document: Document,
    *,
    ladder: "LadderSetup | None" = None,
    path: Path | None = None,
    hidden: Sequence[HiddenWord] = (),
) -> RunResult:
    """Extract all fields; with a `ladder`, carry the doubtful ones up. Without one it is pure: same in, same out.

    Words in `hidden`, and passages that speak to a model, are left out before anything reads the document. `path` is
    the document's file, for rungs that look at its picture. Raises whatever a generated function raises.
    """
    start = time.perf_counter()
    seen = guarded(document, artifact.gates, hidden)
    record = extract(seen.document, artifact.functions, artifact.line_items, artifact.model)
    elapsed = (time.perf_counter() - start) * 1000
    climbed = None
    if ladder is not None:
        from runtime.ladder import climb_document  # imported late: model clients take a second to load

        barred = barring(seen.findings, artifact.gates)
        record, climbed = climb_document(ladder, artifact, seen.document, record, path, barred=barred)
    return RunResult(_told(record, seen.findings), elapsed, climbed, seen.findings)


def run_file(
    artifact: LoadedArtifact, path: Path, options: ReadOptions = DEFAULTS, ladder: "LadderSetup | None" = None
) -> Extraction:
    """Read a file, its page and its embedded invoice data if it has any, and extract.

    Raises ReadError and OSError (reading), and whatever a generated function raises.
    """
    start = time.perf_counter()
    embedded = look(path, options)
    if embedded.invoice is not None and embedded.alone:
        read_ms = (time.perf_counter() - start) * 1000
        record = alone(embedded.invoice, artifact.shape, artifact.model)
        return Extraction(hash_file(path), record, 0, path.stat().st_size, read_ms, 0.0)
    document = read_document(path, options)
    hidden = hidden_words(path, replace(options, dpi=HIDDEN_DPI))
    read_ms = (time.perf_counter() - start) * 1000
    result = run(artifact, document, ladder=ladder, path=path, hidden=hidden)
    record = add(embedded, result.record, artifact.shape, artifact.model)
    if embedded.invoice is not None:
        record = _told(record, result.findings)
    size = path.stat().st_size
    return Extraction(
        document.sha256,
        record,
        len(document.pages),
        size,
        read_ms,
        result.extract_ms,
        climbed=result.climbed,
        profile=profile_of(document),
    )


def hash_file(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes: the identity of a document. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _told(record: Record, findings: Sequence[str]) -> Record:
    """The record, with a failed check that names what was left out of its document."""
    if not findings or any(check.name == GATE for check in record.checks):
        return record
    message = f"left out of the document: {', '.join(findings)}"
    return replace(record, checks=(*record.checks, CheckResult(GATE, False, message)))
