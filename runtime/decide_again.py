"""A case decided again, once a person has settled what it waited for: their answers are recorded, and the rules go on.

What a person settled takes the place of what was read; a person's answer to a rule's own item, or to a `human_review`,
is that step's decision. The decision gets a new trace and an entry in the audit log, and a replay gives the same.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from extractors.candidate import Record
from runtime.audit import AuditLog
from runtime.given import Given, Recorded
from runtime.load import LoadedWorkflow, is_workflow, load_workflow
from runtime.outcome import Extraction
from runtime.registry import Registry
from runtime.rows import decision_row, review_rows, trace_digest
from runtime.store import Store, StoredRecord, now
from runtime.tables import decisions, fields, review_items
from runtime.trace import DecisionTrace
from runtime.workflow_case import Caller, Case, Services, perform, record_of
from runtime.workflow_run import decide, due

SUPERSEDED = "superseded"
"""State of an item that the rules no longer ask about: nobody settled it, so nothing is learned or counted from it."""


def decide_again(store: Store, registry: Registry, audit: AuditLog, record: str) -> DecisionTrace | None:
    """The new decision; None where the record is a document's, or nothing that was settled changes it.

    Calls that the answers make due are performed now. Raises RegistryError, ArtifactError, StoreError and AuditError.
    """
    before = store.decision(record)
    if before is None:
        return None
    found = store.record(record)
    artifact = registry.get(found.artifact)
    if not is_workflow(artifact):
        return None
    workflow = load_workflow(artifact)
    recorded = {name: Given.from_dict(one) for name, one in before["recorded"].items()}
    answered = recorded | _answers(store, found, workflow, recorded)
    if answered == recorded:
        return None
    answered = _called(workflow, answered, found, registry)
    trace = decide(workflow, answered)
    decision = {"recorded": {name: one.to_dict() for name, one in answered.items()}, "trace": trace.to_dict()}
    made = Extraction(found.document, record_of(workflow, answered, trace), 0, 0, 0.0, 0.0, decision)
    with store.engine.begin() as connection:
        row = decision_row(found.artifact, made)
        connection.execute(update(decisions).where(decisions.c.record == found.id).values(row))
        _write_outcomes(connection, found.id, made.record, trace)
        _ask(connection, found, made, workflow)
        audit.append("decision.made", (f"{found.id}:{trace_digest(decision)}",))
    return trace


def _answers(store: Store, found: StoredRecord, workflow: LoadedWorkflow, recorded: Mapping[str, Given]) -> Recorded:
    """What people settled of this record, as recorded values."""
    settled = (review_items.c.record == found.id, review_items.c.state == "settled")
    query = select(review_items.c.field, review_items.c.decision, review_items.c.settled_by)
    with store.engine.connect() as connection:
        items = connection.execute(query.where(*settled)).all()
    steps = {step.name for step in workflow.plan.all_steps if step.type in ("deterministic_rule", "human_review")}
    answers: Recorded = {}
    for item in items:
        value = found.record.fields.get(item.field)
        if value is None or (item.field not in recorded and item.field not in steps):
            continue
        if item.field in steps and value.value is None:
            continue  # nobody said what the decision is
        status = "corrected" if item.decision == "correct" else "found" if value.value is not None else "not_found"
        box = None if value.box is None else (value.box.x0, value.box.y0, value.box.x1, value.box.y1)
        quote = recorded[item.field].quote if item.field in recorded and item.decision == "accept" else ""
        answers[item.field] = Given(value.value, status, 1.0, "person", item.settled_by, quote, value.page, box)
    return answers


def _called(workflow: LoadedWorkflow, recorded: Recorded, found: StoredRecord, registry: Registry) -> Recorded:
    """The recorded values with those of calls that are due now."""
    caller: Caller | None = None
    if workflow.plan.calls:
        from runtime.modules import Modules  # imported late: clients of databases and web take a second to load

        caller = Modules.of(workflow.plan, registry.root)
    services, case = Services(call=caller), Case({}, sha256=found.document)
    while (next_ := due(workflow, recorded)) is not None and next_[0].type == "call":
        recorded = recorded | perform(workflow, next_[0], case, next_[1], services)
    return recorded


def _write_outcomes(connection: Connection, record: str, made: Record, trace: DecisionTrace) -> None:
    """The decisions among the record's fields, as they are now."""
    for name in trace.outcomes:
        if name in made.fields:
            value = made.fields[name]
            where = (fields.c.record == record, fields.c.row == -1, fields.c.name == name)
            explained = json.dumps(value.explanation)
            connection.execute(
                update(fields)
                .where(*where)
                .values(value=value.value, status=value.status, source=value.source, explanation=explained)
            )


def _ask(connection: Connection, found: StoredRecord, made: Extraction, workflow: LoadedWorkflow) -> None:
    """Items for what the new trace asks; what it asks no longer about a decision is superseded."""
    wanted: dict[str, dict[str, Any]] = {
        row["field"]: row for row in review_rows(found.artifact, made, workflow.shape, now())
    }
    query = select(review_items).where(review_items.c.record == found.id)
    known: Sequence[Any] = connection.execute(query).all()
    for row in known:
        this = review_items.c.id == row.id
        if row.field not in wanted:
            if row.state == "open" and row.field == workflow.plan.decision:
                connection.execute(update(review_items).where(this).values(state=SUPERSEDED))
        elif row.state == SUPERSEDED or (row.state == "settled" and row.field == workflow.plan.decision):
            reopened = {**wanted[row.field], "decision": None, "settled_by": None, "settled_at": None}
            connection.execute(update(review_items).where(this).values(reopened))
    fresh = [row for name, row in wanted.items() if name not in {one.field for one in known}]
    if fresh:
        connection.execute(review_items.insert(), fresh)
