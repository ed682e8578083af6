"""Run an artifact in this process: on a document that was read already, or on a file."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from extractors.candidate import Record
from extractors.extract import extract
from ocr.document import Document
from ocr.options import DEFAULTS, ReadOptions
from ocr.read import read_document
from runtime.embedded import add, alone, look
from runtime.load import LoadedArtifact
from runtime.outcome import Extraction


@dataclass(frozen=True)
class RunResult:
    """A record, and how long extracting took in milliseconds (reading not counted)."""

    record: Record
    extract_ms: float


def run(artifact: LoadedArtifact, document: Document) -> RunResult:
    """Extract all fields. Pure: the same artifact and document give the same record.

    Raises whatever a generated function raises.
    """
    start = time.perf_counter()
    record = extract(document, artifact.functions, artifact.line_items, artifact.model)
    return RunResult(record, (time.perf_counter() - start) * 1000)


def run_file(artifact: LoadedArtifact, path: Path, options: ReadOptions = DEFAULTS) -> Extraction:
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
    read_ms = (time.perf_counter() - start) * 1000
    result = run(artifact, document)
    record = add(embedded, result.record, artifact.shape, artifact.model)
    return Extraction(document.sha256, record, len(document.pages), path.stat().st_size, read_ms, result.extract_ms)


def hash_file(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes: the identity of a document. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
