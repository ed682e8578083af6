"""How long a document may take: the same on this machine's workers and on Temporal's."""

from runtime.artifact import Artifact
from runtime.load import is_workflow, load_plan
from runtime.registry import Registry

TIMEOUT = 25.0
"""Seconds for a small document."""
SECONDS_PER_MEGABYTE = 60.0
"""Time allowed on top for a file's size: a scan of many pages is slow, and not stuck. A page of a fax has 50 kB or
more, and OCR on one core takes about 3 s for it."""
CALL_SECONDS = 60.0
"""Time allowed on top for each call of a workflow: `runtime.modules` ends one before so long, however it fails."""
LADDER_SECONDS = 1800.0
"""Time a document may take on top where a model may be asked: it may be slow, or its server down."""


def seconds_for(size: int, timeout: float = TIMEOUT) -> float:
    """Seconds that a document of `size` bytes may take, where a small one may take `timeout`."""
    return timeout + SECONDS_PER_MEGABYTE * size / 1e6


def more_for(calls: int, asks: bool) -> float:
    """Seconds on top of a document's own for so many calls, and where a model may be asked."""
    return calls * CALL_SECONDS + (LADDER_SECONDS if asks else 0.0)


def calls_of(artifact: Artifact, registry: Registry) -> int:
    """How many calls a case may make. Raises UsageError where a service is not configured: before the first case."""
    if not is_workflow(artifact):
        return 0
    plan = load_plan(artifact)
    if plan.calls:
        from runtime.modules import Modules  # imported late: clients of databases and web take a second to load

        Modules.of(plan, registry.root)
    return len(plan.calls)
