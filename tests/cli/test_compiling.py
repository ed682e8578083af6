"""From a golden folder to records, as a user goes: `new`, `compile`, `run`, `eval`, `crossval`, `registry`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.order_documents import write_golden
from tests.commands import answer, call

FIELD_KEYS = {"exact", "precision", "recall", "accepted", "accepted_right", "interval", "documents"}
RESULT_KEYS = {
    "documents", "mean_exact", "accepted", "accepted_right", "errors", "fields", "line_items", "decision",
    "latency_ms", "tokens",
}  # fmt: skip
SPEC = "kind: document\nname: order\nfields:\n  total: {type: money}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a working folder of its own for every test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    return tmp_path


def check_shape(result: dict[str, Any], documents: int, fields: set[str]) -> None:
    """What `eval` and `crossval` promise to print."""
    assert set(result) == RESULT_KEYS
    assert result["documents"] == documents and result["tokens"] == 0 and result["decision"] is None
    assert set(result["fields"]) == fields
    for score in result["fields"].values():
        assert set(score) == FIELD_KEYS
        low, high = score["interval"]
        assert 0 <= low <= score["exact"] <= high <= 1
    assert set(result["line_items"]) == {"precision", "recall", "f1"}
    assert set(result["latency_ms"]) == {"read_p50", "extract_p50", "extract_p99"}


@pytest.mark.timeout(600)
def test_from_golden_folder_to_records(here: Path) -> None:
    write_golden(here / "golden", 24, seed=1)
    fresh = write_golden(here / "fresh", 8, seed=2)

    inferred = answer("new", "order", "--golden", "golden")["fields"]
    assert inferred["order_date"] == "date" and inferred["total"] == "money" and inferred["vendor"] == "party"
    assert inferred["order_number"] == "identifier"
    assert call("new", "order", "--golden", "golden").exit_code == 2  # a spec is never overwritten

    compiled = answer("compile", "specs/order", "--golden", "golden")
    assert [stage["stage"] for stage in compiled["stages"] if stage["passed"]] == [
        "security", "syntax", "execution", "accuracy",
    ]  # fmt: skip
    assert compiled["accuracy"]["total"]["exact"] >= 0.9
    again = call("compile", "specs/order", "--golden", "golden")
    assert again.exit_code == 0 and f"published order@{compiled['published'][:12]}" in again.stdout
    assert answer("registry", "list") == [
        {"name": "order", "artifact": compiled["published"], "trial": None, "versions": [compiled["published"]]}
    ]
    assert all(found["sound"] for found in answer("registry", "verify"))
    manifest = answer("registry", "show", "order")["manifest"]
    assert manifest["golden"]["documents"] == 24 and manifest["accuracy"] == compiled["accuracy"]

    report = answer("run", "order", "fresh/documents", "--out", "records.jsonl", "--workers", "1")
    assert (report["recorded"], report["failed"]) == (8, 0)
    check_records(here / "records.jsonl", fresh)

    result = answer("eval", "order", "--golden", "fresh")
    check_shape(result, 8, set(inferred))
    assert result["mean_exact"] >= 0.9
    shown = call("eval", "order", "--golden", "fresh", "--limit", "2")
    assert shown.exit_code == 0 and "2 documents, mean exact" in shown.stdout.replace("\n", " ")


def check_records(file: Path, labels: list[dict[str, Any]]) -> None:
    """Records of documents that the compiler has not seen, against what was written on them."""
    records = {record["paths"][0]: record for record in map(json.loads, file.read_text().splitlines())}
    for label in labels:
        record = records[f"fresh/{label['document']}"]
        assert {name: value["value"] for name, value in record["fields"].items()} == label["fields"]
        assert len(record["line_items"]) == len(label["line_items"])
        assert all(check["passed"] for check in record["checks"])


def test_crossval_keeps_vendors_together(here: Path) -> None:
    write_golden(here / "golden", 12, seed=3)
    (here / "spec.yaml").write_text(
        SPEC + "  order_date: {type: date}\nline_items:\n  columns:\n    amount: {type: money}\n"
    )
    result = answer("crossval", "spec.yaml", "--golden", "golden", "--folds", "2", "--group-by", "vendor")
    check_shape(result, 12, {"total", "order_date"})
    shown = call("crossval", "spec.yaml", "--golden", "golden", "--folds", "2", "--limit", "4")
    assert shown.exit_code == 0 and "4 documents, mean exact" in shown.stdout.replace("\n", " ")


def test_what_examples_do_not_support_is_refused_and_not_published(here: Path) -> None:
    labels = write_golden(here / "golden", 6, seed=4)
    for place, label in enumerate(labels):  # totals that no page shows
        label["fields"] = {"total": f"{70_000 + place}.00"}
    (here / "golden" / "labels.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))
    (here / "spec.yaml").write_text(SPEC)
    refused = call("compile", "spec.yaml", "--golden", "golden", "--json")
    assert refused.exit_code == 1
    found = json.loads(refused.stdout)
    assert found["published"] is None and found["stages"][-1]["stage"] == "accuracy"
    assert "held-out answers are right" in refused.stderr
    assert answer("registry", "list") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields: [", "spec.yaml:1:10: not valid YAML"),
        (SPEC + "    tpye: date\n", "spec.yaml:5:"),
        (
            SPEC + "checks:\n  - {name: sums, expresion: total == 1}\n",
            "spec.yaml:6:18: checks.0.expresion: unknown key",
        ),
        (SPEC + "  day: {type: dat}\n", "spec.yaml:5:9: fields.day.type"),
        (SPEC + "  class: {type: text}\n", "spec.yaml:5:3: fields.class: generated code uses the name 'class'"),
        (SPEC + "  money: {type: money}\n", "choose another, such as `money_value`"),
        (SPEC + "vendor_field: seller\n", "`vendor_field` names 'seller'"),
        (
            SPEC + "checks:\n  - {name: sums, expression: total.x == 1}\n",
            "spec.yaml:6:18: checks.0.expression: check 'sums': `total.x`",
        ),
        (
            SPEC + "checks:\n  - {name: sums, expression: totl == 1}\n",
            "`checks.sums` names 'totl', which is not a field; did",
        ),
        (SPEC + "checks:\n  - {name: sums, expression: sum(line_items.x) == total}\n", "line_items.x, no column"),
    ],
)
def test_a_wrong_spec_is_told_with_its_place(here: Path, text: str, message: str) -> None:
    write_golden(here / "golden", 2, seed=5)
    (here / "spec.yaml").write_text(text)
    result = call("compile", "spec.yaml", "--golden", "golden")
    assert result.exit_code == 2, result.output
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compile", "nowhere"), "no such file"),
        (("compile", "spec.yaml", "--golden", "nowhere"), "no labels.jsonl"),
        (("compile", "spec.yaml", "--golden", "golden", "--generator", "magic"), "--generator magic: unknown"),
        (("crossval", "spec.yaml", "--golden", "nowhere"), "no labels.jsonl"),
        (("eval", "order", "--golden", "golden"), "no artifact 'order'"),
        (("new", "Order", "--golden", "golden"), "'Order' is no name"),
        (("new", "order", "--golden", "odd"), "'Order No' is no name"),
        (("new", "order", "--golden", "taken"), "the name 'money' itself"),
        (("new", "order", "--golden", "nowhere"), "labels.jsonl: no such file"),
    ],
)
def test_mistakes_exit_with_2_and_one_line(here: Path, arguments: tuple[str, ...], message: str) -> None:
    write_golden(here / "golden", 2, seed=6)
    for folder, name in (("odd", "Order No"), ("taken", "money")):
        [label, _] = write_golden(here / folder, 2, seed=6)
        (here / folder / "labels.jsonl").write_text(json.dumps({**label, "fields": {name: "1.00"}}) + "\n")
    (here / "spec.yaml").write_text(SPEC)
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr and "Traceback" not in result.output


def test_schema_is_printed_and_written(here: Path) -> None:
    printed = json.loads(call("schema").stdout)
    assert {"fields", "line_items", "checks", "accuracy"} <= set(printed["$defs"]["DocumentSpec"]["properties"])
    assert call("schema", "--out", "spec.schema.json").exit_code == 0
    assert json.loads((here / "spec.schema.json").read_text()) == printed
