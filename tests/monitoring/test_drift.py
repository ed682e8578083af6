"""Windows add up the same whoever counts; alarms stand, fall and name what changed; the bench at a small size."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.drift import Subject, measure
from benchmarks.drift_documents import make_bill
from benchmarks.monitoring import memory, overhead
from extractors.candidate import CheckResult, FieldValue, Record
from monitoring.drift import Alarm, DriftMonitor, DriftOptions, Finding, blame, significant
from monitoring.window import KEPT, SHAPES, Window, merged, shape_of
from ocr.profile import profile_of, resemblance


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


def test_many_tests_are_corrected() -> None:
    def found(p: float) -> Finding:
        return Finding("a", "missing", 0.5, p, (), 1.0)

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
    likely = Finding("document", "new_layout", 0.06, 1e-5, (), 1.0)
    assert blame(alarms, [likely]) == "document"
    assert blame(alarms, [replace(likely, p=0.01)]) == blame(alarms, [replace(likely, size=0.01)]) == "total"
    assert blame([], [likely]) == ""


def test_a_shape_is_a_format_and_no_value() -> None:
    assert shape_of("Ünit-20417/7 x", "identifier") == "A-999999/99 A"
    assert shape_of("٣٤", "identifier") == "٣٤" and shape_of("", "date") == ""
    assert shape_of("1,234.50", "money") == shape_of("7,891.23", "money") != shape_of("12.5", "money")
    assert len(shape_of("- " * 90, "identifier")) == 24


def test_the_bench_sees_changes_and_keeps_quiet_without(subject: Subject) -> None:
    result = measure(streams=1, quiet=300, length=400, seed=5, subject=subject)
    assert result["false_alarms"] == 0 and result["blamed_right"] >= 0.8
    assert all(found["detected"] == 1 for found in result["changes"].values())


def test_monitoring_is_cheap_and_its_memory_stays(subject: Subject) -> None:
    cost = overhead(subject, documents=60)
    assert cost["recorded"] == 60 and 0 < cost["observer_seconds"] < cost["batch_seconds"] and cost["share"] < 0.1
    held = memory(subject, documents=4_000)
    assert held["grown_mb"] < 4
