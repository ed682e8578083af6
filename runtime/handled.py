"""A case of a template that handles values, as a record: what needs a person waits where doubtful documents wait.

A case is known by the SHA-256 of its canonical JSON, however it came: a line of a file, a request, a message. Its
record holds its inputs and decisions; what a person settles is decided on by the same rules (`runtime.decide_again`).
"""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractors.candidate import CheckResult, FieldValue, Record
from ocr.options import DEFAULTS, ReadOptions
from runtime.artifact import HANDLERS, template_of
from runtime.audit import AuditLog
from runtime.files import home, write_atomic
from runtime.given import Given, Recorded
from runtime.load import LoadedWorkflow
from runtime.outcome import Extraction, Outcome
from runtime.record import record_id
from runtime.store import Batch, Store
from runtime.trail import note_records
from runtime.workflow_case import CaseError, record_of
from runtime.workflow_run import CASE_MARK, decide
from templates.workflows.values import canonical

Values = Mapping[str, Any]
NAMED = 300
"""Characters of reasons that a case's mark holds."""


def handles_values(loaded: LoadedWorkflow) -> bool:
    """Whether it fills one of the templates for values: sync, stream, batch, input_validator."""
    return template_of(loaded.manifest) in HANDLERS


def case_bytes(values: Values) -> bytes:
    """A case as canonical JSON: what its hash is taken of, and what a person is shown."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str).encode()


def case_file(sha256: str) -> Path:
    """Where a case that waits for a person lies, for the review page to show."""
    return home() / "cases" / sha256[:2] / f"{sha256}.txt"


def run_handled_file(loaded: LoadedWorkflow, path: Path, options: ReadOptions = DEFAULTS) -> Extraction:
    """A file that holds one case. Raises CaseError where it holds none, OSError, and what generated code raises."""
    data = path.read_bytes()
    try:
        values = json.loads(data, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise CaseError("not valid JSON") from None
    if not isinstance(values, dict):
        raise CaseError("a case is a JSON object that maps input names to values")
    return replace(handled(loaded, values), document=hashlib.sha256(data).hexdigest(), size=len(data))


def handled(loaded: LoadedWorkflow, values: Values) -> Extraction:
    """The record of a case that the artifact's template handles. Raises what generated code raises."""
    start = time.perf_counter()
    data = case_bytes(values)
    if template_of(loaded.manifest) == "input_validator":
        record, decision = _validated(loaded, values), None
    else:
        record, decision = _decided(loaded, values)
    took = (time.perf_counter() - start) * 1000
    return Extraction(hashlib.sha256(data).hexdigest(), record, 1, len(data), 0.0, took, decision)


@dataclass
class ReviewCases:
    """Keeps the cases of a run that a person has to see; others are not kept. Nothing is opened before the first."""

    loaded: LoadedWorkflow
    url: str | None = None
    """The store's; None: in the home folder."""
    _opened: tuple[Store, Batch, AuditLog] | None = field(default=None, init=False)
    _count: int = field(default=0, init=False)
    _lock: Any = field(default_factory=threading.Lock, init=False, repr=False)

    def keep(self, values: Values) -> None:
        """Once, however often a case is handled. Raises StoreError and AuditError."""
        made = handled(self.loaded, values)
        with self._lock:
            self._keep(values, made)

    def _keep(self, values: Values, made: Extraction) -> None:
        store, batch, log = self._open()
        if not made.record.doubtful or store.has(record_id(made.document, batch.artifact)):
            return
        path = case_file(made.document)
        write_atomic(path, case_bytes(values), 0o600)
        outcome = Outcome(self._count, str(path.resolve()), "recorded", made.document, extraction=made)
        note_records(log, batch, [outcome])
        store.write(batch, [outcome], self.loaded.shape)
        self._count += 1

    def close(self) -> None:
        """Note that the run ended."""
        if self._opened is not None:
            store, batch, log = self._opened
            store.end_batch(batch, "finished")
            log.append("batch.finished", (batch.id,))
            store.close()
            self._opened = None

    def _open(self) -> tuple[Store, Batch, AuditLog]:
        if self._opened is None:
            store, log = Store(self.url), AuditLog()
            batch = store.begin_batch(self.loaded.id, self.loaded.name)
            log.append("batch.start", (batch.id, self.loaded.id))
            self._opened = store, batch, log
        return self._opened


def _decided(loaded: LoadedWorkflow, values: Values) -> tuple[Record, dict[str, Any]]:
    """By the plan, whose decisions are the handler's. What the handler alone finds wrong is recorded as a mark."""
    made = loaded.module.HANDLE(values)
    recorded = {path: _given(values, path) for path in loaded.shape.inputs}
    trace = decide(loaded, recorded)
    if made["status"] == "review" and trace.status != "review":
        why = "; ".join(str(one) for one in made["reasons"])[:NAMED]
        recorded[CASE_MARK] = Given("false", "low_confidence", 0.0, by=why)
        trace = decide(loaded, recorded)
    decision = {"recorded": {name: one.to_dict() for name, one in recorded.items()}, "trace": trace.to_dict()}
    return record_of(loaded, recorded, trace), decision


def _validated(loaded: LoadedWorkflow, values: Values) -> Record:
    """The record as it may be used; where it may not, as it came, with what is wrong as failed checks."""
    found = loaded.module.validate(values)
    used: Values = values if found.values is None else found.values
    given: Recorded = {path: _given(used, path) for path in loaded.shape.inputs}
    fields = {path: FieldValue(one.value, "found" if one.value else "not_found", 1.0) for path, one in given.items()}
    if found.status != "review":
        return Record(fields)
    doubtful = {path for problem in found.problems for path in _about(loaded, problem)}
    checks = tuple(CheckResult(f"validation {place}", False, text) for place, text in enumerate(found.problems, 1))
    return Record(fields, checks=checks, doubtful=tuple(path for path in fields if path in doubtful))


def _about(loaded: LoadedWorkflow, problem: str) -> list[str]:
    """The inputs that a problem names; the first of all where it is about the case as a whole."""
    for step in loaded.plan.all_steps:
        for check in step.checks:
            if problem.startswith(f"not valid: {check.text} "):
                return list(check.inputs)
    named = [path for path in loaded.shape.inputs if problem.startswith(f"{path} ")]
    return named or list(loaded.shape.inputs)[:1]


def _given(values: Values, path: str) -> Given:
    name, _, part = path.partition(".")
    found = values.get(name)
    if part:
        found = found.get(part) if isinstance(found, Mapping) else None
    text = canonical(found)
    return Given(None, "not_found", by="case") if text in (None, "") else Given(text, by="case")
