"""One event loop a process, in a thread of its own, that all model calls run on.

Connections belong to the loop that opened them. With a single loop they are shared by synchronous callers and by
callers with loops of their own.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on the shared loop and wait for it. Not for use on the shared loop itself."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


async def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on the shared loop from any other loop. Cancelling the caller cancels the work."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _loop()))


def _loop() -> asyncio.AbstractEventLoop:
    pid = os.getpid()  # threads do not survive a fork
    with _lock:
        if pid not in _loops:
            _loops[pid] = asyncio.new_event_loop()
            threading.Thread(target=_loops[pid].run_forever, name="model-calls", daemon=True).start()
        return _loops[pid]
