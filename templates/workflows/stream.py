"""A streaming processor: messages from an async iterator, at most so many at work, acknowledged when they are done.

Generated: `handle`. Delivery is at least once: a message is acknowledged only after the sink took its result, so what
a crash interrupts comes again, and the sink tells repeats by the message's id. Back-pressure: the source is not asked
for the next message before there is room. A message that fails is tried again `attempts` times, then set aside.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, cast

from templates.workflows.logic import Made, Values, own_functions

# --- generated functions begin ---
# --- generated functions end ---

Handle = Callable[[Values], Made]


@dataclass(frozen=True)
class Message:
    """One message. The same `id` always means the same message."""

    id: str
    body: Mapping[str, object]


class Source(Protocol):
    """Where messages come from. What was not acknowledged comes again after a restart."""

    def __aiter__(self) -> AsyncIterator[Message]: ...

    async def acknowledge(self, message: Message) -> None:
        """Forget the message: it is done."""
        ...


class Sink(Protocol):
    """Where results go. Both must be durable when they return, and may see an id twice."""

    async def write(self, message: Message, result: Made) -> None:
        """Keep a result."""
        ...

    async def set_aside(self, message: Message, reason: str) -> None:
        """Keep a message that could not be handled; `reason` is one stable word."""
        ...


@dataclass(frozen=True)
class Tally:
    """What one run of `process` did."""

    handled: int
    set_aside: int


async def process(source: Source, sink: Sink, limit: int = 8, attempts: int = 3) -> Tally:
    """Handle every message of the source, at most `limit` at once, in any order.

    Raises what source and sink raise, after the messages at work have ended; they were not acknowledged.
    """
    counts = {"handled": 0, "set_aside": 0}
    room = asyncio.Semaphore(limit)

    async def work(message: Message) -> None:
        try:
            counts["handled" if await _one(message, source, sink, attempts) else "set_aside"] += 1
        finally:
            room.release()

    async with asyncio.TaskGroup() as group:
        await room.acquire()
        async for message in source:
            group.create_task(work(message))
            await room.acquire()
        room.release()
    return Tally(**counts)


async def _one(message: Message, source: Source, sink: Sink, attempts: int) -> bool:
    """Handle, keep, acknowledge: in this order. Whether it was handled."""
    reason = ""
    for _ in range(attempts):
        try:
            result = await asyncio.to_thread(HANDLE, message.body)
        except Exception as error:  # whatever generated code raises sets the message aside
            reason = type(error).__name__
            continue
        await sink.write(message, result)
        await source.acknowledge(message)
        return True
    await sink.set_aside(message, reason)
    await source.acknowledge(message)
    return False


def _no_handler(values: Values) -> Made:
    raise LookupError("nothing was generated for this template")


FUNCTIONS = own_functions(globals())
HANDLE = cast(Handle, FUNCTIONS.get("handle", _no_handler))
