"""Batches with real worker processes. Starting one costs most of a second, so tests share a batch where they can."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from runtime.audit import AuditLog
from runtime.batch import BatchOptions, BatchReport, run_batch
from runtime.errors import ArtifactError, RunError
from runtime.observer import NoObserver
from runtime.outcome import Outcome
from runtime.registry import Registry
from runtime.store import Store, StoredRecord
from tests.runtime.conftest import SOURCE, make_artifact, make_document

TROUBLE = SOURCE.replace(
    "    found = []\n",
    """    text = document.text
    if "ABORT" in text:
        os.abort()
    if "EXIT" in text:
        os._exit(7)
    if "LOOP" in text:
        while True:
            pass
    if "HOARD" in text:
        hoard = [bytes(2**28) for _ in range(10**6)]
    if "RAISE" in text:
        raise ValueError("secret " + text)
    found = []
""",
).replace("from extractors", "import os\n\nfrom extractors", 1)
"""What no gate would let through, and what a bug in a library does all the same."""


class Watch(NoObserver):
    def __init__(self) -> None:
        self.finished: list[Outcome] = []
        self.failed: list[Outcome] = []
        self.stages: set[str] = set()

    def document_finished(self, outcome: Outcome) -> None:
        self.finished.append(outcome)

    def document_failed(self, outcome: Outcome) -> None:
        self.failed.append(outcome)

    def stage(self, name: str, milliseconds: float) -> None:
        assert milliseconds >= 0
        self.stages.add(name)


def content(store: Store, report: BatchReport) -> list[StoredRecord]:
    return list(store.records(report.batch))


def test_records_duplicates_failures_and_a_second_run(
    registry: Registry, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    registry.publish(make_artifact())
    store, watch = Store(), Watch()
    paths = inbox(70)
    copy, empty, broken = tmp_path / "copy.words.json", tmp_path / "empty.pdf", tmp_path / "broken.pdf"
    copy.write_bytes(paths[3].read_bytes())
    empty.write_bytes(b"")
    broken.write_bytes(b"%PDF-1.7\nnothing more")
    inputs = [*paths, copy, empty, broken, tmp_path / "absent.pdf", tmp_path, paths[0]]
    report = run_batch(registry, "note", inputs, store, options=BatchOptions(2), observer=watch)

    assert (report.recorded, report.known, report.duplicates, report.failed) == (70, 0, 2, 4)
    assert report.pages == 70 and not report.interrupted
    assert len(watch.finished) == 72 and len(watch.failed) == 4 and watch.stages == {"read", "extract", "write"}
    records = content(store, report)
    assert [record.record.fields["number"].value for record in records] == [f"N-{n:05}" for n in range(70)]
    assert records[3].paths == (str(paths[3]), str(copy))
    failures = {Path(failure.path).name: failure.reason for failure in store.failures(report.batch)}
    assert failures == {
        "empty.pdf": "empty",
        "broken.pdf": "broken",
        "absent.pdf": "unreadable",
        tmp_path.name: "unreadable",
    }

    again = run_batch(registry, "note", inputs, store, options=BatchOptions(1))
    assert (again.recorded, again.known, again.duplicates, again.failed) == (0, 70, 2, 4)
    assert [record.record for record in content(store, again)] == [record.record for record in records]
    chain = AuditLog().verify_chain()
    assert chain.whole
    audited = {
        subject for entry in AuditLog().entries() if entry.action == "record.write" for subject in entry.subjects
    }
    assert set(store.ids()) <= audited
    log = AuditLog().path.read_text()
    assert "N-00001" not in log and "words.json" not in log


def test_workers_that_hang_or_die_cost_one_document_each(
    registry: Registry, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    registry.publish(make_artifact(TROUBLE))
    paths = inbox(12)
    bad = []
    for place, word in enumerate(("ABORT", "EXIT", "LOOP", "HOARD", "RAISE")):
        bad.append(tmp_path / f"{word}.words.json")
        bad[-1].write_text(make_document(f"{word} Number N-{place}").to_json())
    inputs = [*paths[:3], *bad[:2], *paths[3:9], *bad[2:], *paths[9:]]
    store = Store()
    start = time.monotonic()
    report = run_batch(registry, "note", inputs, store, options=BatchOptions(2, timeout=2.0, memory_bytes=2 * 2**30))
    assert time.monotonic() - start < 60
    assert [record.record.fields["number"].value for record in content(store, report)] == [
        f"N-{n:05}" for n in range(12)
    ]
    failures = {Path(failure.path).name.split(".")[0]: failure for failure in store.failures(report.batch)}
    assert {word: failure.reason for word, failure in failures.items()} == {
        "ABORT": "crash",
        "EXIT": "crash",
        "LOOP": "timeout",
        "HOARD": "memory",
        "RAISE": "code",
    }
    assert "SIGABRT" in failures["ABORT"].message and "exit code 7" in failures["EXIT"].message
    assert "activity.py:" in failures["RAISE"].message and "ValueError" in failures["RAISE"].message
    assert not any("secret" in failure.message for failure in failures.values())


def drive(folder: Path) -> None:
    """A whole batch, as a process of its own would run it."""
    run_batch(Registry(), "note", sorted(folder.iterdir()), Store(), options=BatchOptions(2))


def start_driver(folder: Path) -> ForkProcess:
    process = get_context("fork").Process(target=drive, args=(folder,))
    process.start()
    return process


def workers_of(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def kill_at(process: ForkProcess, reached: Callable[[], bool], delay: float) -> None:
    """SIGKILL, some time after the driver has workers and `reached` holds; its workers must go with it."""
    wait_for(lambda: bool(workers_of(process.pid or 0)) and reached())
    time.sleep(delay)
    workers = workers_of(process.pid or 0)
    process.kill()
    process.join()
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_killed_at_five_moments_and_started_again_gives_the_same_records(
    registry: Registry, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    """SIGKILL after about 0, 1/6, 2/6 ... of the documents; a fresh store without any kill is the measure."""
    slow = SOURCE.replace("    found = []\n", "    time.sleep(0.004)\n    found = []\n").replace(
        "from extractors", "import time\n\nfrom extractors", 1
    )
    registry.publish(make_artifact(slow))
    folder = inbox(500)[0].parent
    store, chance = Store(), random.Random()
    for kill in range(5):
        target = min(450, kill * 90 + chance.randrange(60))
        kill_at(start_driver(folder), lambda target=target: len(store.ids()) >= target, chance.random() * 0.15)  # type: ignore[misc]
        assert len(store.ids()) < 500
    last = start_driver(folder)
    last.join()
    assert last.exitcode == 0
    report = run_batch(registry, "note", sorted(folder.iterdir()), store, options=BatchOptions(1))
    assert (report.recorded, report.known, report.failed) == (0, 500, 0)

    fresh = Store(f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    whole = run_batch(registry, "note", sorted(folder.iterdir()), fresh, options=BatchOptions(2))
    assert whole.recorded == 500
    assert fresh.ids() == store.ids() and len(store.ids()) == 500
    assert content(fresh, whole) == content(store, report)
    assert AuditLog().verify_chain().whole


@pytest.fixture
def own_interrupt() -> Iterator[Callable[..., object]]:
    """A handler of SIGINT of the test's own: which one it inherits depends on how the tests were started."""

    def handler(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, handler)
    yield handler
    signal.signal(signal.SIGINT, before)


def test_interrupt_drains_what_is_at_work(
    registry: Registry, inbox: Callable[[int], list[Path]], own_interrupt: Callable[..., object]
) -> None:
    registry.publish(
        make_artifact(
            SOURCE.replace("    found = []\n", "    time.sleep(0.05)\n    found = []\n").replace(
                "from extractors", "import time\n\nfrom extractors", 1
            )
        )
    )
    store = Store()

    class Interrupt(NoObserver):
        def document_finished(self, outcome: Outcome) -> None:
            if outcome.position == 5:
                os.kill(os.getpid(), signal.SIGINT)

    report = run_batch(registry, "note", inbox(200), store, options=BatchOptions(2), observer=Interrupt())
    assert report.interrupted and 5 < report.recorded < 60
    assert len(store.ids()) == report.recorded
    assert signal.getsignal(signal.SIGINT) is own_interrupt


def test_memory_of_the_parent_stays_flat(registry: Registry, inbox: Callable[[int], list[Path]]) -> None:
    """The same documents again and again as paths: what the loop keeps of each path would show."""
    registry.publish(make_artifact())
    paths, store = inbox(40), Store()
    seen: list[int] = []
    start = _resident()  # what other tests left in this process is not the batch's

    def stream() -> Iterator[Path]:
        for round_ in range(150):
            if round_ in (30, 149):
                seen.append(_resident())
            yield from paths

    report = run_batch(registry, "note", stream(), store, options=BatchOptions(1))
    assert (report.recorded, report.duplicates) == (40, 5960)
    assert seen[1] - seen[0] < 8 * 2**20
    assert seen[1] - start < 200 * 2**20


def test_a_run_into_postgresql(registry: Registry, inbox: Callable[[int], list[Path]], empty_postgres: str) -> None:
    registry.publish(make_artifact())
    store = Store(empty_postgres)
    paths = inbox(40)
    report = run_batch(registry, "note", [*paths, paths[7]], store, options=BatchOptions(2))
    assert (report.recorded, report.duplicates, report.failed) == (40, 1, 0)
    records = content(store, report)
    assert [record.record.fields["number"].value for record in records] == [f"N-{n:05}" for n in range(40)]
    again = run_batch(registry, "note", paths, store, options=BatchOptions(1))
    assert (again.recorded, again.known) == (0, 40)
    assert [record.record for record in content(store, again)] == [record.record for record in records]
    store.close()


def test_a_refused_artifact_starts_nothing(registry: Registry, inbox: Callable[[int], list[Path]]) -> None:
    address = registry.publish(make_artifact())
    file = registry.folder(address) / "activity.py"
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(ArtifactError):
        run_batch(registry, "note", inbox(1), Store())


def test_workers_that_cannot_start_are_reported(registry: Registry, inbox: Callable[[int], list[Path]]) -> None:
    registry.publish(make_artifact("raise RuntimeError('x')\n"))
    with pytest.raises(RunError, match=r"cannot start.*activity\.py does not load"):
        run_batch(registry, "note", inbox(1), Store(), options=BatchOptions(1))


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
