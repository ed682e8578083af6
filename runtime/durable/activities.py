"""The activities: each calls the function that runs locally, and turns errors into classes Temporal retries by."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError, NotSupportedError, ProgrammingError, SQLAlchemyError
from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from ocr.errors import TooLargeError
from runtime.audit import AuditLog
from runtime.child import extraction_from_dict
from runtime.durable.batches import Batches
from runtime.durable.beating import beating
from runtime.durable.claims import Claims
from runtime.durable.client import TemporalError
from runtime.durable.keeping import Keeper
from runtime.durable.messages import (
    CompareInput,
    DocumentInput,
    DocumentOutcome,
    Extracted,
    ExtractInput,
    Note,
    Persisted,
    PersistInput,
    Reference,
    ReviewDecision,
    Timing,
)
from runtime.durable.rows import batch_of, settled_so
from runtime.durable.running import Runner
from runtime.errors import ArtifactError, RegistryError, ReviewError, RunError
from runtime.outcome import Extraction
from runtime.record import record_id
from runtime.registry import Registry
from runtime.review.queue import settle
from runtime.rollout import Rollouts
from runtime.store import Batch, Store
from templates.modules.health import RefusedError, ServiceDownError
from templates.modules.notify import Notice, Notifier

REFUSED = (IntegrityError, DataError, ProgrammingError, NotSupportedError, ArtifactError, RegistryError)
"""What no second try at storing mends."""
PEOPLE = "people"
NOTICE_ATTEMPTS = 3
PASSING = ("unavailable",)
"""Reasons to leave the ladder that pass."""
LONGEST_WAIT = 24 * 3600.0
"""A model's server may ask for no longer."""


@dataclass(frozen=True)
class Activities:
    """What the activities work on."""

    registry: Registry
    store: Store
    claims: Claims
    audit: AuditLog
    runner: Runner
    rollouts: Rollouts
    keeper: Keeper
    batches: Batches | None = None
    """How batches are spoken to; a worker sets it. Without, nobody is told of outcomes."""
    notifier: Notifier | None = None
    """Its group `PEOPLE` hears of reviews, escalations, deadlines and failures."""

    @activity.defn
    def read(self, url: str) -> Reference:
        """Fetch a document. One that is not there or not ours to read is never tried again."""
        try:
            with beating():
                return self.claims.put_document(url)
        except TooLargeError as error:
            raise ApplicationError(error.message, error.reason, type="bad_document", non_retryable=True) from None
        except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
            raise ApplicationError(
                f"cannot be opened ({type(error).__name__}); check the address and its rights",
                "unreadable",
                type="bad_document",
                non_retryable=True,
            ) from None
        except OSError as error:
            raise ApplicationError(f"the inbox does not answer ({type(error).__name__})", type="outage") from None

    @activity.defn(dynamic=True)
    def run_artifact(self, arguments: Sequence[RawValue]) -> Extracted:
        """`extract:ADDRESS` or `climb:ADDRESS`: the compiled artifact, verified, as an activity under its own name."""
        what: ExtractInput = activity.payload_converter().from_payload(arguments[0].payload, ExtractInput)
        with beating():
            if what.document is None:
                assert what.source is not None
                return self._together(what.source)
            made, plain = self._run(self._opened(what.document), what.document.size, what.source)
            return self._claim(made, plain)

    def _together(self, source: DocumentInput) -> Extracted:
        """Read, extract and store. Where more is to be done first, or storing fails, the rest is left to do."""
        path = self.claims.local(source.url) or self._opened(self.read(source.url))
        made, plain = self._run(path, path.stat().st_size if path.exists() else 0, source)
        doubtful = len(made.record.doubtful)
        if source.shadow is None and not (doubtful and source.climb):
            what = PersistInput(source, made.document, None, *source.reason_of(doubtful))
            try:
                kept = self.keeper.keep(what, made, str(activity.info().workflow_id))
            except (SQLAlchemyError, RunError, OSError):
                pass  # storing has retries of its own
            else:
                self._tell(what, kept)
                return Extracted("", doubtful, kept=kept)
        reference = self.read(source.url)
        if reference.sha256 != made.document:
            raise ApplicationError("the document was changed while it was read", type="outage")
        return replace(self._claim(made, plain), document=reference)

    def _opened(self, document: Reference) -> Path:
        try:
            return self.claims.document(document)
        except OSError as error:
            raise ApplicationError(f"the claim store does not answer ({type(error).__name__})", type="outage") from None

    def _run(self, path: Path, size: int, source: DocumentInput | None) -> tuple[Extraction, dict[str, Any]]:
        """The artifact that the activity is named after, on a document of `size` bytes."""
        address = activity.info().activity_type.partition(":")[2]
        batch = Batch("", address, "") if source is None else batch_of(source.batch, address, source.name)
        return self.runner.run(path, size, batch)

    def _claim(self, made: Extraction, plain: dict[str, Any]) -> Extracted:
        left, after = (made.climbed.left, made.climbed.after) if made.climbed else ("", None)
        tokens = 0 if made.climbed is None else made.climbed.usage.tokens
        if left in PASSING and not tokens and activity.info().attempt < Timing.attempts:  # a retry forgets what it took
            wait = None if after is None else timedelta(seconds=min(after, LONGEST_WAIT))
            raise ApplicationError(f"the model cannot be asked now ({left})", type=left, next_retry_delay=wait)
        return Extracted(self.claims.put("extractions", json.dumps(plain).encode()), len(made.record.doubtful), tokens)

    @activity.defn
    def persist(self, what: PersistInput) -> Persisted:
        """Write the record, or the failure, under its key, and tell the batch.

        What the store refuses is never tried again; where it does not answer, it is.
        """
        try:
            kept = self.keeper.keep(what, self._extraction(what.claim), str(activity.info().workflow_id))
        except REFUSED as error:
            message = f"the record cannot be stored ({type(error).__name__}); see `factory doctor`"
            raise ApplicationError(message, "store", type="refused", non_retryable=True) from None
        except (SQLAlchemyError, OSError) as error:
            raise ApplicationError(f"the store does not answer ({type(error).__name__})", type="outage") from None
        self._tell(what, kept)
        return kept

    @activity.defn
    def withdraw(self, what: PersistInput) -> bool:
        """Undo what a failed persist may have left: the audit entry is answered, the extraction removed.

        Gives whether the store lists the failure; it may be the store that failed.
        """
        if what.document:
            self.audit.append("record.withdrawn", (record_id(what.document, what.source.artifact),))
        if what.claim:
            self.claims.drop(what.claim)
        try:
            self.keeper.keep(replace(what, claim=None), None, str(activity.info().workflow_id))
            listed = True
        except (SQLAlchemyError, RunError, OSError):
            listed = False
        self._tell(what, Persisted("failed"))
        return listed

    def _tell(self, what: PersistInput, kept: Persisted) -> None:
        source = what.source
        if source.parent is None or self.batches is None:
            return
        outcome = DocumentOutcome(source.position, kept.kind, kept.record, what.reason, what.tokens)
        try:
            self.batches.tell(source.parent, outcome)
        except TemporalError as error:
            raise ApplicationError(str(error), type="outage") from None

    @activity.defn
    def settle(self, decision: ReviewDecision) -> bool:
        """A person's decision into the store; once, however often it is delivered."""
        verb: Any = decision.decision
        try:
            settle(self.store, self.audit, decision.item, verb, decision.actor, decision.text)
        except ReviewError as error:
            if not settled_so(self.store, decision.item, decision.decision, decision.actor):
                raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        return True

    @activity.defn
    def notify(self, note: Note) -> bool:
        """To the people who are to be told, where any are named, and into the audit log; whether all were reached.

        A channel that is down is tried a few times and then noted: a document never waits for it.
        """
        sent = True
        if self.notifier is not None:
            what = Notice(f"Document: {note.kind}", "code-factory", " ".join(note.subjects))
            try:
                self.notifier.send(PEOPLE, what)
            except (ServiceDownError, RefusedError):
                if activity.info().attempt < NOTICE_ATTEMPTS:
                    raise ApplicationError("a notification channel does not answer", type="outage") from None
                sent = False
        self.audit.append(f"document.{note.kind}", tuple(note.subjects))
        if not sent:
            self.audit.append("notify.unsent", tuple(note.subjects))
        return sent

    @activity.defn
    def compare(self, what: CompareInput) -> int:
        """How many fields the shadow answers otherwise; their names are recorded, their values are not."""
        stable, shadow = self._extraction(what.stable_claim), self._extraction(what.shadow_claim)
        assert stable is not None and shadow is not None
        before, after = stable.record.fields, shadow.record.fields
        names = sorted(name for name in {*before, *after} if _value(before, name) != _value(after, name))
        self.rollouts.note_difference(what.name, what.document, what.stable, what.shadow, names)
        return len(names)

    def _extraction(self, claim: str | None) -> Extraction | None:
        return None if claim is None else extraction_from_dict(json.loads(self.claims.get(claim)))


def _value(fields: Any, name: str) -> str | None:
    found = fields.get(name)
    return None if found is None else found.value
