"""A batch of any size keeps its history and its memory small: the real BatchWorkflow, with documents that take no time.

The server, the worker, the window, the steps and the signals are those of production. Only the activities that start
documents and close the batch are others: the one tells the batch at once that they are stored, `TOGETHER` of them in a
signal, the other has nothing to close.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from runtime.durable import dev_server
from runtime.durable.batch import BatchWorkflow
from runtime.durable.batches import Batches
from runtime.durable.messages import BatchInput, BatchProgress, CloseInput, DocumentOutcome, StartInput

TOGETHER = 50
"""As when so many workers finish a document in the time of one signal."""
QUEUE, IDENTITY = "window", "batch-window"
EVERY = 2.0
"""Seconds between two looks at memory and progress."""
Sample = tuple[int, float, float]
"""Documents done; memory of the server and of this process in MB."""


@dataclass(frozen=True)
class _Instant:
    """Documents that are stored as soon as they are started."""

    batches: Batches

    @activity.defn(name="start")
    def start(self, what: StartInput) -> list[DocumentOutcome]:
        """Tell the batch."""
        for first in range(what.offset, what.offset + what.count, TOGETHER):
            end = min(first + TOGETHER, what.offset + what.count)
            self.batches.tell(what.parent, *(DocumentOutcome(position, "recorded") for position in range(first, end)))
        return []

    @activity.defn(name="close")
    def close(self, what: CloseInput) -> int:
        """Nothing was opened in a store."""
        return 0


def window(documents: int, told: Callable[[int], None] = lambda done: None) -> dict[str, Any]:
    """Run a batch of so many documents; `told` hears how many are done. Memory in MB, events and bytes of each run."""
    with tempfile.TemporaryDirectory(prefix="factory-bench-") as name:
        server = dev_server.start(database=Path(name) / "temporal.db")
        try:
            return asyncio.run(_measured(server, documents, told))
        finally:
            server.stop()


async def _measured(server: dev_server.DevServer, documents: int, told: Callable[[int], None]) -> dict[str, Any]:
    client, begun = await Client.connect(server.address), time.monotonic()
    samples: list[Sample] = []
    with ThreadPoolExecutor(4) as threads:
        instant = _Instant(Batches(client))
        workflows = Worker(
            client, task_queue=QUEUE, workflows=[BatchWorkflow], workflow_runner=UnsandboxedWorkflowRunner()
        )
        reader = Worker(client, task_queue=f"{QUEUE}-read", activities=[instant.start], activity_executor=threads)
        keeper = Worker(client, task_queue=f"{QUEUE}-persist", activities=[instant.close], activity_executor=threads)
        async with workflows, reader, keeper:
            options = BatchInput("window", "bench_note", "", documents, window=500, page=1000)
            handle = await client.start_workflow(BatchWorkflow.run, options, id=IDENTITY, task_queue=QUEUE)
            watch = asyncio.create_task(_watch(handle, server.process.pid, samples, told))
            progress = await handle.result()
            watch.cancel()
            samples.append(_sample(documents, server.process.pid))
    runs = [await _size(client, run.run_id) async for run in client.list_workflows(f"WorkflowId = '{IDENTITY}'")]
    return _answer(progress, runs, samples, time.monotonic() - begun)


async def _watch(
    handle: WorkflowHandle[Any, BatchProgress], server: int, samples: list[Sample], told: Callable[[int], None]
) -> None:
    while True:
        await asyncio.sleep(EVERY)
        done = sum((await handle.query(BatchWorkflow.progress)).counts.values())
        samples.append(_sample(done, server))
        told(done)


async def _size(client: Client, run: str) -> tuple[int, int]:
    """Events and bytes of a run's history."""
    info = (await client.get_workflow_handle(IDENTITY, run_id=run).describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes


def _answer(
    progress: BatchProgress, runs: list[tuple[int, int]], samples: list[Sample], seconds: float
) -> dict[str, Any]:
    early = next(one for one in samples if one[0] >= progress.total / 10)
    return {
        "documents": progress.total,
        "counts": progress.counts,
        "runs": len(runs),
        "history_events_max": max(events for events, _ in runs),
        "history_kb_max": round(max(size for _, size in runs) / 1000, 1),
        "server_mb": {"after_a_tenth": early[1], "end": samples[-1][1], "most": max(one[1] for one in samples)},
        "worker_mb": {"after_a_tenth": early[2], "end": samples[-1][2], "most": max(one[2] for one in samples)},
        "seconds": round(seconds, 1),
    }


def _sample(done: int, server: int) -> Sample:
    return done, _memory(server), _memory(getpid())


def _memory(pid: int) -> float:
    """Resident memory of a process in MB, from /proc."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line for line in lines if line.startswith("VmRSS")).split()[1]
    return round(int(kilobytes) / 1024, 1)
