"""Artifacts of templates that handle values on workers: a file of JSON lines is a case a line, each done once."""

import asyncio
import json
from pathlib import Path

import pytest

from factory.generate.examples import ExampleGenerator
from factory.workflow.compile import compile_workflow
from factory.workflow.load import load_workflow_spec
from runtime.durable.messages import BatchInput, BatchProgress
from runtime.durable.rows import batch_of
from runtime.durable.submit import submit
from runtime.review.queue import list_open
from runtime.store import StoredRecord
from tests.runtime.durable.conftest import House
from tests.workflow_parts import SPECS


def run(house: House, name: str, inbox: Path) -> tuple[BatchProgress, list[StoredRecord]]:
    compiled = compile_workflow(load_workflow_spec(SPECS / name), [], ExampleGenerator())
    address, batch = house.registry.publish(compiled.artifact), f"{name}-{house.queue}"

    async def go() -> BatchProgress:
        async with house.working() as client:
            options = BatchInput(batch, name, "", 0, together=True)
            claims = house.activities.claims
            handle = await submit(client, house.registry, claims, str(inbox), options, house.queue)
            return await asyncio.wait_for(handle.result(), 300)

    progress = asyncio.run(go())
    return progress, list(house.store.records(batch_of(batch, address, name)))


def lines(name: str, file: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (SPECS / name / file).read_text(encoding="utf-8").splitlines()]


def test_a_batch_is_handled_a_case_a_line(house: House) -> None:
    progress, records = run(house, "refund_batch", SPECS / "refund_batch" / "cases.jsonl")
    wanted = lines("refund_batch", "results.jsonl")
    decided = [one for one in wanted if "decision" in one]
    assert progress.counts == {"recorded": len(decided), "failed": len(wanted) - len(decided)}
    assert [one.record.fields["refund"].value for one in records] == [one["decision"] for one in decided]
    waiting = {item.record for item in list_open(house.store, "refund_batch")}
    assert waiting == {one.id for one, result in zip(records, decided, strict=True) if result["status"] == "review"}, (
        "who needs a person is whom the handler sends to one"
    )


def test_a_validator_keeps_what_may_be_used_and_asks_about_the_rest(house: House) -> None:
    _, records = run(house, "order_intake", SPECS / "order_intake" / "cases.jsonl")
    by_number = {one.record.fields["number"].value: one for one in records}
    assert by_number["A-2"].record.fields["delivery"].value == "standard", "mended by the spec's own value"
    assert not by_number["A-1"].record.doubtful
    assert by_number["A-4"].record.doubtful == ("quantity",)


@pytest.mark.parametrize("text", ['{"nothing": 1}', "[]"])
def test_a_request_in_a_file_of_its_own_is_a_case(house: House, tmp_path: Path, text: str) -> None:
    (tmp_path / "one.json").write_text(text)
    progress, records = run(house, "payment_release", tmp_path / "one.json")
    if text == "[]":
        assert progress.failures == [(0, "case")]
    else:
        assert [bool(one.record.doubtful) for one in records] == [True]
