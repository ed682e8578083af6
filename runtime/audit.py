"""The audit log: who did what to which document, record or artifact, and when; never a value.

One JSON line an entry, chained: each entry holds the hash of the one before, so that changing, removing or inserting
one breaks every later link. A small file beside the log notes its last entry, so that cutting off the end shows too.
"""

import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.errors import AuditError
from runtime.files import home, locked, write_atomic

START = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True)
class Entry:
    """One action. `subjects` are ids (of documents, records, artifacts, review items), never values or paths."""

    sequence: int
    time: str
    actor: str
    action: str
    subjects: tuple[str, ...]
    previous: str
    hash: str


@dataclass(frozen=True)
class Chain:
    """The outcome of a verification: how many entries hold, and what is wrong with the first one that does not."""

    entries: int
    fault: str | None

    @property
    def whole(self) -> bool:
        return self.fault is None


class AuditLog:
    """The log at `path`; by default `audit.jsonl` in the home folder. Any number of processes may append at once."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / "audit.jsonl"
        self._head = self.path.with_suffix(".head")

    def append(self, action: str, subjects: Sequence[str] = (), actor: str | None = None) -> Entry:
        """Add one entry; on disk when this returns. Raises AuditError where the log cannot be written."""
        try:
            with locked(self.path.with_suffix(".lock")):
                entry = self._next(action, tuple(subjects), actor or default_actor())
                self._write(entry)
                write_atomic(self._head, json.dumps([entry.sequence, entry.hash]).encode())
        except OSError as error:
            raise AuditError(f"{self.path}: cannot be written ({error.strerror}); nothing was done") from None
        return entry

    def verify_chain(self) -> Chain:
        """Check every link from the first entry on."""
        previous, count = START, 0
        for line in self._lines():
            entry = _parse(line)
            if entry is None or entry.hash != _hash(entry):
                return Chain(count, f"entry {count + 1} was changed")
            if entry.previous != previous or entry.sequence != count + 1:
                return Chain(count, f"entry {count + 1} does not follow the one before: entries are missing or moved")
            previous, count = entry.hash, count + 1
        sequence, head = self._noted()
        if sequence > count:
            return Chain(count, f"entries after {count} are missing: the log once had {sequence}")
        if sequence == count and head != previous:
            return Chain(count, f"entry {count} is not the one that was noted as the last")
        return Chain(count, None)

    def entries(self) -> Iterator[Entry]:
        """All entries, oldest first. Raises AuditError at the first that cannot be read."""
        for number, line in enumerate(self._lines(), start=1):
            entry = _parse(line)
            if entry is None:
                raise AuditError(f"{self.path}:{number}: damaged; `factory doctor` shows the first broken link")
            yield entry

    def _lines(self) -> Iterator[bytes]:
        """Whole lines. A last one without its end was never acknowledged: the process died while writing it."""
        if self.path.exists():
            with self.path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        yield line

    def _next(self, action: str, subjects: tuple[str, ...], actor: str) -> Entry:
        last = self._last()
        sequence, previous = (last.sequence + 1, last.hash) if last else (1, START)
        if last is None and self._noted()[0]:
            raise AuditError(f"{self.path}: entries are missing; restore the log before going on (`factory doctor`)")
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = Entry(sequence, time, actor, action, subjects, previous, "")
        return Entry(sequence, time, actor, action, subjects, previous, _hash(entry))

    def _last(self) -> Entry | None:
        """The last whole entry, read from the end. An unfinished line after it is cut off."""
        if not self.path.exists():
            return None
        with self.path.open("rb+") as file:
            size, tail = file.seek(0, os.SEEK_END), b""
            start = size
            while start > 0 and tail.rstrip(b"\n").count(b"\n") < 2:
                start = max(0, start - 65536)
                file.seek(start)
                tail = file.read(size - start)
            whole = tail[: tail.rfind(b"\n") + 1]
            file.truncate(size - len(tail) + len(whole))
        lines = whole.splitlines()
        if not lines:
            return None
        entry = _parse(lines[-1])
        if entry is None:
            raise AuditError(f"{self.path}: its last entry is damaged; `factory doctor` shows the first broken link")
        return entry

    def _write(self, entry: Entry) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            data = (json.dumps(vars(entry), ensure_ascii=False) + "\n").encode()
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def _noted(self) -> tuple[int, str]:
        try:
            sequence, head = json.loads(self._head.read_text())
            return int(sequence), str(head)
        except FileNotFoundError:
            return 0, START
        except (ValueError, TypeError):
            raise AuditError(f"{self._head}: damaged; restore it together with {self.path.name}") from None


def default_actor() -> str:
    """The account that runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def _parse(line: bytes) -> Entry | None:
    try:
        data: dict[str, Any] = json.loads(line)
        entry = Entry(**{**data, "subjects": tuple(data["subjects"])})
    except (ValueError, KeyError, TypeError):
        return None
    return entry if isinstance(entry.sequence, int) else None


def _hash(entry: Entry) -> str:
    """SHA-256 over the entry without its own hash, as JSON with sorted keys."""
    data = {name: value for name, value in vars(entry).items() if name != "hash"}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
