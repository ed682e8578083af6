"""A worker as a process of its own: `python -m runtime.durable.process '{"server": ...}'` loads no model client."""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.audit import AuditLog
from runtime.durable.client import Connection, connect
from runtime.durable.keeping import Observe, unobserved
from runtime.durable.worker import Role, WorkerOptions, activities_of, claims_of, serve, stop_on_signals
from runtime.registry import Registry
from runtime.store import Store


@dataclass(frozen=True)
class WorkerProcess:
    """What a worker needs to begin; `roles` are concurrency and rate by role."""

    server: str
    store: str | None = None
    roles: dict[str, tuple[int, float | None]] = field(default_factory=dict)
    queue: str = "factory"
    namespace: str = "default"
    registry: str | None = None
    claims: str | None = None
    metrics: str | None = None
    workflows: bool = True
    build: str | None = None
    drain: float = 30.0
    ladder: dict[str, Any] | None = None


async def work(given: WorkerProcess, observe: Observe = unobserved) -> None:
    """Serve until SIGTERM or SIGINT, then drain. Raises RunError."""
    registry = None if given.registry is None else Path(given.registry)
    roles = {name: Role(*limits) for name, limits in given.roles.items()}
    options = WorkerOptions(roles, given.workflows, given.queue, given.drain, given.build)
    claims = claims_of(given.claims, registry)
    activities = activities_of(Registry(registry), Store(given.store), claims, AuditLog(), given.ladder, observe)
    client = await connect(Connection(given.server, given.namespace, given.queue, given.metrics), registry)
    stop = asyncio.Event()
    stop_on_signals(stop)
    await serve(client, activities, options, stop)


if __name__ == "__main__":
    asyncio.run(work(WorkerProcess(**json.loads(sys.argv[1]))))
