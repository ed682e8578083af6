"""The ladder in a batch: one budget over all workers, who was left is named, and an outage fails no document."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.model import ExtractorModel, FieldModel
from inference.usage import Usage
from runtime.audit import AuditLog
from runtime.batch import BatchOptions, BatchReport, run_batch
from runtime.errors import UsageError
from runtime.ladder import LadderOptions
from runtime.observer import NoObserver
from runtime.registry import Registry
from runtime.store import Store
from tests.inference.model_server import ModelServer, Reply, model_server
from tests.runtime.conftest import make_artifact

UNSURE = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=None)})
Inbox = Callable[[int], list[Path]]


def tell(body: str) -> str:
    """The right answer to whatever is asked: the number that the prompt shows."""
    found = re.search(r"N-\d{5}", body)
    return json.dumps({"number": found.group(0) if found else None})


def go(
    registry: Registry, paths: list[Path], server: ModelServer | None, tokens: int | None = None, workers: int = 2
) -> tuple[BatchReport, Store]:
    address = registry.publish(make_artifact(model=UNSURE))
    store = Store()
    model = None
    if server is not None:
        model = f"{server.model.provider}:{server.model.name}@{server.model.url}"
    report = run_batch(
        registry, f"note@{address}", paths, store, options=BatchOptions(workers), ladder=LadderOptions(model, tokens)
    )
    return report, store


def test_a_batch_spends_at_most_its_budget_and_names_who_was_left(registry: Registry, inbox: Inbox) -> None:
    paths = inbox(8)
    with model_server("openai", Reply(tell, input_tokens=300, output_tokens=20)) as server:
        report, store = go(registry, paths, server, tokens=2_500)
    spent = len(server.bodies) * 320
    assert report.usage == Usage(len(server.bodies), len(server.bodies) * 300, len(server.bodies) * 20)
    assert 0 < spent <= 2_500
    left = list(store.left(report.batch))
    assert report.recorded == 8
    assert report.failed == 0
    assert len(left) == 8 - len(server.bodies) == report.left["budget"]
    assert {outcome.reason for outcome in left} == {"budget"}
    assert all("budget of the batch" in outcome.message for outcome in left)
    asked = [one for one in store.records(report.batch) if len(one.record.fields["number"].explanation) == 2]
    assert len(asked) == len(server.bodies)
    assert all(one.record.fields["number"].value for one in store.records(report.batch))


def test_calls_are_in_the_audit_log_by_hash_and_number_only(registry: Registry, inbox: Inbox) -> None:
    with model_server("openai", Reply(tell)) as server:
        report, store = go(registry, inbox(2), server)
    text = AuditLog().path.read_text()
    calls = [entry for line in text.splitlines() if (entry := json.loads(line))["action"] == "model.call"]
    assert len(calls) == 2
    ids = {one.id for one in store.records(report.batch)}
    for call in calls:
        batch, record, model, request, outcome, spent = call["subjects"]
        assert (batch, model, outcome, spent) == (
            report.batch.id, "openai-compatible:tester", "answered", "50+10 tokens"
        )  # fmt: skip
        assert record in ids
        assert re.fullmatch("[0-9a-f]{64}", request)
    assert "N-0000" not in text
    assert AuditLog().verify_chain().whole


def test_an_outage_sends_documents_to_review_and_fails_none(registry: Registry, inbox: Inbox) -> None:
    with model_server("openai", Reply(status=503)) as server:
        report, store = go(registry, inbox(5), server, workers=1)
    assert (report.recorded, report.failed) == (5, 0)
    assert report.left == {"unavailable": 5}
    assert report.review == 5
    assert 5 <= len(server.bodies) < 10  # the breaker opens: the last documents ask nobody
    assert {one.record.fields["number"].source for one in store.records(report.batch)} == {"compiled"}


def test_without_a_model_the_summary_says_that_the_rung_was_skipped(registry: Registry, inbox: Inbox) -> None:
    report, store = go(registry, inbox(2), None)
    assert report.skipped == {"model: no model is configured": 2}
    assert report.left == {}
    assert [one.record.fields["number"].explanation for one in store.records(report.batch)] == [
        (("model skipped: no model is configured", 0.0),)
    ] * 2


@pytest.mark.parametrize(
    ("model", "words"),
    [("gpt", "names no model"), ("openai:gpt-6-luna", "OPENAI_API_KEY"), ("local:/no/such.gguf", "no such file")],
)
def test_mistakes_show_before_the_first_document(
    registry: Registry, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, model: str, words: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    address = registry.publish(make_artifact())
    seen = NoObserver()
    with pytest.raises(UsageError, match=words):
        run_batch(registry, f"note@{address}", inbox(1), Store(), observer=seen, ladder=LadderOptions(model))
    assert Store().ids() == []
