"""Calls of the activities from workflow code: queue, timeouts and retries of each role in one place."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from runtime.durable.messages import DocumentInput, Extracted, ExtractInput, Persisted, PersistInput, Reference, Timing

T = TypeVar("T")
NEVER = ["bad_document", "refused", "code"]
"""Error types that no retry mends: a damaged document, a refused artifact or decision, an error in compiled code."""
LONGEST = 12 * 3600.0
"""Seconds on top for what a large document, or a slow model, may take; the child that works on it ends it before. A
worker that is gone shows by its heartbeat long before that."""


async def call(role: str, name: str, argument: Any, result: type[T], timing: Timing | None = None) -> T:
    """Run one activity on the queue of its role."""
    timing = timing or Timing(start_to_close=20.0, heartbeat=0.0, attempts=0)
    policy = RetryPolicy(
        initial_interval=timedelta(seconds=timing.first_retry),
        maximum_interval=timedelta(seconds=timing.longest_retry),
        maximum_attempts=timing.attempts,
        non_retryable_error_types=NEVER,
    )
    answer: T = await workflow.execute_activity(
        name,
        argument,
        result_type=result,
        task_queue=f"{workflow.info().task_queue}-{role}",
        start_to_close_timeout=timedelta(seconds=timing.start_to_close),
        heartbeat_timeout=timedelta(seconds=timing.heartbeat) if timing.heartbeat else None,
        retry_policy=policy,
    )
    return answer


async def read(source: DocumentInput) -> Reference:
    """Fetch the document into the claim store."""
    timing = replace(source.timing, heartbeat=source.timing.heartbeat or 15.0)
    return await call("read", "read", source.url, Reference, timing)


async def extract(source: DocumentInput, document: Reference | None, artifact: str) -> Extracted:
    """The compiled artifact as an activity; without a reference, of all steps together."""
    what = ExtractInput(document) if document is not None else ExtractInput(source=source)
    return await call("extract", f"extract:{artifact}", what, Extracted, _long(source.timing))


async def climb(source: DocumentInput, document: Reference) -> Extracted:
    """The same, with the ladder for doubtful fields."""
    what = ExtractInput(document, source)
    return await call("model", f"climb:{source.artifact}", what, Extracted, _long(source.timing))


async def climbed(source: DocumentInput, document: Reference, made: Extracted) -> PersistInput:
    """What is to be stored of a reading: after the ladder, where it is doubtful and may climb.

    Where climbing fails, what was read stays read, with the reason: a person is the next rung.
    """
    reason, message = source.reason_of(made.doubtful)
    if made.doubtful and source.climb:
        try:
            made = await climb(source, document)
        except ActivityError as error:
            reason, message = cause_of(error)
    return PersistInput(source, document.sha256, made.claim, reason, message, made.tokens)


def _long(timing: Timing) -> Timing:
    return replace(timing, start_to_close=timing.start_to_close + LONGEST, heartbeat=timing.heartbeat or 15.0)


async def persist(what: PersistInput) -> Persisted:
    """Upsert by key, so that a retry never makes a second record."""
    return await call("persist", "persist", what, Persisted, Timing(start_to_close=20.0, heartbeat=0.0, attempts=20))


def cause_of(error: ActivityError) -> tuple[str, str]:
    """The stable reason of a failed activity and its remedy; neither holds a value."""
    cause = error.cause
    if isinstance(cause, ApplicationError):
        details = [str(one) for one in cause.details]
        return (details[0] if details else cause.type or "code"), cause.message
    return "lost", "its worker was lost or too slow each time; see the workers, then submit it again"


def document_of(error: ActivityError) -> str | None:
    """The SHA-256 of the document that an activity of all steps failed on, where it could be read."""
    cause = error.cause
    return str(cause.details[1]) if isinstance(cause, ApplicationError) and len(cause.details) > 1 else None
