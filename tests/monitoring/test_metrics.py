"""Metrics of a real batch, over HTTP and in a file; no value in a label; labels stay few."""

import json
import socket
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from extractors.candidate import FieldValue, Record
from monitoring.definitions import METRICS, MOST
from monitoring.metrics import Metrics, MetricsObserver
from monitoring.reviewed import ReviewMetrics
from monitoring.serve import exposed
from monitoring.watch import REFERENCE, DriftObserver
from runtime.audit import AuditLog
from runtime.batch import BatchOptions, run_batch
from runtime.errors import UsageError
from runtime.outcome import Extraction, Outcome
from runtime.registry import Registry
from runtime.review.queue import list_open, settle
from runtime.rows import drawn
from runtime.store import Store
from tests.runtime.conftest import MODEL, make_artifact


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def samples(text: str) -> dict[tuple[str, ...], float]:
    """By name and label values in the order of the definition."""
    order = {metric.name: metric.labels for metric in METRICS}
    return {
        (one.name, *(one.labels[label] for label in _labels(order, one.name))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def _labels(order: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    return order.get(name) or (order.get(name.removesuffix("_count"), ()) if name.endswith("_count") else ())


def test_a_batch_tells_its_metrics_over_http_and_in_a_file(
    registry: Registry, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    doubtful = json.loads(MODEL.to_json())
    doubtful["fields"]["number"]["threshold"] = None
    artifact = make_artifact(model=type(MODEL).from_json(json.dumps(doubtful)))
    registry.publish(artifact)
    store, metrics, port = Store(), Metrics(), free_port()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing more")
    watch = MetricsObserver(metrics)
    run_batch(registry, "note", [*inbox(12), broken, broken], store, options=BatchOptions(2), observer=watch)
    items = list_open(store)
    settle(store, AuditLog(), items[0].id, "accept", "ann")
    settle(store, AuditLog(), items[1].id, "correct", "ann", "N-7")
    review = ReviewMetrics(metrics, store)
    with exposed(str(port), metrics, review):
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    found = samples(text)
    assert found["factory_documents_total", "note", "recorded"] == 12
    assert found["factory_documents_total", "note", "failed"] == 2
    assert found["factory_in_flight", "note"] == 0
    assert found["factory_confidence_count", "note", "number"] == 12
    assert found["factory_stage_seconds_count", "note", "extract"] == 12
    assert found["factory_review_open", "note"] == len(items) - 2
    assert found["factory_accuracy", "note", "reviewed", "mean"] == 0.5
    assert "N-0" not in text and "inbox" not in text

    file = tmp_path / "out.prom"
    with exposed(str(file), metrics, review):
        pass
    assert samples(file.read_text())["factory_documents_total", "note", "recorded"] == 12


def test_an_audit_draws_accepted_answers_and_tells_how_right_they_are(
    registry: Registry, inbox: Callable[[int], list[Path]]
) -> None:
    registry.publish(make_artifact())
    store, metrics = Store(), Metrics()
    report = run_batch(registry, "note", inbox(60), store, options=BatchOptions(2, audit=0.5))
    items = list_open(store)
    assert {item.reason for item in items} == {"audit"} and 15 <= len(items) <= 45
    assert [item.record for item in items if not drawn(item.record, 0.5)] == []
    assert all(stored.record.doubtful == () for stored in store.records(report.batch))
    for place, item in enumerate(items[:10]):
        settle(store, AuditLog(), item.id, "correct" if place == 0 else "accept", "ann", "N-1" if place == 0 else None)
    ReviewMetrics(metrics, store).refresh()
    found = samples(generate_latest(metrics.registry).decode())
    assert found["factory_accuracy", "note", "audited", "mean"] == 0.9
    assert (
        found["factory_accuracy", "note", "audited", "low"] < 0.9 < found["factory_accuracy", "note", "audited", "high"]
    )


def test_answers_that_people_override_more_often_are_drift(
    registry: Registry, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    address = registry.publish(make_artifact())
    store = Store()
    run_batch(registry, "note", inbox(140), store, options=BatchOptions(2, audit=1.0))
    for place, item in enumerate(list_open(store, limit=200)):
        settle(store, AuditLog(), item.id, "accept" if place < 100 else "reject", "ann")
    watch = DriftObserver({"number": "identifier"}, folder=tmp_path, store=store)
    watch.batch_started(address, "note")
    for place in range(REFERENCE + 100):
        record = Record({"number": FieldValue(f"N-{place:05}", "found", 0.95)})
        made = Extraction(f"{place:064}", record, 1, 1, 0.0, 0.0)
        watch.document_finished(Outcome(place, "", "recorded", made.document, extraction=made))
    assert [(alarm.field, alarm.detector, alarm.size) for alarm in watch.alarms] == [("number", "override", 1.0)]
    assert len(watch.alarms[0].samples) == 5


def test_a_label_stays_bounded() -> None:
    metrics = Metrics()
    for number in range(3 * MOST):
        metrics.of("factory_failures_total", "note", f"reason-{number}").inc()
    found = samples(generate_latest(metrics.registry).decode())
    series = [key for key in found if key[0] == "factory_failures_total"]
    assert len(series) == MOST + 1 and found["factory_failures_total", "note", "other"] == 2 * MOST


def test_each_definition_says_what_it_is_and_has_a_plot() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert metric.help.endswith(".") and metric.panels
        assert bool(metric.buckets) == (metric.kind == "histogram" and metric.origin == "factory")
        assert all(metric.queried.removesuffix("_bucket") in panel.query for panel in metric.panels)


@pytest.mark.parametrize("target", ["metrics.txt", "99999", ""])
def test_a_wrong_target_is_a_mistake(target: str) -> None:
    with pytest.raises(UsageError), exposed(target, Metrics()):
        pass
