"""`factory bench temporal`: what durability costs a document, and what it survives.

Everything runs on this machine: the real server with a file for its histories, worker processes as `factory worker`
starts them, a store in SQLite or by URL. CPU is that of whole processes (user and system), children included.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from temporalio.client import Client

from extractors.model import ExtractorModel, FieldModel
from ocr.document import Document, Page, Word
from runtime.artifact import Artifact
from runtime.batch import BatchOptions, run_batch
from runtime.durable import dev_server
from runtime.durable.batch import BatchWorkflow, document_id
from runtime.durable.client import Connection, TemporalError, connect
from runtime.durable.messages import BatchInput, BatchProgress
from runtime.durable.rows import batch_of
from runtime.durable.submit import batch_id, submit
from runtime.durable.worker import claims_of
from runtime.registry import Registry
from runtime.store import Store

SOURCE = '''"""A small reader: the number after the word `Number`."""

from extractors.candidate import Candidate
from ocr.document import Document
from templates.workflows.durable import ActivityPolicy


def number(document: Document) -> list[Candidate]:
    """Whatever stands after the word `Number`."""
    return [
        Candidate("identifier", page.words[place + 1].text, page.words[place + 1].text, index, (place + 1,))
        for index, page in enumerate(document.pages)
        for place, word in enumerate(page.words[:-1])
        if word.text == "Number"
    ]


FIELDS = {"number": number}
LINE_ITEMS = None
ACTIVITY = ActivityPolicy(start_to_close=60.0, heartbeat=4.0, attempts=0)  # no document is blamed for a killed worker
'''
NAME = "bench_note"
STUCK = 600.0
"""Seconds without a finished document after which a run is given up."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Bench:
    """A home of its own, its inbox, registry and store."""

    home: Path
    inbox: Path
    store_url: str
    address: str

    def documents(self) -> list[Path]:
        return sorted(self.inbox.iterdir())


@contextmanager
def bench(documents: int, store_url: str | None = None) -> Iterator[Bench]:
    """A folder with that many one-page documents, and one artifact; `FACTORY_HOME` is it meanwhile."""
    with tempfile.TemporaryDirectory(prefix="factory-bench-") as name:
        home, inbox, before = Path(name) / "home", Path(name) / "inbox", os.environ.get("FACTORY_HOME")
        os.environ["FACTORY_HOME"] = str(home)
        try:
            address = Registry().publish(_artifact())
            inbox.mkdir()
            for index in range(documents):
                words = [Word(text, 60.0 * at, 0.0, 60.0 * at + 50.0, 10.0) for at, text in enumerate(_texts(index))]
                page = Page.of(1, 600.0, 800.0, words)
                (inbox / f"{index:06}.words.json").write_text(Document((page,)).to_json())
            yield Bench(home, inbox, store_url or f"sqlite:///{home / 'store.sqlite'}", address)
        finally:
            os.environ.pop("FACTORY_HOME") if before is None else os.environ.update(FACTORY_HOME=before)


def _texts(index: int) -> list[str]:
    return ["Number", f"N-{index:06}", "a", "small", "note"]


def _artifact() -> Artifact:
    model = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=0.1)})
    return Artifact(
        {
            "activity.py": SOURCE.encode(),
            "weights.json": model.to_json().encode(),
            "spec.yaml": f"kind: document\nname: {NAME}\nfields:\n  number: {{type: identifier}}\n".encode(),
            "report.md": b"# bench\n",
            "manifest.json": f'{{"name": "{NAME}", "accuracy": {{"number": {{"exact": 1.0}}}}}}'.encode(),
        }
    )


class Workers:
    """`factory worker` processes that can be killed and started again."""

    def __init__(self, bench: Bench, server: str, count: int) -> None:
        roles = {"read": (2, None), "extract": (1, None), "model": (1, None), "persist": (2, None)}
        given = {"server": server, "store": bench.store_url, "roles": roles, "drain": 5.0}
        self._command = [sys.executable, "-P", "-m", "runtime.durable.process", json.dumps(given)]
        self.processes = [self._start() for _ in range(count)]

    def kill_one(self, place: int) -> None:
        """SIGKILL, and another one in its place."""
        self.processes[place].kill()
        self.processes[place].wait()
        self.processes[place] = self._start()

    def cpu(self) -> float:
        """Seconds of CPU of the living workers and the children they have."""
        return sum(_tree_cpu(process.pid) for process in self.processes)

    def close(self) -> None:
        """Drain all."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return subprocess.Popen(self._command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment)  # noqa: S603  # our own


def _tree_cpu(pid: int) -> float:
    """CPU seconds of a process and its living descendants, from /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for task in Path(f"/proc/{pid}/task").iterdir():
            if task.name != str(pid):
                children += (task / "children").read_text().split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS + sum(_tree_cpu(int(child)) for child in children)


async def _client(server: str) -> Client:
    return await connect(Connection(server))


async def _submit(bench: Bench, server: str, batch: str, total: int | None = None) -> None:
    options = BatchInput(batch, NAME, "", 0, window=24, page=200, together=True)
    await submit(await _client(server), Registry(), claims_of(None, None), str(bench.inbox), options)


def chaos(documents: int, step: int | None = None, store_url: str | None = None) -> dict[str, Any]:
    """Three workers, one killed at the start and after each `step` documents, the server restarted once.

    What happens depends on how far the batch is, never on how fast the machine is. Every 25th document is damaged.
    `lost`: documents without record or failure; `duplicates`: records too many.
    """
    with bench(documents, store_url) as made:
        damaged = made.documents()[7::25]
        for path in damaged:
            path.write_text("{")
        begun, store = time.monotonic(), Store(made.store_url)
        with _house(made) as house:
            kills = _kill_on_the_way(house, store, documents, step or max(10, documents // 20))
            progress = asyncio.run(_result(house.server.address, "chaos"))
        records = len(store.ids())
        failures = list(store.failures(batch_of("chaos", made.address, NAME)))
        listed = _listed(store, made)
        store.close()
        return {
            "documents": documents,
            "damaged": len(damaged),
            "records": records,
            "failures": len(failures),
            "lost": documents - listed,
            "duplicates": max(0, records - (documents - len(damaged))),
            "counts": progress.counts,
            "kills": kills,
            "server_restarts": house.restarts,
            "seconds": round(time.monotonic() - begun, 1),
        }


@dataclass
class _House:
    """Three workers and a server that keeps its histories in a file."""

    bench: Bench
    server: dev_server.DevServer
    workers: "Workers"
    port: int
    restarts: int = 0

    def restart(self) -> None:
        """The server, at the same address."""
        self.server.stop()
        self.server = dev_server.start(self.port, self.bench.home / "temporal.db")
        self.restarts += 1


@contextmanager
def _house(made: Bench) -> Iterator[_House]:
    port = dev_server.free_port()
    server = dev_server.start(port, made.home / "temporal.db")
    workers = Workers(made, server.address, 3)
    house = _House(made, server, workers, port)
    try:
        yield house
    finally:
        workers.close()
        house.server.stop()


def _kill_on_the_way(house: _House, store: Store, documents: int, step: int) -> int:
    """Kill the workers in turn until all documents are listed; gives how many kills there were."""
    asyncio.run(_submit(house.bench, house.server.address, "chaos"))
    kills, done, moved = 0, 0, time.monotonic()
    while True:
        if done >= kills * step:
            house.workers.kill_one(kills % len(house.workers.processes))
            kills += 1
        if done >= documents // 3 and not house.restarts:
            house.restart()
        if done == documents:
            return kills
        time.sleep(0.1)
        before, done = done, _listed(store, house.bench)
        moved = time.monotonic() if done > before else moved
        if time.monotonic() - moved > STUCK:
            raise TemporalError(f"{documents - done} documents are not done, and for {STUCK:g} s none was")


def _listed(store: Store, made: Bench) -> int:
    return sum(store.counts(batch_of("chaos", made.address, NAME)).values())


async def _result(server: str, batch: str) -> BatchProgress:
    handle = (await _client(server)).get_workflow_handle_for(BatchWorkflow.run, batch_id(batch))
    async with asyncio.timeout(STUCK):
        return await handle.result()


def overhead(documents: int, workers: int) -> dict[str, Any]:
    """CPU a document of the workers (and of the server) against the local runner on the same files, and throughput.

    Starting up is not counted: the first documents are done before the clock starts.
    """
    with bench(documents + WARM) as made:
        local = _local(made)
        server = dev_server.start(database=made.home / "temporal.db")
        pool = Workers(made, server.address, workers)
        try:
            warm = replace(made, inbox=_part(made, WARM))
            asyncio.run(_submit(warm, server.address, "warm"))
            asyncio.run(_result(server.address, "warm"))
            cpu, server_cpu, begun = pool.cpu(), _tree_cpu(server.process.pid), time.monotonic()
            asyncio.run(_submit(made, server.address, "measured"))
            progress = asyncio.run(_result(server.address, "measured"))
            seconds = time.monotonic() - begun
            used, server_used = pool.cpu() - cpu, _tree_cpu(server.process.pid) - server_cpu
            events = asyncio.run(_events(server.address, documents))
        finally:
            pool.close()
            server.stop()
    return {
        "documents": documents,
        "workers": workers,
        "counts": progress.counts,
        "documents_per_second": round(documents / seconds, 2),
        "worker_cpu_ms": round(1000 * used / documents, 2),
        "local_cpu_ms": round(local, 2),
        "overhead_cpu_ms": round(1000 * used / documents - local, 2),
        "server_cpu_ms": round(1000 * server_used / documents, 2),
        **events,
    }


WARM = 12


def _part(made: Bench, count: int) -> Path:
    """The last `count` documents, moved to an inbox of their own."""
    folder = made.home / "warm"
    folder.mkdir()
    for path in made.documents()[-count:]:
        path.rename(folder / path.name)
    return folder


def _local(made: Bench) -> float:
    """Milliseconds of CPU a document of `run_batch` with one worker, its start not counted: by difference of sizes."""

    def used(paths: list[Path], name: str) -> float:
        before = os.times()
        store = Store(f"sqlite:///{made.home / name}")
        run_batch(Registry(), NAME, paths, store, options=BatchOptions(1))
        store.close()
        after = os.times()
        return sum(after[:4]) - sum(before[:4])

    paths = made.documents()
    used(paths[:1], "first.sqlite")  # loads what is loaded once
    few, many = used(paths[:WARM], "few.sqlite"), used(paths, "many.sqlite")
    return 1000 * (many - few) / (len(paths) - WARM)


async def _events(server: str, documents: int) -> dict[str, Any]:
    """Events and bytes of some documents' histories, and events of the batch's last run."""
    client = await _client(server)
    lengths, sizes = [], []
    for position in range(0, documents, max(1, documents // 20)):
        description = await client.get_workflow_handle(document_id("measured", position)).describe()
        lengths.append(description.history_length)
        sizes.append(description.raw_description.workflow_execution_info.history_size_bytes)
    batch = await client.get_workflow_handle(batch_id("measured")).describe()
    return {
        "history_events_max": max(lengths),
        "history_bytes_max": max(sizes),
        "history_events_batch_run": batch.history_length,
    }
