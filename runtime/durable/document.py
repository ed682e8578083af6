"""DocumentWorkflow: read, extract, climb, persist, tell, and wait for people with a deadline."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from runtime.durable import shells
    from runtime.durable.messages import (
        DECISIONS,
        REVIEW_UPDATE,
        CompareInput,
        DocumentInput,
        DocumentOutcome,
        DocumentState,
        Note,
        Persisted,
        PersistInput,
        Reference,
        ReviewDecision,
    )

OUTCOME = SearchAttributeKey.for_keyword("FactoryOutcome")


@workflow.defn
class DocumentWorkflow:
    """One document, on the artifact it began with."""

    def __init__(self) -> None:
        self._stage, self._open, self._escalated = "read", list[str](), False
        self._settling, self._elsewhere = 0, set[str]()

    @workflow.run
    async def run(self, source: DocumentInput) -> DocumentOutcome:
        """Ends when the record is in the store and no person is waited for any more."""
        what, kept = await self._extract(source)
        if kept is None:
            self._stage = "persist"
            what, kept = await keep(what)
        self._open = [item for item in kept.items if item not in self._elsewhere]
        workflow.upsert_search_attributes([OUTCOME.value_set("review" if self._open else kept.kind)])
        if kept.kind == "failed":
            await tell("failed", [source.batch, str(source.position)])
        review = await self._review(source, kept) if self._open else "none"
        await workflow.wait_condition(workflow.all_handlers_finished)  # a decision that is being settled is answered
        self._stage = "done"
        return DocumentOutcome(
            source.position, kept.kind, kept.record, what.reason, what.tokens, review, self._escalated
        )

    async def _extract(self, source: DocumentInput) -> tuple[PersistInput, Persisted | None]:
        """What is to be stored, or was stored already."""
        document: Reference | None = None
        try:
            document = None if source.together else await shells.read(source)
            self._stage = "extract"
            made = await shells.extract(source, document, source.artifact)
            if made.kept is not None:
                return PersistInput(source), made.kept
            document = document or made.document
            assert document is not None
        except ActivityError as error:
            digest = shells.document_of(error) if document is None else document.sha256
            return PersistInput(source, digest, None, *shells.cause_of(error)), None
        if made.doubtful and source.climb:
            self._stage = "climb"
        what = await shells.climbed(source, document, made)
        if source.shadow is not None and not what.reason:
            await _shadow(source, document, what.claim, source.shadow)
        return what, None

    async def _review(self, source: DocumentInput, kept: Persisted) -> str:
        """Until no item is open, or the second deadline passes. Times are counted from here."""
        self._stage = "review"
        subjects = [kept.record or "", source.batch]
        await tell("review", subjects)
        if await self._settled(source.review_seconds):
            return "done"
        self._escalated = True
        workflow.upsert_search_attributes([OUTCOME.value_set("escalated")])
        await tell("escalated", subjects)
        if await self._settled(max(0.0, source.escalation_seconds - source.review_seconds)):
            return "done"
        await tell("expired", subjects)
        return "expired"

    async def _settled(self, seconds: float) -> bool:
        try:
            await workflow.wait_condition(
                lambda: not self._open and not self._settling, timeout=timedelta(seconds=seconds)
            )
        except TimeoutError:
            return False
        workflow.upsert_search_attributes([OUTCOME.value_set("reviewed")])
        return True

    @workflow.update(name=REVIEW_UPDATE)
    async def review_decision(self, decision: ReviewDecision) -> int:
        """Settle one item; gives how many are still open. Fails where the value is none of the field's type."""
        self._settling += 1
        try:
            await shells.call("persist", "settle", decision, bool)
        except ActivityError as error:
            raise ApplicationError(shells.cause_of(error)[1], type="refused", non_retryable=True) from None
        finally:
            self._settling -= 1
        self._open = [item for item in self._open if item != decision.item]
        return len(self._open)

    @review_decision.validator
    def check_decision(self, decision: ReviewDecision) -> None:
        """Refused before it enters the history."""
        if decision.item not in self._open:
            raise ValueError("no open item of this document")
        if decision.decision not in DECISIONS:
            raise ValueError(f"a decision is one of {', '.join(DECISIONS)}")
        if (decision.decision == "correct") != (decision.text is not None):
            raise ValueError("`correct` needs the right value, and only `correct` takes one")

    @workflow.signal
    def settled(self, item: str) -> None:
        """A person settled this item elsewhere, on the review page or by command; the store has it already."""
        self._elsewhere.add(item)
        self._open = [one for one in self._open if one != item]

    @workflow.query
    def state(self) -> DocumentState:
        """Where it stands, and which items wait for a person."""
        return DocumentState(self._stage, self._open, self._escalated)


async def _shadow(source: DocumentInput, document: Reference, claim: str | None, shadow: str) -> None:
    """Run the other artifact too; whatever becomes of it never touches the document."""
    assert claim is not None
    try:
        other = await shells.extract(source, document, shadow)
        claims = CompareInput(source.name, document.sha256, source.artifact, claim, shadow, other.claim)
        await shells.call("persist", "compare", claims, int)
    except ActivityError as error:
        workflow.logger.warning("shadow artifact failed: %s", shells.cause_of(error)[0])


async def keep(what: PersistInput) -> tuple[PersistInput, Persisted]:
    """Store what was made of a document; where that fails for good, undo what was half done."""
    try:
        return what, await shells.persist(what)
    except ActivityError as error:
        reason, message = shells.cause_of(error)
        what = replace(what, reason=reason, message=message)
        await shells.call("persist", "withdraw", what, bool)
        return replace(what, claim=None), Persisted("failed")


async def tell(kind: str, subjects: list[str]) -> None:
    """To the people who are to be told."""
    await shells.call("persist", "notify", Note(kind, subjects), bool)
