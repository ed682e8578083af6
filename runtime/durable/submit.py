"""Hand an inbox to Temporal: list it, put the list into the claim store, start the batch."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import fsspec
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from runtime.durable.batch import BATCH, SPEC, BatchWorkflow
from runtime.durable.claims import Claims
from runtime.durable.client import ensure_attributes
from runtime.durable.messages import BatchInput, BatchProgress
from runtime.errors import UsageError
from runtime.registry import Registry


def inbox_urls(inbox: str) -> Iterator[str]:
    """Every file at or below an fsspec URL (a folder, a bucket's prefix, one file), sorted, but hidden ones.

    Raises UsageError where there is nothing, or no driver for the URL's scheme.
    """
    try:
        system, root = fsspec.core.url_to_fs(inbox)
        names = [root] if system.isfile(root) else sorted(system.find(root))
    except (ImportError, ValueError, OSError) as error:
        raise UsageError(f"the inbox cannot be listed ({type(error).__name__}); check its URL and its driver") from None
    seen = [name for name in names if not any(part.startswith(".") for part in name[len(root) :].split("/"))]
    if not seen:
        raise UsageError("the inbox holds no documents")
    yield from (system.unstrip_protocol(name) for name in seen)


async def submit(
    client: Client, registry: Registry, claims: Claims, inbox: str, options: BatchInput, queue: str = "factory"
) -> WorkflowHandle[BatchWorkflow, BatchProgress]:
    """Start a batch over the inbox; `options.name` is the artifact's name. Raises UsageError, TemporalError."""
    registry.address(options.name)
    urls = list(inbox_urls(inbox))
    manifest = claims.put("manifests", "\n".join(urls).encode())
    batch = options.batch or uuid.uuid4().hex
    await ensure_attributes(client)
    pairs = [SearchAttributePair(BATCH, batch), SearchAttributePair(SPEC, options.name)]
    return await client.start_workflow(
        BatchWorkflow.run,
        replace(options, batch=batch, manifest=manifest, total=len(urls)),
        id=batch_id(batch),
        task_queue=queue,
        search_attributes=TypedSearchAttributes(pairs),
    )


def batch_id(batch: str) -> str:
    """The id of a batch's workflow."""
    return f"batch-{batch}"
