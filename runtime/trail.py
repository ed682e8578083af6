"""What the audit log holds of documents: the same entries whichever way they run. Ids, hashes and counts, no value."""

from collections.abc import Sequence

from extractors.climbed import Climbed
from runtime.audit import AuditLog
from runtime.outcome import Outcome
from runtime.record import record_id
from runtime.rows import trace_digest
from runtime.store import Batch


def note_records(log: AuditLog, batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """`record.write` and `decision.made` for what is recorded now. Before it is stored: what is stored is in the log.

    Raises AuditError.
    """
    made = [record_id(one.document, batch.artifact) for one in outcomes if one.kind == "recorded" and one.document]
    if made:
        log.append("record.write", (batch.id, *made))
    decided = [one.extraction for one in outcomes if one.extraction is not None and one.extraction.decision is not None]
    if decided:
        links = (f"{record_id(one.document, batch.artifact)}:{trace_digest(one.decision)}" for one in decided)
        log.append("decision.made", (batch.id, *links))


def note_calls(log: AuditLog, batch: Batch, document: str, climbed: Climbed | None) -> None:
    """`model.call`, one entry a call: batch, record, model, the request's hash, how it ended, tokens in and out.

    Raises AuditError.
    """
    for call in climbed.calls if climbed is not None else ():
        spent = f"{call.usage.input_tokens}+{call.usage.output_tokens} tokens"
        record = record_id(document, batch.artifact)
        log.append("model.call", (batch.id, record, call.model, call.request, call.outcome, spent))
