"""Run an artifact of a template that handles values: a file, a stream of lines, one request, or records to validate.

Cases are JSON objects that map input names to values. What comes out is for whoever sent them: results hold values
only where `input_validator` gives records back. A case that needs a person is kept as a record too, and waits in the
review queue (`runtime.handled`). The audit log notes each run by the artifact, and of files their
SHA-256 too, so that a result can be held against the chain.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from runtime.artifact import Artifact, template_of
from runtime.audit import AuditLog
from runtime.errors import RunError, UsageError
from runtime.load import LoadedWorkflow, load_workflow

Tell = Callable[[int, int], None]
"""Hears of progress: lines done, bytes of the input read."""
Keep = Callable[[Mapping[str, Any]], None]
"""Keeps a case for a person; before it is answered, so that an answer is never ahead of the queue."""


@dataclass(frozen=True)
class Handled:
    """What a run did: cases, those that failed, those that a person has to see."""

    cases: int
    failed: int
    review: int = 0


def open_handler(artifact: Artifact, template: str) -> LoadedWorkflow:
    """A verified artifact of this template. Raises UsageError where it is of another one."""
    found = template_of(artifact.manifest)
    if found != template:
        raise UsageError(f"{artifact.name} fills the template {found!r}, not {template!r}")
    return load_workflow(artifact)


def batch(
    loaded: LoadedWorkflow, source: Path, target: Path, keep: Keep, tell: Tell = lambda lines, read: None
) -> Handled:
    """`source`, JSON lines, to `target`, a line each; goes on where an interrupted run was.

    `keep` gets the cases that a person has to see, all of them whenever it is run.
    Raises UsageError where checkpoint, input and output do not belong together, and OSError.
    """
    try:
        done = loaded.module.process(source, target, by=loaded.id, tell=lambda now: tell(now.lines, now.read))
    except loaded.module.CheckpointError as error:
        raise UsageError(str(error)) from None
    AuditLog().append("cases.handled", (loaded.id, _sha256(source), _sha256(target)))
    if done.review:
        with source.open("rb") as cases, target.open("rb") as results:
            for case, result in zip(cases, results, strict=True):
                if b'"review"' in result and json.loads(result).get("status") == "review":
                    keep(json.loads(case, parse_float=Decimal))
    return Handled(done.lines, done.failed, done.review)


def respond(loaded: LoadedWorkflow, request: bytes, keep: Keep) -> bytes:
    """The response of a synchronous handler to one request."""
    AuditLog().append("cases.handled", (loaded.id,))
    answer: bytes = loaded.module.respond(request)
    if b'"review"' in answer and (json.loads(answer).get("result") or {}).get("status") == "review":
        keep(json.loads(request, parse_float=Decimal))
    return answer


def validate(loaded: LoadedWorkflow, incoming: BinaryIO, outgoing: BinaryIO, keep: Keep) -> Handled:
    """JSON lines in; for each at once `{"status", "values", "problems"}`."""
    AuditLog().append("cases.handled", (loaded.id,))
    cases = review = 0
    for line in incoming:
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            found = loaded.module.validate(values)
            answer = {"status": found.status, "values": found.values, "problems": list(found.problems)}
        else:
            answer = {"status": "review", "values": None, "problems": ["no JSON object"]}
        if answer["status"] == "review":
            keep(values if isinstance(values, dict) else {})
        outgoing.write(_line(answer))
        outgoing.flush()
        cases, review = cases + 1, review + (answer["status"] == "review")
    return Handled(cases, 0, review)


def stream(
    loaded: LoadedWorkflow, incoming: BinaryIO, outgoing: BinaryIO, keep: Keep, known: frozenset[str] = frozenset()
) -> Handled:
    """JSON lines in; for each a line with its id, which is its acknowledgement. Delivery is at least once.

    A line is `{"id": ID, "values": {...}}`; or the values alone, and its id is then the SHA-256 of the line. Who sends
    sends again what was not acknowledged; lines of `known` ids were, and are left out. Raises RunError where nobody
    takes the answers any more.
    """
    AuditLog().append("cases.handled", (loaded.id,))
    ends = _Ends(loaded.module.Message, incoming, outgoing, keep, known)
    try:
        tally = asyncio.run(loaded.module.process(ends, ends))
    except ExceptionGroup as group:
        if group.subgroup(OSError) is None:
            raise
        raise RunError("nobody takes the answers; send again the lines that have none") from None
    return Handled(tally.handled + tally.set_aside + ends.unread, tally.set_aside + ends.unread, ends.review)


def known_ids(answers: Path) -> frozenset[str]:
    """The ids that a file of answers acknowledges; half a line at its end, which a kill may leave, is cut off."""
    if not answers.exists():
        return frozenset()
    data = answers.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        os.truncate(answers, len(whole))
    try:
        return frozenset(str(json.loads(line)["id"]) for line in whole.splitlines())
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{answers}: holds something other than answers of a stream; name another file") from None


@dataclass
class _Ends:
    """Source and sink of a stream over two files."""

    message: Callable[[str, dict[str, Any]], Any]
    incoming: BinaryIO
    outgoing: BinaryIO
    keep: Keep
    known: frozenset[str]
    unread: int = 0
    """Lines that are no cases."""
    review: int = 0

    async def __aiter__(self) -> AsyncIterator[Any]:
        while line := await asyncio.to_thread(self.incoming.readline):
            name, values = _case(line)
            if name in self.known or not line.strip():
                continue
            if values is None:
                self.unread += 1
                self._write({"id": name, "failed": "not_a_case"})
            else:
                yield self.message(name, values)

    async def acknowledge(self, message: Any) -> None:
        """Nothing more: the answer's line is the acknowledgement."""

    async def write(self, message: Any, result: dict[str, object]) -> None:
        """Answer. A kill does not take it back; what a power cut takes back is not known, so it is asked again."""
        if result.get("status") == "review":
            self.review += 1
            self.keep(message.body)
        self._write({"id": message.id, "result": result})

    async def set_aside(self, message: Any, reason: str) -> None:
        """Answer that it could not be handled."""
        self._write({"id": message.id, "failed": reason})

    def _write(self, answer: dict[str, object]) -> None:
        self.outgoing.write(_line(answer))
        self.outgoing.flush()


def _case(line: bytes) -> tuple[str, dict[str, Any] | None]:
    """A line's id, and its values if it has any."""
    name = hashlib.sha256(line.strip()).hexdigest()
    try:
        data = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError):
        return name, None
    if isinstance(data, dict) and "values" in data:
        name, data = str(data.get("id", name)), data["values"]
    return name, data if isinstance(data, dict) else None


@contextmanager
def answers_to(target: Path | None, standard: BinaryIO) -> Iterator[BinaryIO]:
    """Where answers go: added to a file, or standard output."""
    if target is None:
        yield standard
        return
    with target.open("ab") as file:
        yield file
        os.fsync(file.fileno())


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
