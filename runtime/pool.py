"""Worker processes that may hang or die without taking the batch with them.

Each worker has at most `AHEAD` jobs: the one it works on and the next, so that it never waits for its parent. A worker
that exceeds a job's time is killed with everything it started; one that dies is replaced. Either way the oldest job
it had not answered is the one to blame, and the others are given to another worker.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

from runtime.child import Setup, encode
from runtime.errors import RunError

AHEAD = 2
START_SECONDS = 120.0
START_FAILURES = 3
"""So many workers in a row that die before they are ready mean that none will ever be."""
MAX_ANSWER_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Job:
    """A document for a worker. `seconds`: how long it may take."""

    position: int
    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a job: the worker's own (see `runtime.child.answer`), or why there is none."""

    job: Job
    answer: dict[str, Any]


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    jobs: deque[Job] = field(default_factory=deque)
    ready: bool = False
    deadline: float = field(default_factory=lambda: time.monotonic() + START_SECONDS)

    def start_clock(self) -> None:
        """Time the oldest job from now."""
        self.deadline = time.monotonic() + self.jobs[0].seconds if self.jobs else float("inf")


class Pool:
    """`size` workers that run one artifact. Use it as a context manager; all workers are gone after it."""

    def __init__(self, setup: Setup, size: int) -> None:
        self._setup = setup
        self._waiting: deque[Job] = deque()
        self._failed_starts = 0
        self._workers: list[_Worker] = []
        try:
            for _ in range(size):
                self._workers.append(self._start())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def room(self) -> int:
        """How many jobs can be submitted now."""
        return max(0, AHEAD * len(self._workers) - self.busy)

    @property
    def busy(self) -> int:
        """How many submitted jobs have no reply yet."""
        return len(self._waiting) + sum(len(worker.jobs) for worker in self._workers)

    def submit(self, job: Job) -> None:
        """Hand a job in. Only as many as there is `room` for."""
        self._waiting.append(job)
        self._dispatch()

    def collect(self, seconds: float) -> list[Reply]:
        """Replies that are there, after waiting for one for at most so long. Raises RunError if no worker starts."""
        end = min([time.monotonic() + seconds, *(worker.deadline for worker in self._workers)])
        owners = {worker.connection: worker for worker in self._workers}
        replies: list[Reply] = []
        for connection in wait(list(owners), max(0.0, end - time.monotonic())):
            replies += self._receive(owners[connection])  # type: ignore[index]  # only connections were waited for
        for worker in [worker for worker in self._workers if time.monotonic() > worker.deadline]:
            replies += self._lost(worker, late=True)
        self._dispatch()
        return replies

    def close(self) -> None:
        """Kill all workers and what they started."""
        for worker in self._workers:
            _kill(worker)
        self._workers = []

    def _dispatch(self) -> None:
        for worker in sorted(self._workers, key=lambda worker: len(worker.jobs)):
            while self._waiting and len(worker.jobs) < self._share(worker):
                job = self._waiting.popleft()
                worker.jobs.append(job)
                if worker.ready and len(worker.jobs) == 1:
                    worker.start_clock()
                # A dead worker is noticed, and its jobs given away, when its pipe is read.
                with contextlib.suppress(OSError):
                    worker.connection.send_bytes(json.dumps({"path": job.path, "seconds": job.seconds}).encode())

    def _share(self, worker: _Worker) -> int:
        """A second job only once every worker has a first one."""
        return AHEAD if all(other.jobs for other in self._workers if other is not worker) else 1

    def _receive(self, worker: _Worker) -> Sequence[Reply]:
        try:
            answer = json.loads(worker.connection.recv_bytes(MAX_ANSWER_BYTES))
        except (EOFError, OSError, ValueError):
            return self._lost(worker)
        if not isinstance(answer, dict):
            return self._lost(worker)
        if not worker.ready:
            if "ready" not in answer:
                raise RunError(f"the workers cannot start: {answer.get('broken')}")
            worker.ready, self._failed_starts = True, 0
            worker.start_clock()
            return []
        if not worker.jobs:
            return self._lost(worker)
        reply = Reply(worker.jobs.popleft(), answer)
        worker.start_clock()
        return [reply]

    def _lost(self, worker: _Worker, late: bool = False) -> Sequence[Reply]:
        """Replace a worker that died or is late; blame the job that it worked on."""
        code = _kill(worker)
        self._workers.remove(worker)
        blamed: list[Reply] = []
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= START_FAILURES:
                raise RunError("the workers die while they start; `factory doctor` checks this installation")
        elif worker.jobs:
            job = worker.jobs.popleft()
            blamed = [Reply(job, _timeout(job) if late else _crash(code))]
        self._waiting.extendleft(reversed(worker.jobs))
        self._workers.append(self._start())
        return blamed

    def _start(self) -> _Worker:
        ours, theirs = Pipe()
        try:
            process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                [sys.executable, "-P", "-m", "runtime.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a library's own message may quote the document
                pass_fds=[theirs.fileno()],
                env=_environment(),
                start_new_session=True,  # so that killing the group ends what it started, such as an OCR engine
            )
        finally:
            theirs.close()
        ours.send_bytes(encode(self._setup))
        return _Worker(process, ours)


def _environment() -> dict[str, str]:
    """One thread a worker: more workers are faster than more threads. Modules are found where ours were."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _kill(worker: _Worker) -> int:
    """Kill the worker's process group; give its exit code (negative: the signal that ended it)."""
    code = worker.process.poll()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
    worker.connection.close()
    return worker.process.returncode if code is None else code


def _timeout(job: Job) -> dict[str, Any]:
    return {
        "reason": "timeout",
        "message": f"took longer than {job.seconds:g} s; raise --timeout or split the document",
    }


def _crash(code: int) -> dict[str, Any]:
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return {"reason": "crash", "message": f"its worker died ({how}); the document may be damaged or too large"}
