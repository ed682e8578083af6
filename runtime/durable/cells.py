"""Child processes that run artifacts for activities: the same ones, with the same limits, as a local batch has."""

import threading
from collections import defaultdict
from os import getpid
from typing import Any

from runtime.child import Setup
from runtime.pool import Job, Pool, Reply
from runtime.registry import Registry

MEMORY_BYTES = 4 * 2**30
IDLE = 8
"""Idle children kept, over all artifacts: a promotion lets those of the old artifact go."""


class Cells:
    """One child for each activity at work. `ladder`: `runtime.ladder.LadderOptions` as a dict, not loaded here.

    An artifact is verified by its child, from the registry, by address."""

    def __init__(self, registry: Registry, ladder: dict[str, Any] | None = None) -> None:
        self._registry, self._ladder = registry, ladder
        self._idle: dict[tuple[str, bool], list[Pool]] = defaultdict(list)
        self._lock = threading.Lock()

    def run(self, artifact: str, path: str, seconds: float, climb: bool) -> dict[str, Any]:
        """The answer of `runtime.child.answer`. A thread that is cancelled notices within a second. Raises RunError."""
        key = (artifact, climb)
        cell = self._take(key)
        try:
            cell.submit(Job(0, path, seconds))
            replies: list[Reply] = []
            while not replies:
                replies = cell.collect(1.0)
        except BaseException:
            cell.close()
            raise
        self._give(key, cell)
        return replies[0].answer

    def close(self) -> None:
        """End all idle children."""
        with self._lock:
            for cells in self._idle.values():
                for cell in cells:
                    cell.close()
            self._idle.clear()

    def _take(self, key: tuple[str, bool]) -> Pool:
        with self._lock:
            if self._idle[key]:
                return self._idle[key].pop()
        address, climb = key
        ladder = self._ladder if climb else None
        return Pool(Setup(str(self._registry.root), address, MEMORY_BYTES, getpid(), ladder), 1)

    def _give(self, key: tuple[str, bool], cell: Pool) -> None:
        with self._lock:
            cells = self._idle.pop(key, [])
            self._idle[key] = [*cells, cell]  # the last used stands last
            while sum(map(len, self._idle.values())) > IDLE:
                oldest = next(iter(self._idle))
                self._idle[oldest].pop(0).close()
                if not self._idle[oldest]:
                    del self._idle[oldest]
