"""The streaming template: back-pressure, acknowledgement after the result is kept, nothing lost when it is killed."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.templates.hosts import loaded, start, until

MESSAGES = 200
PROGRAM = """
import asyncio, json, sqlite3, sys
import host

class Queue:
    def __init__(self, path):
        self.base = sqlite3.connect(path, timeout=30)
    async def __aiter__(self):
        for id, body in self.base.execute("select id, body from queue where not done order by id").fetchall():
            yield host.Message(id, json.loads(body))
    async def acknowledge(self, message):
        with self.base:
            self.base.execute("update queue set done = 1 where id = ?", (message.id,))
    async def write(self, message, result):
        with self.base:
            self.base.execute("insert into results values (?, ?, 1) on conflict do update set times = times + 1",
                              (message.id, str(result["twice"])))
    async def set_aside(self, message, reason):
        with self.base:
            self.base.execute("insert or replace into results values (?, ?, 1)", (message.id, reason))

queue = Queue(sys.argv[1])
print(asyncio.run(host.process(queue, queue, limit=4)))
"""


def test_killed_and_resumed_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    base = sqlite3.connect(path, timeout=30)
    with base:
        base.execute("pragma journal_mode=wal")
        base.execute("create table queue (id text primary key, body text, done int default 0)")
        base.execute("create table results (id text primary key, result text, times int)")
        bodies = [json.dumps({"amount": number, "work": 30_000}) for number in range(MESSAGES)]
        bodies[7] = "{}"
        base.executemany("insert into queue (id, body) values (?, ?)", [(f"{n:04}", b) for n, b in enumerate(bodies)])

    def done() -> int:
        return int(base.execute("select count(*) from queue where done").fetchone()[0])

    for _ in range(3):
        before = done()
        child = start(tmp_path, "stream", PROGRAM, str(path))
        until(lambda before=before: done() > before + 15)  # type: ignore[misc]
        child.kill()
        child.wait()
        unkept = "select count(*) from queue where done and id not in (select id from results)"
        assert base.execute(unkept).fetchone() == (0,), "acknowledged before its result was kept"
    assert done() < MESSAGES
    last = start(tmp_path, "stream", PROGRAM, str(path))
    output, errors = last.communicate(timeout=120)
    assert "Tally" in output, errors
    results = dict(base.execute("select id, result from results"))
    assert results == {f"{n:04}": str(n * 2) for n in range(MESSAGES)} | {"0007": "KeyError"}
    assert done() == MESSAGES


class Memory:
    """A source and sink in memory that notes how far the source ran ahead."""

    def __init__(self, count: int, host: Any) -> None:
        self.host, self.count, self.asked, self.kept, self.most = host, count, 0, 0, 0
        self.aside: list[str] = []

    async def __aiter__(self) -> AsyncIterator[Any]:
        for number in range(self.count):
            self.asked += 1
            self.most = max(self.most, self.asked - self.kept)
            yield self.host.Message(str(number), {"amount": number} if number != 3 else {})

    async def acknowledge(self, message: Any) -> None:
        self.kept += 1

    async def write(self, message: Any, result: dict[str, object]) -> None:
        await asyncio.sleep(0.002)

    async def set_aside(self, message: Any, reason: str) -> None:
        self.aside.append(reason)


@pytest.mark.parametrize("limit", [1, 5])
def test_a_slow_sink_holds_the_source_back(limit: int) -> None:
    host = loaded("stream")
    memory = Memory(60, host)
    tally = asyncio.run(host.process(memory, memory, limit=limit))
    assert memory.most <= limit
    assert (tally.handled, tally.set_aside, memory.aside) == (59, 1, ["KeyError"])


def test_a_sink_that_fails_is_not_acknowledged() -> None:
    host = loaded("stream")

    class Broken(Memory):
        async def write(self, message: Any, result: dict[str, object]) -> None:
            raise OSError("full")

    broken = Broken(5, host)
    with pytest.raises(ExceptionGroup):
        asyncio.run(host.process(broken, broken))
    assert broken.kept == 0
