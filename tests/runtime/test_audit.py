import json
import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.audit import START, AuditLog
from runtime.errors import AuditError


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "audit.jsonl")


def append_many(path: Path, actor: str, count: int) -> None:
    for index in range(count):
        AuditLog(path).append("test", (str(index),), actor)


def test_entries_are_chained(log: AuditLog) -> None:
    first = log.append("artifact.publish", ("a",), "ada")
    second = log.append("batch.start", ("b", "c"), "ada")
    assert (first.sequence, first.previous) == (1, START)
    assert (second.sequence, second.previous) == (2, first.hash)
    assert list(log.entries()) == [first, second]
    assert log.verify_chain().whole and log.verify_chain().entries == 2


def test_processes_append_at_once_and_nothing_is_lost(log: AuditLog) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=append_many, args=(log.path, f"p{number}", 25)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    chain = log.verify_chain()
    assert chain.whole and chain.entries == 100
    for actor in ("p0", "p1", "p2", "p3"):
        assert [entry.subjects for entry in log.entries() if entry.actor == actor] == [(str(n),) for n in range(25)]


def change(lines: list[str], place: int, **values: object) -> None:
    lines[place] = json.dumps({**json.loads(lines[place]), **values})


@pytest.mark.parametrize(
    ("tamper", "entries", "fault"),
    [
        (lambda lines: change(lines, 2, action="other"), 2, "entry 3 was changed"),
        (lambda lines: change(lines, 2, subjects=["other"]), 2, "entry 3 was changed"),
        (lambda lines: change(lines, 2, time="2020-01-01"), 2, "entry 3 was changed"),
        (lambda lines: change(lines, 2, extra=1), 2, "entry 3 was changed"),
        (lambda lines: lines.__setitem__(2, "nonsense"), 2, "entry 3 was changed"),
        (lambda lines: lines.pop(2), 2, "entry 3 does not follow"),
        (lambda lines: lines.insert(2, lines[1]), 2, "entry 3 does not follow"),
        (lambda lines: lines.reverse(), 0, "entry 1 does not follow"),
        (lambda lines: lines.pop(), 4, "entries after 4 are missing"),
        (lambda lines: lines.clear(), 0, "entries after 0 are missing"),
    ],
)
def test_the_first_broken_link_is_found(
    log: AuditLog, tamper: Callable[[list[str]], object], entries: int, fault: str
) -> None:
    append_many(log.path, "ada", 5)
    lines = log.path.read_text().splitlines()
    tamper(lines)
    log.path.write_text("".join(line + "\n" for line in lines))
    chain = log.verify_chain()
    assert chain.entries == entries
    assert chain.fault is not None and chain.fault.startswith(fault)


def test_a_line_that_was_cut_off_while_written_does_not_count(log: AuditLog) -> None:
    append_many(log.path, "ada", 3)
    with log.path.open("a") as file:
        file.write('{"sequence": 4, "ti')
    assert log.verify_chain().whole
    assert log.append("test").sequence == 4
    assert log.verify_chain().entries == 4


def test_long_entries_are_found_from_the_end(log: AuditLog) -> None:
    log.append("record.write", [f"{number:032x}" for number in range(10_000)])
    assert log.append("record.write", [f"{number:032x}" for number in range(10_000)]).sequence == 2
    assert log.append("test").sequence == 3
    assert log.verify_chain().whole


def test_a_removed_log_is_noticed_before_the_next_entry(log: AuditLog) -> None:
    log.append("test")
    log.path.unlink()
    with pytest.raises(AuditError, match="entries are missing"):
        log.append("test")
    assert not log.verify_chain().whole
