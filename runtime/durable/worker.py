"""A worker process: workflows, and activities on one queue a role, each with its own concurrency and rate."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from runtime.audit import AuditLog
from runtime.durable.activities import PEOPLE, Activities
from runtime.durable.batch import BatchWorkflow
from runtime.durable.batches import Batches
from runtime.durable.cells import Cells
from runtime.durable.claims import Claims
from runtime.durable.client import ensure_attributes
from runtime.durable.codec import payload_keys
from runtime.durable.decision import DecisionWorkflow
from runtime.durable.document import DocumentWorkflow
from runtime.durable.intake import IntakeWorkflow
from runtime.durable.keeping import Keeper, Observe, unobserved
from runtime.durable.running import Runner
from runtime.durable.starting import BatchActivities
from runtime.errors import UsageError
from runtime.files import home
from runtime.registry import Registry
from runtime.rollout import Rollouts
from runtime.signing import keys_folder
from runtime.store import Store
from templates.modules.health import RefusedError
from templates.modules.notify import Notifier

WORKFLOWS = (DocumentWorkflow, BatchWorkflow, DecisionWorkflow, IntakeWorkflow)
ROLES = ("read", "extract", "model", "persist")
DEPLOYMENT = "code-factory"
STICKY = timedelta(seconds=4)
"""After so long another worker takes over the workflows of one that died."""


@dataclass(frozen=True)
class Role:
    """Activities at one time, and new ones a second (None: as many as come) of this worker."""

    concurrency: int
    rate: float | None = None


@dataclass(frozen=True)
class WorkerOptions:
    """`roles` this process serves; `workflows` whether it also runs workflow code; `drain` in seconds."""

    roles: dict[str, Role] = field(
        default_factory=lambda: {"read": Role(8), "extract": Role(1), "model": Role(2), "persist": Role(4)}
    )
    workflows: bool = True
    queue: str = "factory"
    drain: float = 30.0
    build: str | None = None
    """Build id: workflows stay pinned to workers of the build they began on. None: not versioned."""


def claims_of(root: str | None, registry: Path | None) -> Claims:
    """The claim store, by default a folder in the home folder."""
    return Claims(root or str((home() / "claims").resolve()), payload_keys(keys_folder(registry)), home() / "cache")


def activities_of(
    registry: Registry,
    store: Store,
    claims: Claims,
    audit: AuditLog,
    ladder: dict[str, Any] | None = None,
    observe: Observe = unobserved,
) -> Activities:
    """Everything that a worker's activities work on."""
    rollouts, keeper = Rollouts(registry, store, audit), Keeper(registry, store, audit, observe=observe)
    runner = Runner(registry, audit, Cells(registry, None if ladder is None else {**ladder, "batch_limits": False}))
    return Activities(registry, store, claims, audit, runner, rollouts, keeper, notifier=_notifier())


def _notifier() -> Notifier | None:
    """Who is told, by `FACTORY_NOTIFY`: addresses with spaces between. Raises UsageError for one of no known kind."""
    addresses = tuple(os.environ.get("FACTORY_NOTIFY", "").split())
    try:
        return Notifier({PEOPLE: addresses}, attempts=1) if addresses else None
    except RefusedError as error:
        raise UsageError(f"FACTORY_NOTIFY: {error}") from None


async def serve(client: Client, activities: Activities, options: WorkerOptions, stop: asyncio.Event) -> None:
    """Work until `stop` is set; then take no more, finish what is at work within `drain` seconds, and return."""
    await ensure_attributes(client)
    activities = replace(activities, batches=Batches(client))
    try:
        async with AsyncExitStack() as stack:
            workers = _workers(client, activities, options, stack)
            for worker in workers:
                await stack.enter_async_context(worker)
            await stop.wait()
            await asyncio.gather(*(worker.shutdown() for worker in workers))  # one after the other would drain as often
    finally:
        activities.runner.cells.close()


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT drain."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)


def _workers(client: Client, activities: Activities, options: WorkerOptions, stack: AsyncExitStack) -> list[Worker]:
    given, batches = activities, activities.batches
    assert batches is not None
    starting = BatchActivities(given.registry, given.claims, given.rollouts, given.keeper, given.audit, batches)
    by_role: dict[str, list[Any]] = {
        "read": [activities.read, starting.start, starting.ended, starting.list_inbox],
        "extract": [activities.run_artifact],
        "model": [activities.run_artifact],
        "persist": [
            activities.persist,
            activities.withdraw,
            activities.settle,
            activities.notify,
            activities.compare,
            starting.close,
        ],
    }
    grace = timedelta(seconds=options.drain)
    versioning = _deployment(options.build)
    workers = [
        Worker(
            client,
            task_queue=f"{options.queue}-{role}",
            activities=by_role[role],
            activity_executor=stack.enter_context(ThreadPoolExecutor(limits.concurrency)),
            max_concurrent_activities=limits.concurrency,
            max_activities_per_second=limits.rate,
            graceful_shutdown_timeout=grace,
        )
        for role, limits in options.roles.items()
    ]
    if options.workflows:
        workers.append(
            Worker(
                client,
                task_queue=options.queue,
                workflows=WORKFLOWS,
                workflow_runner=UnsandboxedWorkflowRunner(),  # 6 ms a document less; tests replay in the sandbox
                sticky_queue_schedule_to_start_timeout=STICKY,
                graceful_shutdown_timeout=grace,
                deployment_config=versioning,
            )
        )
    return workers


def _deployment(build: str | None) -> WorkerDeploymentConfig | None:
    if build is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
