"""The batch template: killed again and again, it ends with the bytes of a run that nothing disturbed."""

import json
from pathlib import Path

import pytest

from tests.templates.hosts import loaded, start, until

LINES = 300
PROGRAM = """
import sys
from pathlib import Path
import host
print(host.process(Path(sys.argv[1]), Path(sys.argv[2]), every=7).lines)
"""


def lines(work: int = 20_000) -> str:
    made = [json.dumps({"amount": number / 4, "work": work}) for number in range(LINES)]
    made[10], made[20], made[30] = "not json", "[1]", '{"work": 1}'
    return "\n".join(made)


def test_killed_and_resumed_exactly(tmp_path: Path) -> None:
    source, whole, target = tmp_path / "in.jsonl", tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines())
    undisturbed = start(tmp_path, "batch", PROGRAM, str(source), str(whole))
    assert undisturbed.communicate(timeout=120)[0].strip() == str(LINES)
    checkpoint = target.with_name("out.jsonl.checkpoint")
    sizes = [0]
    for _ in range(4):
        child = start(tmp_path, "batch", PROGRAM, str(source), str(target))
        until(lambda: checkpoint.exists() and json.loads(checkpoint.read_bytes())["lines"] > sizes[-1] + 20)
        child.kill()
        child.wait()
        sizes.append(json.loads(checkpoint.read_bytes())["lines"])
    assert sizes == sorted(set(sizes)) and sizes[-1] < LINES
    with target.open("ab") as file:
        file.write(b'{"half a li')  # what a kill in the middle of a write leaves
    last = start(tmp_path, "batch", PROGRAM, str(source), str(target))
    assert last.communicate(timeout=120)[0].strip() == str(LINES)
    assert target.read_bytes() == whole.read_bytes()


def test_lines_that_fail_keep_their_place(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines(0))
    done = loaded("batch").process(source, target)
    results = [json.loads(line) for line in target.read_text().splitlines()]
    assert (done.lines, done.failed, len(results)) == (LINES, 3, LINES)
    assert [results[place]["failed"] for place in (10, 20, 30)] == ["JSONDecodeError", "TypeError", "KeyError"]
    assert results[5]["twice"] == "2.50"


def test_running_again_does_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines(0))
    host = loaded("batch")
    first, before = host.process(source, target), target.read_bytes()
    assert host.process(source, target) == first
    assert target.read_bytes() == before


def test_another_input_or_a_cut_output_is_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines(0))
    host = loaded("batch")
    host.process(source, target)
    source.write_text(lines(1))
    with pytest.raises(host.CheckpointError, match="another input"):
        host.process(source, target)
    source.write_text(lines(0))
    target.write_bytes(target.read_bytes()[:50])
    with pytest.raises(host.CheckpointError, match="shorter"):
        host.process(source, target)
