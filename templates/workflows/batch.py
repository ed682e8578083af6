"""A batch processor with checkpoints: a file of JSON lines in, one out; resumes exactly where it was.

Generated: `handle`. Killed at any moment and started again, it writes the same bytes as a run that nothing disturbed:
the checkpoint names how many lines were read and how long the output then was, and the output is cut back to that.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from templates.workflows.logic import Made, Values, own_functions

# --- generated functions begin ---
# --- generated functions end ---

Handle = Callable[[Values], Made]


class CheckpointError(RuntimeError):
    """A checkpoint that does not belong to this input or output."""


@dataclass(frozen=True)
class Checkpoint:
    """What is safely done: lines and bytes read, bytes written, lines that failed, the input's name for itself."""

    source: str
    lines: int = 0
    read: int = 0
    written: int = 0
    failed: int = 0


def process(source: Path, target: Path, every: int = 100) -> Checkpoint:
    """Handle every line; a checkpoint (`TARGET.checkpoint`) every so many lines and at the end.

    A line that is no JSON object, or whose handling raises, gives `{"failed": REASON}` in its place. Raises
    CheckpointError where the checkpoint is of another input, or the output is shorter than it says; OSError.
    """
    place = target.with_name(f"{target.name}.checkpoint")
    done = _read(place, _name(source))
    with source.open("rb") as lines, target.open("ab") as results:
        _cut(results, done.written, target)
        lines.seek(done.read)
        for line in lines:
            text, failed = _result(line)
            written = done.written + results.write(text)
            done = Checkpoint(done.source, done.lines + 1, done.read + len(line), written, done.failed + failed)
            if done.lines % every == 0:
                _keep(done, results, place)
        _keep(done, results, place)
    return done


def _result(line: bytes) -> tuple[bytes, bool]:
    """The output for one line, and whether it failed."""
    try:
        values = json.loads(line, parse_float=Decimal)
        if not isinstance(values, dict):
            raise TypeError("not an object")
        made: Made = HANDLE(values)
        text, failed = json.dumps(made, default=str, sort_keys=True, ensure_ascii=False), False
    except Exception as error:  # whatever generated code raises is this line's result
        text, failed = json.dumps({"failed": type(error).__name__}), True
    return text.encode() + b"\n", failed


def _keep(done: Checkpoint, results: BinaryIO, place: Path) -> None:
    """The output first, on disk; then the checkpoint, by one rename."""
    results.flush()
    os.fsync(results.fileno())
    work = place.with_name(f"{place.name}.new")
    with work.open("wb") as file:
        file.write(json.dumps(asdict(done)).encode())
        file.flush()
        os.fsync(file.fileno())
    work.replace(place)


def _read(place: Path, source: str) -> Checkpoint:
    if not place.exists():
        return Checkpoint(source)
    done = Checkpoint(**json.loads(place.read_bytes()))
    if done.source != source:
        raise CheckpointError(f"{place}: of another input; remove it and its output to begin again")
    return done


def _cut(results: BinaryIO, length: int, target: Path) -> None:
    if results.seek(0, os.SEEK_END) < length:
        raise CheckpointError(f"{target}: shorter than its checkpoint says; remove both to begin again")
    results.truncate(length)
    results.seek(length)


def _name(source: Path) -> str:
    """SHA-256 of the input: a changed input is another batch."""
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _no_handler(values: Values) -> Made:
    raise LookupError("nothing was generated for this template")


_functions: Mapping[str, Any] = own_functions(globals())
HANDLE: Handle = _functions.get("handle", _no_handler)
