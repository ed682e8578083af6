"""Hand an inbox to Temporal: list it, put the list into the claim store, start the batch."""

import hashlib
import uuid
from dataclasses import replace

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    WorkflowHandle,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from runtime.durable.batch import BATCH, SPEC, BatchWorkflow, attributes
from runtime.durable.claims import Claims
from runtime.durable.client import ensure_attributes
from runtime.durable.decision import DecisionWorkflow
from runtime.durable.inbox import inbox_urls, work_urls
from runtime.durable.intake import IntakeWorkflow
from runtime.durable.messages import BatchInput, BatchProgress, DecisionInput, DecisionOutcome, IntakeInput
from runtime.errors import UsageError
from runtime.limits import limits_of
from runtime.registry import Registry


async def submit(
    client: Client, registry: Registry, claims: Claims, inbox: str, options: BatchInput, queue: str = "factory"
) -> WorkflowHandle[BatchWorkflow, BatchProgress]:
    """Start a batch over the inbox; `options.name` is the artifact's name. Raises UsageError, TemporalError.

    Where it climbs, the spec's budgets hold, or `options.token_budget` in place of the spec's tokens.
    """
    artifact = registry.resolve(options.name)
    manifest, total = claims.put_manifest(work_urls(inbox, artifact, claims))
    if options.climb:
        tokens, reserve = limits_of(artifact, options.token_budget)
        options = replace(options, token_budget=tokens, reserve=reserve)
    batch = options.batch or uuid.uuid4().hex
    await ensure_attributes(client)
    pairs = [SearchAttributePair(BATCH, batch), SearchAttributePair(SPEC, options.name)]
    return await client.start_workflow(
        BatchWorkflow.run,
        replace(options, batch=batch, manifest=manifest, total=total),
        id=batch_id(batch),
        task_queue=queue,
        search_attributes=TypedSearchAttributes(pairs),
    )


async def decide(
    client: Client, registry: Registry, address: str, given: DecisionInput, queue: str = "factory"
) -> WorkflowHandle[DecisionWorkflow, DecisionOutcome]:
    """Start the decision of one case, a file's address, on the artifact that its name stands for now.

    Raises UsageError, RegistryError, TemporalError.
    """
    urls = list(inbox_urls(address))
    if len(urls) != 1:
        raise UsageError(f"a case is one document, and here are {len(urls)}")
    artifact, batch = registry.address(given.case.name), given.case.batch or uuid.uuid4().hex
    case = replace(given.case, url=urls[0], artifact=artifact, batch=batch)
    await ensure_attributes(client)
    return await client.start_workflow(
        DecisionWorkflow.run,
        replace(given, case=case),
        id=f"decision-{batch}",
        task_queue=queue,
        search_attributes=attributes(batch, case.name, artifact),
    )


def batch_id(batch: str) -> str:
    """The id of a batch's workflow."""
    return f"batch-{batch}"


async def schedule(client: Client, registry: Registry, inbox: str, name: str, cron: str, queue: str = "factory") -> str:
    """Take the inbox in at fixed times (UTC); gives the schedule's id. Raises UsageError, RegistryError.

    One intake at a time: where the last one still runs, the next is left out.
    """
    registry.address(name)
    identity = f"intake-{hashlib.sha256(f'{inbox}:{name}'.encode()).hexdigest()[:16]}"
    action = ScheduleActionStartWorkflow(IntakeWorkflow.run, IntakeInput(inbox, name), id=identity, task_queue=queue)
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP)
    try:
        await client.create_schedule(
            identity, Schedule(action=action, spec=ScheduleSpec(cron_expressions=[cron]), policy=policy)
        )
    except ScheduleAlreadyRunningError:
        raise UsageError(f"schedule {identity} is there already; delete it with Temporal's own command first") from None
    return identity
