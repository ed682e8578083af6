"""Heartbeats of an activity that waits for something else: a slow bucket, a store that is locked, a child process."""

import contextvars
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from temporalio import activity

SECONDS = 3.0
"""Between two heartbeats; the shortest timeout that a worker is given is 10 s (`runtime.durable.batch.STARTING`)."""


@contextmanager
def beating() -> Iterator[None]:
    """Say that this activity is at work, from a thread of its own, until the block ends.

    How long it may take altogether is bounded by its `start_to_close` and by what it calls.
    """
    done, context = threading.Event(), contextvars.copy_context()

    def beat() -> None:
        while not done.wait(SECONDS):
            activity.heartbeat()

    thread = threading.Thread(target=context.run, args=(beat,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
