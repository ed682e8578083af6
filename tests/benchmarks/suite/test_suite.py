"""The comparison from documents to report, on orders that the test writes, with an adapter of somebody else's."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.suite.rows import Row, hash_of, read
from benchmarks.suite.tables import tables
from cli.main import app
from tests.cli.order_documents import write_golden

ADAPTER = """
from pathlib import Path

from benchmarks.baselines.system import Answer, Prepared, Tokens

CALLS = Path(__file__).with_suffix(".calls")


class Spendthrift:
    name = "spendthrift"

    def prepare(self, spec, examples):
        return Prepared(Tokens(900, 100, 2))

    def answer(self, example):
        CALLS.open("a").write("x")
        if "Delta" in example.document.text:
            raise TimeoutError("too slow")
        rows = example.document.text.splitlines()
        return Answer({"vendor": rows[0]}, confidence={"vendor": 0.9}, tokens=Tokens(100, 10, 1))


def make(options):
    return Spendthrift()
"""
SPEC = """kind: document
name: order
vendor_field: vendor
fields:
  vendor: {type: party}
  total: {type: money, labels: [Amount due, Total, To pay]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("suite")
    (root / "order").mkdir()
    (root / "order" / "spec.yaml").write_text(SPEC)
    write_golden(root / "order" / "golden", 24, seed=3)
    (root / "spendthrift.py").write_text(ADAPTER)
    return root


def bench(folder: Path, *systems: str) -> list[dict[str, Any]]:
    arguments = ["bench", "all", "--out", str(folder / "out"), "--spec", str(folder / "order"), "--json"]
    for system in systems:
        arguments += ["--system", system]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def rows(folder: Path, fast_gates: None) -> list[dict[str, Any]]:
    return bench(folder, "deterministic", str(folder / "spendthrift.py"), "direct_llm", "code_factory_examples")


@pytest.fixture(scope="module")
def fast_gates() -> Any:
    """The gates and the ablation have tests of their own; here they would take a minute."""
    from benchmarks.suite import run as suite

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suite, "_shared_tasks", lambda settings: iter(()))
        yield


def test_every_row_can_be_traced(rows: list[dict[str, Any]], folder: Path) -> None:
    assert [row["system"] for row in rows if row["task"] == "documents"] == [
        "deterministic", "spendthrift", "direct_llm", "code_factory_examples",
    ]  # fmt: skip
    for row in rows:
        assert row["origin"]["data_sha256"] == hash_of(folder / "order" / "golden")
        assert row["origin"]["commit"] and row["origin"]["date"].startswith("20")
    assert (folder / "out" / "rows" / "documents-order-spendthrift.json").is_file()


def test_a_system_that_cannot_take_part_says_why(rows: list[dict[str, Any]], folder: Path) -> None:
    (direct,) = [row for row in rows if row["system"] == "direct_llm"]
    assert "--model" in direct["skipped"] and direct["values"] == {}
    assert "Not measured: direct_llm: asks a model" in (folder / "out" / "report.md").read_text()


def test_a_foreign_system_is_scored_by_the_same_rules(rows: list[dict[str, Any]]) -> None:
    (found,) = [row["values"] for row in rows if row["system"] == "spendthrift"]
    errors = found["reliability"]["errors"].get("TimeoutError", 0)
    assert found["tokens"] == {
        "prepare_input": 900, "prepare_output": 100, "document_input": 100, "document_output": 10, "requests": 1,
    }  # fmt: skip
    answered = found["documents"] - errors
    assert found["kile"]["exact"] == pytest.approx(answered / (2 * found["documents"]))  # the vendor, never the total
    assert found["kile"]["precision"] == 1.0


def test_the_compiler_reads_vendors_it_has_not_seen(rows: list[dict[str, Any]]) -> None:
    (found,) = [row["values"] for row in rows if (row["task"], row["system"]) == ("documents", "code_factory_examples")]
    assert found["kile"]["exact"] > 0.8
    assert found["consistency"] == {"repeats": 1000, "entropy": 0.0, "reproducibility": 1.0}
    assert found["quality"]["type_coverage"] == 1.0
    assert found["compilation"]["succeeded"] is True


def test_the_learning_curve_uses_the_same_held_out_vendors(rows: list[dict[str, Any]]) -> None:
    (found,) = [row["values"] for row in rows if row["task"] == "learning_curve"]
    sizes = [point["examples"] for point in found["points"]]
    assert sizes == sorted(sizes) and sizes[:2] == [5, 10]


def test_the_report_holds_tables_plots_and_sources(rows: list[dict[str, Any]], folder: Path) -> None:
    page = (folder / "out" / "report.html").read_text()
    assert page.count("<svg") >= 4
    assert "http" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    ).replace("https://matplotlib.org", "")
    text = (folder / "out" / "report.md").read_text()
    for title in ("Table 1, order", "Table 2, order", "Table 3, order", "Learning curve", "Latency", "validation"):
        assert title in text
    assert "rows/documents-order-code_factory_examples.json" in text


def test_a_second_run_measures_nothing_again(rows: list[dict[str, Any]], folder: Path) -> None:
    calls = folder / "spendthrift.calls"
    before = calls.stat().st_size
    again = bench(folder, "deterministic", str(folder / "spendthrift.py"), "direct_llm", "code_factory_examples")
    assert calls.stat().st_size == before
    assert again == rows


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "broken.json").write_text("{}")
    with pytest.raises(ValueError, match=r"broken\.json.*delete it"):
        read(tmp_path)


def test_an_adapter_without_make_is_a_mistake(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("")
    result = CliRunner().invoke(app, ["bench", "all", "--out", str(tmp_path), "--system", str(tmp_path / "empty.py")])
    assert result.exit_code == 2
    assert "has no function" in result.stderr


def test_no_rows_no_tables() -> None:
    empty: list[Row] = []
    assert tables(empty) == []
