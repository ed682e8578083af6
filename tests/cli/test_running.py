"""`run`, `registry`, `review`, `explain` and `doctor` as a user calls them."""

import json
from pathlib import Path

import pytest

from extractors.model import ExtractorModel, FieldModel
from runtime.registry import Registry
from tests.commands import answer, call
from tests.runtime.conftest import SOURCE, make_artifact, make_document

UNSURE = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=None)})


@pytest.fixture(autouse=True)
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox with two documents and a hidden file, where the user stands; nothing is ever sure."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    folder = tmp_path / "inbox" / "below"
    folder.mkdir(parents=True)
    (folder / "b.words.json").write_text(make_document("Number N-2").to_json())
    (folder.parent / "a.words.json").write_text(make_document("Number N-1").to_json())
    (folder / ".hidden").write_text("x")
    Registry().publish(make_artifact(model=UNSURE))
    return folder.parent


def test_from_inbox_to_settled_review(inbox: Path) -> None:
    report = answer("run", "note", "inbox", "--out", "o.jsonl", "--workers", "1")
    assert (report["recorded"], report["failed"], report["review"], report["out"]) == (2, 0, 2, "o.jsonl")
    records = [json.loads(line) for line in Path("o.jsonl").read_text().splitlines()]
    assert [record["paths"] for record in records] == [["inbox/a.words.json"], ["inbox/below/b.words.json"]]
    assert [record["fields"]["number"]["value"] for record in records] == ["N-1", "N-2"]

    waiting = answer("review", "list")
    assert waiting["open"] == 2
    item = next(item for item in waiting["items"] if item["record"] == records[0]["record"])
    assert item["value"]["value"] == "N-1" and item["reason"] == "low_confidence"
    answer("review", "settle", item["id"], "correct", "--value", "N-9", "--by", "ada")
    again = call("review", "settle", item["id"], "accept")
    assert again.exit_code == 2 and "not one open item" in again.stderr
    assert call("review", "settle", item["id"], "perhaps").exit_code == 2

    explained = answer("explain", records[0]["record"][:8], "number")
    assert explained["value"]["value"] == "N-9" and explained["value"]["status"] == "corrected"
    assert explained["candidates"][0]["value"] == "N-1"
    assert explained["code"]["source"].startswith("def number(")
    shown = call("explain", records[1]["record"][:8], "number")
    assert shown.exit_code == 0 and f"activity.py:{explained['code']['line']}" in shown.stdout.replace("\n", "")
    assert call("explain", records[1]["record"], "nothing").exit_code == 2

    known = answer("run", "note", "inbox", "--out", "o.csv", "--workers", "1")
    assert (known["recorded"], known["known"]) == (0, 2) and "N-9" in Path("o.csv").read_text()


def test_a_failed_document_is_told_by_the_exit_code(inbox: Path) -> None:
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    result = call("run", "note", "inbox", "--out", "o.parquet", "--workers", "1")
    assert result.exit_code == 1
    assert "broken.pdf" in result.stdout and "recorded now" in result.stdout and Path("o.parquet").exists()
    listed = json.loads(call("run", "note", "inbox", "--workers", "1", "--json").stdout)
    assert [failure["reason"] for failure in listed["failures"]] == ["broken"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "absent", "inbox"), "no artifact 'absent'"),
        (("run", "note", "nowhere"), "nowhere: no such file"),
        (("run", "note", "home/keys/trusted/none"), "no such file"),
        (("run", "note", "inbox", "--out", "o.xlsx"), "unknown suffix"),
        (("run", "note@ffff", "inbox"), "no version begins with"),
        (("registry", "show", "absent"), "no artifact"),
        (("registry", "rollback", "note"), "nothing ran before"),
        (("explain", "ffff", "number"), "no record begins"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(arguments: tuple[str, ...], message: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr and result.stderr.count("\n") == 1 and result.stdout == ""


def test_registry_commands() -> None:
    second = Registry().publish(make_artifact(SOURCE.replace('"Number"', '"Nummer"')))
    [entry] = answer("registry", "list")
    assert entry["artifact"] == second and len(entry["versions"]) == 2
    first = entry["versions"][0]
    assert answer("registry", "show", "note")["manifest"]["name"] == "note"
    changed = answer("registry", "diff", f"note@{first[:12]}", "note")
    assert any("Nummer" in line for line in changed["code"]) and changed["spec"] == []
    assert "Nummer" in call("registry", "diff", f"note@{first[:12]}", "note").stdout
    assert answer("registry", "rollback", "note")["artifact"] == first
    assert answer("registry", "promote", f"note@{second[:8]}")["artifact"] == second
    assert [found["sound"] for found in answer("registry", "verify")] == [True, True]

    file = Registry().folder(first) / "weights.json"
    file.write_bytes(file.read_bytes().replace(b"-1.0", b"-1.1"))
    refused = call("registry", "verify", "--json")
    assert refused.exit_code == 1
    assert {found["artifact"]: found["sound"] for found in json.loads(refused.stdout)} == {first: False, second: True}
    assert call("registry", "verify", "note").exit_code == 0
    assert call("run", f"note@{first[:12]}", "inbox").exit_code == 1


def test_doctor_says_what_is_not_sound() -> None:
    sound = json.loads(call("doctor", "--json").stdout)
    assert {finding["part"] for finding in sound} >= {"sandbox", "tesseract", "registry", "keys", "store", "audit log"}
    assert all(finding["sound"] for finding in sound if finding["part"] != "sandbox")
    (Path("home") / "audit.jsonl").write_text('{"sequence": 1}\n')
    result = call("doctor")
    assert result.exit_code == 1 and "entry 1 was changed" in result.stdout.replace("\n", " ")
