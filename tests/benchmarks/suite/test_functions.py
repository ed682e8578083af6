"""Function calls in the comparison: a table, or the reason why there is none."""

from pathlib import Path

import pytest

from benchmarks.baselines.system import NotHereError
from benchmarks.suite import run as suite
from benchmarks.suite.rows import Row
from benchmarks.suite.run import Settings
from benchmarks.suite.tables import tables


def test_function_calls_are_a_table_or_say_why_not(tmp_path: Path) -> None:
    (task,) = [
        task
        for task in suite._shared_tasks(Settings(tmp_path, [], functions_data=tmp_path))
        if task.task == "functions"
    ]
    with pytest.raises(NotHereError, match="make bench-data"):
        task.measure()
    (absent,) = tables([Row("functions", "bfcl", "code_factory_examples", {}, task.origin, "no package")])
    assert absent.skipped == ("function calls: no package",)
    timed = {"wall_p50": 0.2, "wall_p99": 1.0, "cpu_p50": 0.2, "cpu_p99": 0.9}
    found = {
        "multiple": {"cases": 4, "exact": 0.5, "right_function": 0.75, "abstained": 0.25, "perturbed": {"exact": 0.9},
                     "latency_ms": timed, "tokens": 0},
        "irrelevance": {"cases": 2, "abstained": 1.0, "latency_ms": timed, "tokens": 0},
    }  # fmt: skip
    values = {"categories": found, "different_answers": 1}
    (table,) = tables([Row("functions", "bfcl", "code_factory_examples", values, task.origin)])
    assert table.lines == (
        ("multiple", "4", "50.0 %", "75.0 %", "25.0 %", "90.0 %", "0", "0.2", "1"),
        ("irrelevance", "2", "-", "-", "100.0 %", "-", "0", "0.2", "1"),
    )
