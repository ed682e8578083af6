"""Windows add up the same whoever counts; alarms stand, fall and name what changed; the bench at a small size."""

import json
import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import replace
from math import isclose
from pathlib import Path

from scipy.stats import hypergeom

from benchmarks.drift import Subject, measure
from benchmarks.drift_documents import make_bill
from benchmarks.monitoring import memory, overhead
from extractors.candidate import CheckResult, FieldValue, Record
from monitoring.detect import Finding, _tail, significant
from monitoring.drift import Alarm, DriftMonitor, DriftOptions, blame
from monitoring.watch import REFERENCE, DriftObserver, standing, state_file
from monitoring.window import KEPT, SHAPES, Window, merged, shape_of
from ocr.profile import profile_of, resemblance
from runtime.outcome import Extraction, Outcome


def stream(count: int, missing: float, seed: int) -> Iterator[Record]:
    chance = random.Random(seed)
    for _ in range(count):
        gone = chance.random() < missing
        value = FieldValue(None, "not_found", 0.2) if gone else FieldValue(
            f"N-{chance.randrange(10_000, 99_999)}", "found", chance.uniform(0.9, 1.0)
        )  # fmt: skip
        yield Record({"number": value}, (), (CheckResult("sum", not gone),))


def window(count: int, missing: float, seed: int) -> Window:
    found = Window()
    for place, record in enumerate(stream(count, missing, seed)):
        found.add(record, None, {"number": "identifier"}, f"{seed}-{place}")
    return found


def test_windows_of_two_workers_are_the_window_of_one() -> None:
    first, second = window(60, 0.1, 1), window(40, 0.3, 2)
    whole = Window()
    for seed, count, missing in ((1, 60, 0.1), (2, 40, 0.3)):
        for place, record in enumerate(stream(count, missing, seed)):
            whole.add(record, None, {"number": "identifier"}, f"{seed}-{place}")
    both = merged(first, second)
    assert both.fields["number"].confidence == whole.fields["number"].confidence
    assert both.fields["number"].shapes == whole.fields["number"].shapes and both.checks == whole.checks
    again = Window.from_dict(json.loads(json.dumps(both.to_dict())))
    assert again.to_dict() == json.loads(json.dumps(both.to_dict())) | {"layouts": again.layouts}


def test_a_window_holds_no_value_and_stays_small() -> None:
    found = Window()
    chance = random.Random(3)
    for place in range(3 * KEPT):
        text = "-".join("9" * chance.randrange(1, 9) for _ in range(chance.randrange(1, 6)))
        record = Record({"number": FieldValue(text, "found", 0.9)})
        found.add(record, profile_of(make_bill(chance).document), {"number": "identifier"}, str(place))
    assert len(found.layouts) == KEPT and len(found.fields["number"].shapes) <= SHAPES + 1
    assert len(found.fields["number"].samples["shape"]) <= 5


def test_an_alarm_is_raised_once_names_what_changed_and_falls() -> None:
    monitor = DriftMonitor(window(400, 0.02, 5), {"number": "identifier"}, DriftOptions())
    raised: list[Alarm] = []
    for part, (count, missing) in enumerate(((300, 0.02), (300, 0.4), (900, 0.02))):
        for place, record in enumerate(stream(count, missing, 6 + part)):
            raised += monitor.add(record, None, f"{part}-{place}")
        if part == 0:
            assert raised == []
        if part == 1:
            assert ("number", "missing") in monitor.alarms
    alarm = next(one for one in raised if one.detector == "missing")
    assert [one.detector for one in raised].count("missing") == 1 and monitor.alarms == {}
    assert 250 <= alarm.since <= 400 <= alarm.raised <= 450 and alarm.size > 0.08
    assert alarm.samples and all(identity.startswith("1-") for identity in alarm.samples)


def outcomes(records: Iterator[Record], first: int = 0) -> Iterator[Outcome]:
    for place, record in enumerate(records, start=first):
        made = Extraction(f"{place:064}", record, 1, 1, 0.0, 0.0)
        yield Outcome(place, "", "recorded", made.document, extraction=made)


def watch(folder: Path, found: Iterator[Outcome]) -> list[Alarm]:
    """What one batch, in a process of its own, hears."""
    observer = DriftObserver({"number": "identifier"}, folder=folder)
    observer.batch_started("a" * 64, "note")
    for outcome in found:
        observer.document_finished(outcome)
    observer.save()
    return observer.alarms


def test_the_live_stream_goes_on_in_the_next_batch(tmp_path: Path) -> None:
    watch(tmp_path, outcomes(stream(REFERENCE, 0.02, 20)))
    raised = [watch(tmp_path, outcomes(stream(30, 0.4, 21 + part), REFERENCE + 30 * part)) for part in range(8)]
    assert [len(alarms) > 0 for alarms in raised].count(True) == 1 and raised[:3] == [[], [], []]
    alarm = next(one for alarms in raised for one in alarms if one.detector == "missing")
    assert alarm.since < alarm.raised <= 150
    assert alarm in standing("note", "a" * 64, tmp_path)
    for part in range(30):
        watch(tmp_path, outcomes(stream(30, 0.02, 40 + part), 1_000 + 30 * part))
    assert standing("note", "a" * 64, tmp_path) == []


def _batch(folder: Path, seed: int, missing: float, count: int) -> None:
    watch(folder, outcomes(stream(count, missing, seed), 10_000 * seed))


def test_processes_at_work_at_once_add_to_one_stream(tmp_path: Path) -> None:
    many = multiprocessing.get_context("fork")
    for missing, count in ((0.02, 130), (0.4, 75)):
        parts = [many.Process(target=_batch, args=(tmp_path, seed, missing, count)) for seed in range(4)]
        for part in parts:
            part.start()
        for part in parts:
            part.join(60)
            assert part.exitcode == 0
    reference = json.loads(state_file("note", "a" * 64, tmp_path).read_text())
    live = json.loads(state_file("note", "a" * 64, tmp_path).with_suffix(".live.json").read_text())
    assert reference["documents"] >= REFERENCE
    assert reference["documents"] + live["documents"] == 4 * (130 + 75)
    assert "missing" in {alarm.detector for alarm in standing("note", "a" * 64, tmp_path)}
    assert "N-" not in json.dumps(live)


def test_a_state_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    watch(tmp_path, outcomes(stream(REFERENCE + 100, 0.02, 30)))
    live = state_file("note", "a" * 64, tmp_path).with_suffix(".live.json")
    live.write_text(live.read_text()[:100])
    watch(tmp_path, outcomes(stream(50, 0.02, 31), 2_000))
    assert json.loads(live.read_text())["documents"] == 50


def test_the_tail_of_fisher_s_test_is_scipy_s() -> None:
    for least, drawn, marked, total in ((3, 50, 20, 450), (200, 200, 230, 600), (0, 10, 5, 100), (40, 200, 40, 600)):
        assert isclose(_tail(least, drawn, marked, total), hypergeom.sf(least - 1, total, marked, drawn), rel_tol=1e-9)


def test_many_tests_are_corrected() -> None:
    def found(p: float) -> Finding:
        return Finding("a", "missing", 0.5, p, (), True)

    assert [one.p for one in significant([found(0.004), *[found(0.5)] * 9], 0.05)] == [0.004]
    assert significant([found(0.006), *[found(0.5)] * 9], 0.05) == []


def test_documents_are_blamed_before_fields() -> None:
    alarms = [Alarm("total", "missing", 0.5, 1e-9, 0, 1, ()), Alarm("document", "new_layout", 0.2, 1e-4, 0, 1, ())]
    assert blame(alarms) == "document" and blame(alarms[:1]) == "total" and blame([]) == ""


def test_layouts_of_one_vendor_resemble_each_other() -> None:
    chance = random.Random(8)
    bills = [make_bill(chance) for _ in range(40)]
    alike = [resemblance(profile_of(a.document).layout, profile_of(b.document).layout)
             for a in bills for b in bills if a is not b and a.vendor == b.vendor]  # fmt: skip
    apart = [resemblance(profile_of(a.document).layout, profile_of(b.document).layout)
             for a in bills for b in bills if a.vendor != b.vendor]  # fmt: skip
    assert sum(alike) / len(alike) > sum(apart) / len(apart) + 0.2


def test_a_field_that_is_sure_a_step_earlier_does_not_hide_the_new_vendor() -> None:
    alarms = [Alarm("total", "missing", 0.5, 1e-9, 0, 1, ())]
    likely = Finding("document", "new_layout", 0.06, 1e-5, (), True)
    assert blame(alarms, [likely]) == "document"
    assert blame(alarms, [replace(likely, p=0.01)]) == blame(alarms, [replace(likely, size=0.01)]) == "total"
    assert blame([], [likely]) == ""


def test_a_shape_is_a_format_and_no_value() -> None:
    assert shape_of("Ünit-20417/7 x", "identifier") == "A-999999/99 A"
    assert shape_of("٣٤", "identifier") == "٣٤" and shape_of("", "date") == ""
    assert shape_of("1,234.50", "money") == shape_of("7,891.23", "money") != shape_of("12.5", "money")
    assert len(shape_of("- " * 90, "identifier")) == 24


def test_the_bench_sees_changes_and_keeps_quiet_without(subject: Subject) -> None:
    result = measure(seeds=1, streams=1, quiet=300, length=400, seed=5, subject=subject)
    assert result["false_alarms"] == 0 and result["blamed_right"] >= 0.8
    assert all(found["detected"] == 1 for found in result["changes"].values())


def test_monitoring_is_cheap_and_its_memory_stays(subject: Subject) -> None:
    cost = overhead(subject, documents=60)
    assert cost["recorded"] == 60 and 0 < cost["observer_seconds"] < cost["batch_seconds"] and cost["share"] < 0.1
    held = memory(subject, documents=4_000)
    assert held["grown_mb"] < 4
