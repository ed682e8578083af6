"""The loop closed: a layout changes, an alarm, ten corrections, a repair of that field alone, accuracy is back."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import re2
from starlette.testclient import TestClient

from benchmarks.drift import Subject
from benchmarks.drift_documents import SPEC, Bill, make_bill
from extractors.candidate import Kind
from factory.score import is_right
from factory.spec import parse_spec
from monitoring.drift import Alarm
from monitoring.mend import Workshop, mend, pointed_at
from monitoring.regenerate import Correction
from monitoring.watch import DriftObserver, state_file
from runtime.audit import AuditLog
from runtime.batch import BatchOptions, run_batch
from runtime.files import write_atomic
from runtime.load import load_artifact
from runtime.local import hash_file, run
from runtime.registry import Registry, Trial
from runtime.review.app import review_app
from runtime.review.queue import ReviewItem, list_open, settle
from runtime.store import Store
from tests.commands import answer, call
from tests.runtime.conftest import make_artifact
from tests.runtime.review.conftest import sign_in

TOKEN = re2.compile(r'name="csrf" value="([^"]+)"')
FIELDS = parse_spec(SPEC, "bill").fields
KINDS: dict[str, Kind] = {name: part.type for name, part in FIELDS.items()}


def write(folder: Path, bills: list[Bill]) -> list[Path]:
    folder.mkdir(parents=True)
    paths = [folder / f"{place:04}.words.json" for place in range(len(bills))]
    for path, bill in zip(paths, bills, strict=True):
        path.write_text(bill.document.to_json())
    return paths


def accuracy(registry: Registry, bills: list[Bill]) -> dict[str, float]:
    """Share of right answers by field, of the version that runs now."""
    artifact = load_artifact(registry.resolve("bill"))
    records = [run(artifact, bill.document).record for bill in bills]
    return {
        name: sum(
            is_right(kind, bill.fields[name], record.fields[name].value)
            for bill, record in zip(bills, records, strict=True)
        )
        / len(bills)
        for name, kind in KINDS.items()
    }


def write_spec(spec: Path, learned: Sequence[Bill]) -> None:
    """The spec's folder with its golden documents."""
    paths = write(spec / "golden" / "documents", learned)
    (spec / "spec.yaml").write_text(SPEC)
    lines = [
        json.dumps({"document": f"documents/{path.name}", "fields": bill.fields})
        for path, bill in zip(paths, learned, strict=True)
    ]
    (spec / "golden" / "labels.jsonl").write_text("\n".join(lines) + "\n")


def correct(page: TestClient, item: ReviewItem, value: str) -> None:
    """What the page's own form sends, with the token that the page carries."""
    shown = page.get(f"/documents/{item.record}")
    token = TOKEN.search(shown.text)
    assert shown.status_code == 200 and token is not None and item.id in shown.text
    sent = {"csrf": token.group(1), "decision": "correct", "value": value}
    done = page.post(f"/documents/{item.record}/items/{item.id}", data=sent, headers={"accept": "application/json"})
    assert done.status_code == 200 and done.json()["value"] == value, done.text


def test_a_changed_layout_is_seen_corrected_and_repaired(registry: Registry, subject: Subject, tmp_path: Path) -> None:
    chance, spec = random.Random(11), tmp_path / "bill"
    write_spec(spec, subject.bills)
    registry.publish(subject.artifact)
    store, audit = Store(), AuditLog()
    before = accuracy(registry, [make_bill(chance) for _ in range(100)])

    write_atomic(state_file("bill", subject.artifact.address), json.dumps(subject.reference.to_dict()).encode())
    quiet = DriftObserver(KINDS)
    usual = write(tmp_path / "usual", [make_bill(chance) for _ in range(100)])
    run_batch(registry, "bill", usual, store, options=BatchOptions(2), observer=quiet)
    assert quiet.alarms == []
    changed = [make_bill(chance, "relayout") for _ in range(150)]
    seen = DriftObserver(KINDS)
    inbox = write(tmp_path / "changed", changed)
    run_batch(registry, "bill", inbox, store, options=BatchOptions(2), observer=seen)
    assert "total" in {alarm.field for alarm in seen.alarms}
    fresh = [make_bill(chance, "relayout") for _ in range(100)]
    broken = accuracy(registry, fresh)
    assert broken["total"] < before["total"] - 0.05

    truth = {hash_file(path): bill.fields["total"] for path, bill in zip(inbox, changed, strict=True)}
    waiting = [item for item in list_open(store, "bill", limit=10_000) if item.field == "total"]
    doubtful = [item for item in waiting if item.document in truth][:10]
    assert len(doubtful) == 10
    page = TestClient(review_app(store, audit, registry), base_url="http://localhost", client=("127.0.0.1", 50_000))
    sign_in(page, "ann")
    for item in doubtful:
        correct(page, item, str(truth[item.document]))

    looked = answer("repair", str(spec), "--field", "total")
    assert looked["corrections"] == {"total": 10} and looked["artifact"] is None
    old = registry.resolve("bill").address
    done = answer("repair", str(spec), "--field", "total", "--accept", "--by", "ann", "--canary", "20")
    assert registry.resolve("bill").address == old and registry.show("bill").trial is not None
    shares = [registry.choose("bill", document) == done["artifact"] for document in truth]
    assert 0.05 < sum(shares) / len(shares) < 0.4
    answer("registry", "promote", f"bill@{done['artifact']}")
    assert registry.show("bill").trial is None

    after = accuracy(registry, fresh)
    assert after["total"] >= before["total"] - 0.02
    assert all(after[name] >= broken[name] for name in KINDS)
    assert (spec / "golden" / "labels.jsonl").read_text().count("corrected-") == 10
    told = ("review.correct", "repair.", "artifact.")
    story = [(entry.action, entry.actor) for entry in audit.entries() if entry.action.startswith(told)]
    assert story[:10] == [("review.correct", "ann")] * 10
    assert [action for action, _ in story[10:]] == [
        "repair.accept", "repair.publish", "repair.shadow", "artifact.canary", "artifact.promote",
    ]  # fmt: skip
    assert audit.verify_chain().whole


def settled_by_hand(store: Store, audit: AuditLog, truth: dict[str, str | None], count: int) -> None:
    """`count` doubtful totals that are wrong, put right."""
    left = count
    for item in list_open(store, "bill", limit=10_000):
        wanted = truth.get(item.document)
        if left and item.field == "total" and wanted is not None and item.value != wanted:
            settle(store, audit, item.id, "correct", "ann", wanted)
            left -= 1
    assert left == 0


def test_an_alarm_repairs_its_field_by_one_flag(registry: Registry, subject: Subject, tmp_path: Path) -> None:
    chance, spec = random.Random(12), tmp_path / "bill"
    write_spec(spec, subject.bills)
    old = registry.publish(subject.artifact)
    store, audit = Store(), AuditLog()
    write_atomic(state_file("bill", old), json.dumps(subject.reference.to_dict()).encode())

    def run_more(count: int, name: str) -> dict[str, Any]:
        bills = [make_bill(chance, "relayout") for _ in range(count)]
        paths = write(tmp_path / name, bills)
        truth.update({hash_file(path): bill.fields["total"] for path, bill in zip(paths, bills, strict=True)})
        return answer("run", "bill", str(tmp_path / name), "--repair", str(spec))

    truth: dict[str, str | None] = {}
    seen = run_more(120, "changed")["repair"]
    assert seen["artifact"] is None and "answers are corrected" in seen["refused"]["total"]
    settled_by_hand(store, audit, truth, 10)
    done = run_more(20, "more")["repair"]
    before, after, total = done["corrected"]["total"]
    assert total == 10 and after >= before + 8 and done["canary"] == 10
    assert all(new >= right for right, new, _ in done["golden"].values()) and set(done["golden"]) == set(FIELDS)
    assert registry.address("bill") == old and registry.show("bill").trial == Trial(done["artifact"], 0.1)
    story = [entry for entry in audit.entries() if entry.action.startswith(("repair.", "artifact."))]
    assert [entry.action for entry in story] == [
        "repair.alarm", "repair.alarm", "repair.accept", "repair.publish", "repair.shadow", "artifact.canary",
    ]  # fmt: skip
    assert any(subject.startswith("total ") for subject in story[1].subjects)
    assert story[3].subjects == (done["artifact"], "total") and audit.verify_chain().whole

    waits = run_more(60, "canary")
    assert "on trial" in waits["repair"]["refused"]["total"] and waits["canary"][0]["artifact"] == done["artifact"]
    assert 0 < waits["canary"][0]["recorded"] < 30 and waits["recorded"] == 60
    answer("registry", "rollback", "bill")
    again = answer("repair", str(spec), "--on-alarm", "--accept")
    assert again["artifact"] is None and "since the last rollback" in again["refused"]["total"]
    assert registry.address("bill") == old and registry.show("bill").trial is None


def test_what_does_not_help_is_not_published(registry: Registry, subject: Subject, tmp_path: Path) -> None:
    chance, spec = random.Random(13), tmp_path / "bill"
    write_spec(spec, subject.bills[:40])
    old = registry.publish(subject.artifact)
    labels = (spec / "golden" / "labels.jsonl").read_text()
    paths = write(tmp_path / "inbox", [make_bill(chance) for _ in range(6)])
    nonsense = [Correction(f"{place:032}", hash_file(path), path, f"{place + 1}.77", True, "")
                for place, path in enumerate(paths)]  # fmt: skip
    shop = Workshop.of(spec / "spec.yaml", spec / "golden", registry, Store(), AuditLog())
    done = mend(shop, {"total": nonsense})
    assert done.artifact is None and done.refused["total"]
    assert registry.show("bill").versions == (old,) and (spec / "golden" / "labels.jsonl").read_text() == labels
    assert [entry.action for entry in AuditLog().entries() if entry.action.startswith("repair.")] == []


def test_alarms_point_at_fields() -> None:
    def alarm(field: str) -> Alarm:
        return Alarm(field, "missing", 0.5, 1e-9, 0, 100, ())

    assert pointed_at([alarm("total"), alarm("vendor")], list(FIELDS)) == ["vendor", "total"]
    assert pointed_at([alarm("total"), alarm("document")], list(FIELDS)) == list(FIELDS)
    assert pointed_at([alarm("sum_is_right")], list(FIELDS)) == list(FIELDS)
    assert pointed_at([], list(FIELDS)) == []


def test_mistakes_with_repair_are_told_before_anything_runs(
    registry: Registry, subject: Subject, tmp_path: Path
) -> None:
    spec = tmp_path / "bill"
    write_spec(spec, subject.bills[:2])
    registry.publish(make_artifact())
    paths = write(tmp_path / "inbox", list(subject.bills[:1]))
    for arguments, message in (
        (("run", "note", str(paths[0]), "--repair", str(spec)), "is the spec of bill, and note runs"),
        (("run", "note", str(paths[0]), "--repair", str(tmp_path)), "labels.jsonl"),
        (("repair", str(spec)), "--on-alarm"),
        (("repair", str(spec), "--field", "total", "--on-alarm"), "--on-alarm"),
        (("repair", str(spec), "--field", "iban"), "no field of bill"),
    ):
        done = call(*arguments)
        assert done.exit_code == 2 and message in done.output, done.output
    assert Store().ids() == []
