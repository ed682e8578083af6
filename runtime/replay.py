"""Replay: the recorded values of a decision through the same artifact again, which must give the same decision."""

from dataclasses import dataclass
from typing import Any

from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.given import Given
from runtime.load import load_workflow
from runtime.registry import Registry
from runtime.rows import trace_digest
from runtime.store import Store, StoredRecord
from runtime.workflow_run import decide


@dataclass(frozen=True)
class StoredDecision:
    """A decision as it was recorded. `audited`: whether the audit log holds this very trace."""

    record: StoredRecord
    recorded: dict[str, Given]
    trace: dict[str, Any]
    digest: str
    audited: bool


@dataclass(frozen=True)
class Replay:
    """A decision made again. `same` is about the whole trace, not the decision alone."""

    decision: StoredDecision
    trace: dict[str, Any]
    same: bool


def stored_decision(store: Store, record: str, audit: AuditLog | None = None) -> StoredDecision | None:
    """The decision of a record, by its id or a prefix; None where it is a document's. Raises UsageError, AuditError."""
    found = store.record(record)
    decision = store.decision(found.id)
    if decision is None:
        return None
    digest = trace_digest(decision)
    link = f"{found.id}:{digest}"
    entries = (audit or AuditLog()).entries()
    audited = digest == decision["digest"] and any(
        link in one.subjects for one in entries if one.action == "decision.made"
    )
    recorded = {name: Given.from_dict(one) for name, one in decision["recorded"].items()}
    return StoredDecision(found, recorded, decision["trace"], digest, audited)


def replay(store: Store, registry: Registry, record: str, audit: AuditLog | None = None) -> Replay:
    """Decide again, by the artifact that decided. The audit log says that it was done, and what came of it.

    Raises UsageError, RegistryError, ArtifactError and AuditError.
    """
    log = audit or AuditLog()
    found = stored_decision(store, record, log)
    if found is None:
        raise UsageError(f"{record}: a document's record, nothing was decided; `factory explain` shows its fields")
    workflow = load_workflow(registry.get(found.record.artifact))
    trace = decide(workflow, found.recorded).to_dict()
    same = trace == found.trace
    log.append("decision.replayed" if same else "decision.differs", (found.record.id, found.record.artifact))
    return Replay(found, trace, same)
