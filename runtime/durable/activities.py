"""The activities: each calls the function that runs locally, and turns errors into classes Temporal retries by."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from runtime.artifact import Artifact
from runtime.audit import AuditLog
from runtime.batch import SECONDS_PER_MEGABYTE
from runtime.child import extraction_from_dict
from runtime.durable.cells import Cells
from runtime.durable.claims import Claims
from runtime.durable.inbox import inbox_urls
from runtime.durable.messages import (
    Assigned,
    BatchInput,
    CompareInput,
    Extracted,
    ExtractInput,
    IntakeInput,
    Note,
    Page,
    PageInput,
    Persisted,
    PersistInput,
    Reference,
    ReviewDecision,
    Timing,
)
from runtime.durable.rows import kind_of, note_waiting, open_batch, open_items, settled_so
from runtime.errors import ArtifactError, RegistryError, ReviewError, RunError, UsageError
from runtime.load import is_workflow, load_artifact
from runtime.outcome import Extraction, Outcome
from runtime.record import record_id
from runtime.registry import Registry
from runtime.review.queue import settle
from runtime.rollout import Rollouts
from runtime.shape import Shape
from runtime.store import Store
from templates.modules.health import RefusedError, ServiceDownError
from templates.modules.notify import Notice, Notifier

TIMEOUT = 25.0
"""Seconds a small document may take, as `factory run` has it."""
PEOPLE = "people"
NOTICE_ATTEMPTS = 3
PASSING = {"unavailable": 30.0}
"""Reasons to leave the ladder that pass, and after how many seconds to try again."""


@dataclass(frozen=True)
class Activities:
    """What the activities work on."""

    registry: Registry
    store: Store
    claims: Claims
    audit: AuditLog
    cells: Cells
    rollouts: Rollouts
    notifier: Notifier | None = None
    """Its group `PEOPLE` hears of reviews, escalations, deadlines and failures."""

    @activity.defn
    def read(self, url: str) -> Reference:
        """Fetch a document. One that is not there or not ours to read is never tried again."""
        try:
            return self.claims.put_document(url)
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
        verb, _, address = activity.info().activity_type.partition(":")
        seconds = TIMEOUT + SECONDS_PER_MEGABYTE * what.document.size / 1e6
        try:
            path = str(self.claims.document(what.document))
            answer = self.cells.run(address, path, seconds, verb == "climb", activity.heartbeat)
        except ArtifactError as error:
            raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        except RunError as error:
            raise ApplicationError(str(error), "worker", type="worker") from None
        if "extraction" not in answer:
            raise ApplicationError(answer["message"], answer["reason"], type="bad_document", non_retryable=True)
        return self._claim(extraction_from_dict(answer["extraction"]), answer["extraction"])

    def _claim(self, made: Extraction, plain: dict[str, Any]) -> Extracted:
        left = made.climbed.left if made.climbed else ""
        if left in PASSING and activity.info().attempt < Timing.attempts:
            raise ApplicationError(
                f"the model cannot be asked now ({left})", type=left, next_retry_delay=timedelta(seconds=PASSING[left])
            )
        tokens = 0 if made.climbed is None else made.climbed.usage.tokens
        return Extracted(self.claims.put("extractions", json.dumps(plain).encode()), len(made.record.doubtful), tokens)

    @activity.defn
    def persist(self, what: PersistInput) -> Persisted:
        """Write the record, or the failure, under its key. Audited first, as a local batch does."""
        source = what.source
        batch = open_batch(self.store, source.batch, source.artifact, source.name)
        record = what.document and record_id(what.document, source.artifact)
        made = self._extraction(what.claim)
        outcome = Outcome(source.position, source.url, "recorded", what.document, what.reason, what.message, made)
        if made is None:
            failed = Outcome(source.position, source.url, "failed", what.document, what.reason, what.message)
            self.store.write(batch, [failed], self._shape(source.artifact))
            return Persisted("failed")
        known = self.store.recorded(batch, {made.document})
        if made.document in known:
            kind: Any = "duplicate" if known[made.document] else "known"
            outcome = Outcome(source.position, source.url, kind, made.document)
        else:
            self.audit.append("record.write", (str(record),))
        self.store.write(batch, [outcome], self._shape(source.artifact))
        kind = kind_of(self.store, batch, source.position)
        items = [] if kind == "duplicate" else open_items(self.store, str(record))
        if items:
            note_waiting(self.store, str(record), str(activity.info().workflow_id))
            items = open_items(self.store, str(record))  # what was settled before anyone could tell
        return Persisted(kind, record, items)

    @activity.defn
    def withdraw(self, what: PersistInput) -> bool:
        """Undo what a failed persist may have left: the audit entry is answered, the extraction removed."""
        if what.document:
            self.audit.append("record.withdrawn", (record_id(what.document, what.source.artifact),))
        if what.claim:
            self.claims.drop(what.claim)
        return True

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

    @activity.defn
    def list_inbox(self, what: IntakeInput) -> BatchInput:
        """A batch over what lies in an inbox now."""
        try:
            self.registry.address(what.name)
            urls = list(inbox_urls(what.inbox))
        except UsageError as error:
            raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        return BatchInput("", what.name, self.claims.put("manifests", "\n".join(urls).encode()), len(urls))

    @activity.defn
    def assign(self, what: PageInput) -> Page:
        """The next documents of a manifest, each with an artifact; the same address gets the same in every batch."""
        urls = self.claims.get(what.manifest).decode().splitlines()[what.offset : what.offset + what.limit]
        try:
            choice = self.rollouts.decide(what.name)
            artifact = self.registry.get(choice.stable)
        except (RegistryError, ArtifactError) as error:
            raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        documents = [
            Assigned(position, url, *choice.artifacts(url)) for position, url in enumerate(urls, start=what.offset)
        ]
        return Page(documents, _timing(artifact))

    def _extraction(self, claim: str | None) -> Extraction | None:
        return None if claim is None else extraction_from_dict(json.loads(self.claims.get(claim)))

    def _shape(self, address: str) -> Shape:
        return Shape.of(self.registry.get(address))


def _value(fields: Any, name: str) -> str | None:
    found = fields.get(name)
    return None if found is None else found.value


def _timing(artifact: Artifact) -> Timing:
    """What the artifact's template says of its activity."""
    if is_workflow(artifact):
        return Timing()
    policy = getattr(load_artifact(artifact).module, "ACTIVITY", None)
    return Timing() if policy is None else Timing(**asdict(policy))
