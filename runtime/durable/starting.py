"""The activities of batches: list what lies in an inbox, start the next documents, close the books."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy.exc import SQLAlchemyError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from runtime.artifact import Artifact
from runtime.audit import AuditLog
from runtime.durable.batches import Batches
from runtime.durable.beating import beating
from runtime.durable.claims import Claims
from runtime.durable.client import TemporalError
from runtime.durable.inbox import work_urls
from runtime.durable.keeping import Keeper
from runtime.durable.messages import (
    BatchInput,
    CloseInput,
    DocumentInput,
    DocumentOutcome,
    EndedInput,
    IntakeInput,
    PersistInput,
    StartInput,
    Timing,
)
from runtime.durable.rows import close_batches
from runtime.errors import ArtifactError, RegistryError, UsageError
from runtime.load import is_workflow, load_artifact
from runtime.registry import Registry
from runtime.rollout import Choice, Rollouts

LOST = "its workflow was ended before the record was stored; submit the document again"


@dataclass(frozen=True)
class BatchActivities:
    """What they work on. `batches`: how the server is asked to start documents."""

    registry: Registry
    claims: Claims
    rollouts: Rollouts
    keeper: Keeper
    audit: AuditLog
    batches: Batches

    @activity.defn
    def list_inbox(self, what: IntakeInput) -> BatchInput:
        """A batch over what lies in an inbox now."""
        try:
            with beating():
                artifact = self.registry.resolve(what.name)
                manifest, total = self.claims.put_manifest(work_urls(what.inbox, artifact, self.claims))
        except UsageError as error:
            raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        return BatchInput("", what.name, manifest, total, together=self.claims.local(what.inbox) is not None)

    @activity.defn
    def start(self, what: StartInput) -> list[DocumentOutcome]:
        """Start the next documents of a manifest, each on the artifact that the rollout gives its address.

        Gives the outcomes of those that a batch of this name had before, and of which nobody will hear any more.
        """
        batch = what.batch
        try:
            with beating():
                choice = self.rollouts.decide(batch.name)
                timing = _timing(self.registry.get(choice.stable))
                urls = self.claims.manifest(batch.manifest, what.offset, what.count)
                sources = [
                    _source(what, position, url, choice, timing) for position, url in enumerate(urls, start=what.offset)
                ]
                had = self.batches.start(sources, what.queue)
                return self._before([source for source in sources if source.position in had], had)
        except (RegistryError, ArtifactError) as error:
            raise ApplicationError(str(error), "refused", type="refused", non_retryable=True) from None
        except TemporalError as error:
            raise ApplicationError(str(error), type="outage") from None

    @activity.defn
    def ended(self, what: EndedInput) -> list[DocumentOutcome]:
        """Of these documents, the outcomes of those whose workflows are at work no more.

        One that was ended by hand, or by the server, is listed as failed, unless its record is stored.
        """
        try:
            with beating():
                found = self.batches.ended(what.batch.batch, what.positions)
                return [
                    ended.outcome or self._lost(what.batch, position, ended.artifact)
                    for position, ended in found.items()
                ]
        except TemporalError as error:
            raise ApplicationError(str(error), type="outage") from None
        except SQLAlchemyError as error:
            raise ApplicationError(f"the store does not answer ({type(error).__name__})", type="outage") from None

    def _lost(self, batch: BatchInput, position: int, artifact: str) -> DocumentOutcome:
        url = self.claims.manifest(batch.manifest, position, 1)[0]
        artifact = artifact or self.rollouts.decide(batch.name).stable
        source = DocumentInput(url, artifact, batch.name, batch.batch, position)
        if self.keeper.listed(source) is None:
            self.keeper.keep(PersistInput(source, None, None, "lost", LOST), None, "")
        kind = str(self.keeper.listed(source))
        return DocumentOutcome(position, kind, reason="lost" if kind == "failed" else "")

    @activity.defn
    def close(self, what: CloseInput) -> int:
        """Note in store and audit log that a batch ended; gives how many rows of the store it had open."""
        try:
            closed = close_batches(self.keeper.store, what.batch, what.name, what.state)
        except SQLAlchemyError as error:
            raise ApplicationError(f"the store does not answer ({type(error).__name__})", type="outage") from None
        for row in closed:
            self.audit.append(f"batch.{what.state}", (row.id,))
        return len(closed)

    def _before(self, sources: Sequence[DocumentInput], running: Mapping[int, bool]) -> list[DocumentOutcome]:
        listed = {source.position: self.keeper.listed(source) for source in sources}
        lost = DocumentOutcome(0, "failed", reason="lost")
        return [
            replace(lost, position=position) if kind is None else DocumentOutcome(position, kind)
            for position, kind in listed.items()
            if kind is not None or not running[position]
        ]


def _source(what: StartInput, position: int, url: str, choice: Choice, timing: Timing) -> DocumentInput:
    batch = what.batch
    artifact, shadow = choice.artifacts(url)
    return DocumentInput(
        url,
        artifact,
        batch.name,
        batch.batch,
        position,
        what.parent,
        what.climb,
        shadow,
        timing,
        batch.review_seconds,
        batch.escalation_seconds,
        batch.together,
        "budget" if batch.climb and not what.climb else "",
    )


def _timing(artifact: Artifact) -> Timing:
    """What the artifact's template says of its activity."""
    if is_workflow(artifact):
        return Timing()
    policy = getattr(load_artifact(artifact).module, "ACTIVITY", None)
    return Timing() if policy is None else Timing(**asdict(policy))
