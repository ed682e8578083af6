"""Tell workflows that wait for a review what was decided on the review page or by command."""

import asyncio
from datetime import timedelta
from pathlib import Path

from temporalio.service import RPCError, RPCStatusCode

from runtime.durable.client import Connection, TemporalError, connect
from runtime.durable.rows import waiting_for
from runtime.errors import UsageError
from runtime.store import Store

PATIENCE = timedelta(seconds=10)


def place_of_server(text: str) -> Connection:
    """`HOST:PORT` or `HOST:PORT/NAMESPACE`. Raises UsageError."""
    address, _, namespace = text.partition("/")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise UsageError(f"{text!r}: write HOST:PORT or HOST:PORT/NAMESPACE of the Temporal server")
    return Connection(address, namespace or "default")


def tell_waiting(store: Store, item: str, where: Connection, registry: Path | None = None) -> int:
    """Signal every workflow that waits for the item's record; gives how many. Not for use within an event loop.

    A workflow that ended needs to hear nothing. Raises TemporalError where the server does not answer.
    """
    workflows = waiting_for(store, item)
    return asyncio.run(_signal(workflows, item, where, registry)) if workflows else 0


async def _signal(workflows: list[str], item: str, where: Connection, registry: Path | None) -> int:
    client, told = await connect(where, registry), 0
    for workflow in workflows:
        try:
            await client.get_workflow_handle(workflow).signal("settled", item, rpc_timeout=PATIENCE)
            told += 1
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise TemporalError(
                    f"the decision is kept, but its workflow was not told ({error.status.name})"
                ) from None
    return told
