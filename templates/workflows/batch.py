"""A batch processor with checkpoints: a file of JSON lines in, one out; resumes exactly where it was.

Generated: `handle`. Killed at any moment and started again, it writes the same bytes as a run that nothing disturbed:
the checkpoint names how many lines were read and how long the output then was, and the output is cut back to that.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, cast

from templates.workflows.logic import Made, Values, own_functions

# --- generated functions begin ---
# --- generated functions end ---

Handle = Callable[[Values], Made]


class CheckpointError(RuntimeError):
    """A checkpoint that does not belong to this input or output."""


@dataclass(frozen=True)
class Checkpoint:
    """What is safely done: lines and bytes read, bytes written, lines that failed, of which input by which version."""

    source: str
    lines: int = 0
    read: int = 0
    written: int = 0
    failed: int = 0
    review: int = 0
    """Results that say `"status": "review"`."""


def process(
    source: Path,
    target: Path,
    every: int = 100,
    by: str = "",
    tell: Callable[[Checkpoint], None] = lambda done: None,
) -> Checkpoint:
    """Handle every line; a checkpoint (`TARGET.checkpoint`) every so many lines and at the end, which `tell` hears of.

    A line that is no JSON object, or whose handling raises, gives `{"failed": REASON}` in its place. Raises
    CheckpointError where the checkpoint is of another input or of another version than `by`, the output is shorter
    than it says, or another process writes it; OSError.
    """
    place = target.with_name(f"{target.name}.checkpoint")
    name = _name(source, by)
    with source.open("rb") as lines, target.open("ab") as results:
        _own(results, target)
        done = _read(place, name)
        _cut(results, done.written, target)
        lines.seek(done.read)
        for line in lines:
            text, failed, review = _result(line)
            done = Checkpoint(
                done.source,
                done.lines + 1,
                done.read + len(line),
                done.written + results.write(text),
                done.failed + failed,
                done.review + review,
            )
            if done.lines % every == 0:
                _keep(done, results, place)
                tell(done)
        _keep(done, results, place)
        tell(done)
    return done


def _result(line: bytes) -> tuple[bytes, bool, bool]:
    """The output for one line, whether it failed, and whether a person has to see it."""
    try:
        values = json.loads(line, parse_float=Decimal)
        if not isinstance(values, dict):
            raise TypeError("not an object")
        made = HANDLE(values)
        text = json.dumps(made, default=str, sort_keys=True, ensure_ascii=False)
        return text.encode() + b"\n", False, made.get("status") == "review"
    except Exception as error:  # whatever generated code raises is this line's result
        return json.dumps({"failed": type(error).__name__}).encode() + b"\n", True, False


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
        raise CheckpointError(f"{place}: of another input or version; remove it and its output to begin again")
    return done


def _own(results: BinaryIO, target: Path) -> None:
    """Keep other processes from the output until it is closed."""
    try:
        fcntl.flock(results, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CheckpointError(f"{target}: another process writes it; wait until that has ended") from None


def _cut(results: BinaryIO, length: int, target: Path) -> None:
    if results.seek(0, os.SEEK_END) < length:
        raise CheckpointError(f"{target}: shorter than its checkpoint says; remove both to begin again")
    results.truncate(length)
    results.seek(length)


def _name(source: Path, by: str) -> str:
    """SHA-256 of the input, and who handles it: where one changed, it is another batch."""
    with source.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()} {by}".strip()


def _no_handler(values: Values) -> Made:
    raise LookupError("nothing was generated for this template")


FUNCTIONS = own_functions(globals())
HANDLE = cast(Handle, FUNCTIONS.get("handle", _no_handler))
