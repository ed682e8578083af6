"""Histories hold nothing in the clear, and can be read with the key and the token."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from google.protobuf import json_format
from starlette.testclient import TestClient
from temporalio.api.common.v1 import Payload

from runtime.audit import AuditLog
from runtime.durable.batch import document_id
from runtime.durable.codec import CodecError, SealingCodec, payload_keys
from runtime.durable.codec_server import codec_server
from runtime.durable.decision import DecisionWorkflow
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import DecisionInput, DocumentInput, ReviewDecision
from runtime.errors import UsageError
from runtime.review.queue import list_open
from runtime.signing import keys_folder
from tests.runtime.conftest import make_document
from tests.runtime.durable.conftest import House
from tests.workflow_parts import compiled

PLANTED = ("Quillfeather", "ZX-998877", "ZX-112233", "bad-Quillfeather")
TOKEN = "a-token-long-enough"


def test_a_raw_history_holds_no_value_text_or_name(house: House, unsure: str, tmp_path: Path) -> None:
    path, bad = tmp_path / "Quillfeather.words.json", tmp_path / "bad-Quillfeather.words.json"
    documents = ((path, unsure, False), (bad, unsure, False), (path, house.address, True), (bad, unsure, True))
    path.write_text(make_document("Patient Quillfeather", "Number ZX-998877").to_json())
    bad.write_text('{"Quillfeather": "ZX-998877"}')

    async def go() -> tuple[str, str]:
        async with house.working() as client:
            handles = []
            for position, (one, artifact, together) in enumerate(documents):
                source = DocumentInput(str(one), artifact, "note", "planted", position, together=together)
                identity = document_id("planted", position)
                handles.append(
                    await client.start_workflow(DocumentWorkflow.run, source, id=identity, task_queue=house.queue)
                )
            while not (items := (await handles[0].query(DocumentWorkflow.state)).open_items):
                await asyncio.sleep(0.1)
            right = ReviewDecision(items[0], "correct", "ann", "ZX-112233")
            await handles[0].execute_update(DocumentWorkflow.review_decision, right)
            assert [(await handle.result()).kind for handle in handles] == ["recorded", "failed"] * 2
            histories = [await handle.fetch_history() for handle in handles]
        codec = SealingCodec(payload_keys(keys_folder()))
        opened = [
            payload.data.decode()
            for history in histories
            for event in history.events
            for payload in codec.unseal(event.workflow_execution_started_event_attributes.input.payloads)
        ]
        return "".join(history.to_json() for history in histories), "".join(opened)

    raw, opened = asyncio.run(go())
    assert [planted for planted in PLANTED if planted in raw] == []
    assert "Quillfeather.words.json" in opened


def payloads_in(part: object) -> Iterator[Payload]:
    """Every payload of a history's JSON."""
    if isinstance(part, dict) and {"metadata", "data"} <= set(part):
        yield json_format.ParseDict(part, Payload())
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from payloads_in(one)


def test_a_case_leaves_nothing_of_its_chart_in_the_history(house: House, tmp_path: Path) -> None:
    """Neither sealed nor opened: a history passes references alone."""
    chart = "Patient: Nora Pellinquoy, MRN 48819302, SSN 536-22-8714\n\nPMH: T2DM.\nLabs: A1c 83.57\nBMI 41.86\n"
    path = tmp_path / "case.txt"
    path.write_text(chart)
    address = house.registry.publish(compiled("prior_auth_glp1").artifact, promote=False)
    given = DecisionInput(DocumentInput(str(path), address, "prior_auth_glp1", "chart"), urgency="expedited")

    async def go() -> str:
        async with house.working() as client:
            handle = await client.start_workflow(DecisionWorkflow.run, given, id="chart", task_queue=house.queue)
            while not list_open(house.store):
                await asyncio.sleep(0.1)
            history = await handle.fetch_history()
            await handle.terminate()
        return history.to_json()

    raw = asyncio.run(go())
    codec = SealingCodec(payload_keys(keys_folder()))
    opened = b"".join(one.data for one in codec.unseal(list(payloads_in(json.loads(raw))))).decode()
    assert "case.txt" in opened and "case.txt" not in raw
    for planted in ("Pellinquoy", "48819302", "536-22-8714", "T2DM", "83.57", "41.86", "APPROVE"):
        assert planted not in raw and planted not in opened, planted


def test_a_rotated_key_opens_what_the_old_one_sealed(tmp_path: Path) -> None:
    old = payload_keys(tmp_path)
    sealed = SealingCodec(old).seal([Payload(data=b"value")])
    new = payload_keys(tmp_path, rotate=True)
    assert new.current != old.current and SealingCodec(new).unseal(sealed)[0].data == b"value"
    assert SealingCodec(new).seal([Payload()])[0].metadata["encryption-key-id"] == new.current.encode()
    with pytest.raises(CodecError, match="not in the keys folder"):
        SealingCodec(replace(new, keys={new.current: new.keys[new.current]})).unseal(sealed)
    changed = Payload(metadata=dict(sealed[0].metadata), data=sealed[0].data[:-1] + bytes([sealed[0].data[-1] ^ 1]))
    with pytest.raises(CodecError, match="changed"):
        SealingCodec(new).unseal([changed])
    assert (tmp_path / "payload.json").stat().st_mode & 0o777 == 0o600


def test_the_codec_server_opens_for_the_token_alone(tmp_path: Path) -> None:
    keys, audit = payload_keys(tmp_path), AuditLog(tmp_path / "audit.jsonl")
    with pytest.raises(UsageError, match="token"):
        codec_server(keys, "short", "http://localhost", audit)
    client = TestClient(codec_server(keys, TOKEN, "http://localhost:8233", audit))
    plain = {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "IlpYIg=="}]}
    assert client.post("/encode", json=plain).status_code == 401
    assert client.post("/decode", json=plain, headers={"Authorization": "Bearer wrong"}).status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    sealed = client.post("/encode", json=plain, headers=headers).json()
    assert "IlpYIg" not in json.dumps(sealed)
    assert client.post("/decode", json=sealed, headers=headers).json() == plain
    assert client.post("/decode", content=b"no", headers=headers).status_code == 400
    assert [entry.action for entry in audit.entries()] == ["codec.encode", "codec.decode"]
