"""DecisionWorkflow: a workflow artifact on a case, with the legal deadlines that run from its receipt.

The artifact itself is pure and replayable; this shell adds durable timers, such as 72 hours for expedited and 7 days
for standard requests (42 CFR 422.568, 422.572).
"""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from runtime.durable import shells
    from runtime.durable.batch import close
    from runtime.durable.document import keep, tell
    from runtime.durable.messages import (
        DecisionInput,
        DecisionOutcome,
        DocumentInput,
        PersistInput,
        Reference,
    )
    from templates.blocks.deadlines import timeframe


CAREFUL = "case-compensated"
"""Patch: a case that fails is undone and told to people, and a deadline that passed is told whatever else happens."""


@workflow.defn
class DecisionWorkflow:
    """One case. A deadline that passes first is told to people at that moment, and again in the outcome."""

    def __init__(self) -> None:
        self._missed: list[str] = []
        self._settled = list[str]()

    @workflow.run
    async def run(self, given: DecisionInput) -> DecisionOutcome:
        """Ends when the case is decided and no item waits for a person, or when the last deadline passed."""
        source = given.case
        limits = _limits(given)
        clocks = {name: asyncio.create_task(self._watch(name, limits[name], source.batch)) for name in sorted(limits)}
        what = await _extract(source)
        careful = workflow.patched(CAREFUL)
        kept = (await keep(what))[1] if careful else await shells.persist(what)
        if careful and kept.kind == "failed":
            await tell("failed", [source.batch, str(source.position)])
        waiting = set(kept.items)
        await workflow.wait_condition(
            lambda: waiting <= set(self._settled) or all(clock.done() for clock in clocks.values())
        )
        told = [clock for name, clock in clocks.items() if careful and name in self._missed]
        for clock in clocks.values():
            if clock not in told:
                clock.cancel()
        await asyncio.gather(*told)
        if careful:
            await close(source.batch, source.name, "finished")
        return DecisionOutcome(kept.kind, kept.record, self._missed, what.reason)

    @workflow.signal
    def settled(self, item: str) -> None:
        """A person settled this review item."""
        self._settled.append(item)

    @workflow.query
    def missed(self) -> list[str]:
        """Deadlines that passed."""
        return self._missed

    async def _watch(self, name: str, seconds: float, batch: str) -> None:
        await asyncio.sleep(seconds)
        self._missed.append(name)
        await tell("deadline", [name, batch])


async def _extract(source: DocumentInput) -> PersistInput:
    """What is to be stored of the case."""
    document: Reference | None = None
    try:
        document = await shells.read(source)
        made = await shells.extract(source, document, source.artifact)
    except ActivityError as error:
        return PersistInput(source, None if document is None else document.sha256, None, *shells.cause_of(error))
    return await shells.climbed(source, document, made)


def _limits(given: DecisionInput) -> dict[str, float]:
    """Seconds from now until each deadline; 0 for one that passed already."""
    if given.urgency is None:
        return given.deadlines
    now = workflow.now()
    try:
        received = now if given.received is None else datetime.fromisoformat(given.received)
        frame = timeframe(received, given.urgency, given.zone)  # type: ignore[arg-type]  # checked below
        if given.urgency not in ("expedited", "standard"):
            raise ValueError("urgency")
    except (ValueError, KeyError):
        raise ApplicationError(
            "urgency is expedited or standard, `received` a time with its offset, `zone` an IANA name",
            type="refused",
            non_retryable=True,
        ) from None
    ahead = {"escalation": frame.escalate - now, "due": frame.due - now}
    return {name: max(0.0, span.total_seconds()) for name, span in ahead.items()}
