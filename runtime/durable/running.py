"""Run the artifact that an activity is named after, and say of what became of it whether a retry mends it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from runtime.allowance import TIMEOUT, calls_of, more_for, seconds_for
from runtime.audit import AuditLog
from runtime.child import extraction_from_dict
from runtime.durable.cells import Cells
from runtime.errors import ArtifactError, RegistryError, RunError, UsageError
from runtime.local import hash_file
from runtime.outcome import Extraction
from runtime.registry import Registry
from runtime.store import Batch
from runtime.trail import note_calls

MACHINE = ("timeout", "crash", "engine")
"""Reasons that may lie with the machine: busy, short of memory, without an engine. Another one may do better."""
MACHINE_ATTEMPTS = 3
"""So often a document may end for such a reason before it counts as failed; each time it may take twice as long."""


@dataclass(frozen=True)
class Runner:
    """The children that run artifacts, and what is known of artifacts by address: how many calls a case may make."""

    registry: Registry
    audit: AuditLog
    cells: Cells
    calls: dict[str, int] = field(default_factory=dict)

    def run(self, path: Path, size: int, batch: Batch) -> tuple[Extraction, dict[str, Any]]:
        """The extraction of a document of `size` bytes, and the same as JSON. Its model calls are audited.

        Raises ApplicationError: `refused` and `bad_document` are never tried again, `worker` and `machine` are.
        """
        verb, _, address = activity.info().activity_type.partition(":")
        try:
            seconds = self._seconds(address, size, verb == "climb")
            answer = self.cells.run(address, str(path), seconds, verb == "climb")
        except (ArtifactError, RegistryError, UsageError) as error:
            raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        except RunError as error:
            raise ApplicationError(str(error), "worker", type="worker") from None
        if "extraction" not in answer:
            raise _failed(answer, path)
        made = extraction_from_dict(answer["extraction"])
        note_calls(self.audit, batch, made.document, made.climbed)
        return made, answer["extraction"]

    def _seconds(self, address: str, size: int, climb: bool) -> float:
        if address not in self.calls:
            self.calls[address] = calls_of(self.registry.get(address), self.registry)
        times: int = 2 ** min(activity.info().attempt - 1, MACHINE_ATTEMPTS - 1)
        return times * (seconds_for(size, TIMEOUT) + more_for(self.calls[address], climb))


def _failed(answer: dict[str, Any], path: Path) -> ApplicationError:
    reason = str(answer["reason"])
    if reason not in MACHINE:
        details = (reason, *_digest(path))
        return ApplicationError(answer["message"], *details, type="bad_document", non_retryable=True)
    last = activity.info().attempt >= MACHINE_ATTEMPTS
    return ApplicationError(answer["message"], reason, *_digest(path), type="machine", non_retryable=last)


def _digest(path: Path) -> tuple[str, ...]:
    """The SHA-256 of a document that failed, where it can be read at all."""
    try:
        return (hash_file(path),)
    except OSError:
        return ()
