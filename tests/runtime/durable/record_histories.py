"""Record the histories that the replay tests use: `python -m tests.runtime.durable.record_histories WHEN`.

Run it when a workflow changed on purpose, with the month for WHEN: names end with it. Recordings that are there stay as
they are: such workflows may still run.
Payloads are recorded in the clear (nothing in them is secret), so that they replay without a key.
"""

import asyncio
import base64
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle

from extractors.model import ExtractorModel, FieldModel
from runtime.audit import AuditLog
from runtime.durable import dev_server
from runtime.durable.decision import DecisionWorkflow
from runtime.durable.document import DocumentWorkflow
from runtime.durable.intake import IntakeWorkflow
from runtime.durable.messages import (
    BatchInput,
    DecisionInput,
    DocumentInput,
    DocumentOutcome,
    IntakeInput,
    ReviewDecision,
)
from runtime.durable.submit import submit
from runtime.durable.worker import Role, WorkerOptions, activities_of, claims_of, serve
from runtime.record import record_id
from runtime.registry import Registry
from runtime.review.queue import list_open
from runtime.store import Store
from tests.runtime.conftest import make_artifact, make_document

FOLDER = Path(__file__).parents[2] / "fixtures" / "histories"
UNSURE = ExtractorModel({"number": FieldModel("identifier", {}, none=-1.0, threshold=0.999999)})


async def record(folder: Path, server: str, when: str) -> None:
    """Every workflow, by the roads it can take."""
    registry = Registry()
    good, unsure = registry.publish(make_artifact()), registry.publish(make_artifact(model=UNSURE), promote=False)
    (folder / "in").mkdir()
    for index in range(5):
        (folder / "in" / f"{index}.words.json").write_text(make_document(f"Number N-{index}").to_json())
    (folder / "bad.words.json").write_text("{")
    first = str(folder / "in" / "0.words.json")
    client, stop = await Client.connect(server), asyncio.Event()
    store = Store()
    activities = activities_of(registry, store, claims_of(None, None), AuditLog())
    roles = {"read": Role(2), "extract": Role(1), "model": Role(1), "persist": Role(2)}
    task = asyncio.create_task(serve(client, activities, WorkerOptions(roles, drain=5.0), stop))

    async def save(name: str, handle: WorkflowHandle[Any, Any]) -> None:
        await handle.result()
        history = (await handle.fetch_history()).to_json()
        (FOLDER / f"{name}-{when}.json").write_text(neutral(history, str(folder)))

    async def open_item(handle: WorkflowHandle[DocumentWorkflow, DocumentOutcome]) -> str:
        while not (items := (await handle.query(DocumentWorkflow.state)).open_items):
            await asyncio.sleep(0.1)
        return items[0]

    async def document(name: str, source: DocumentInput, how: str = "") -> None:
        handle = await client.start_workflow(DocumentWorkflow.run, source, id=name, task_queue="factory")
        if how == "update":
            right = ReviewDecision(await open_item(handle), "correct", "ann", "N-7")
            await handle.execute_update(DocumentWorkflow.review_decision, right)
        if how == "signal":
            await handle.signal(DocumentWorkflow.settled, await open_item(handle))
        await save(name, handle)

    await document("DocumentWorkflow-recorded", DocumentInput(first, good, "note", "r1"))
    await document("DocumentWorkflow-together", DocumentInput(first, good, "note", "r8", together=True))
    await document("DocumentWorkflow-failed", DocumentInput(str(folder / "bad.words.json"), good, "note", "r2"))
    await document("DocumentWorkflow-shadow", DocumentInput(first, good, "note", "r3", shadow=unsure))
    await document("DocumentWorkflow-reviewed", DocumentInput(first, unsure, "note", "r4"), "update")
    second, third, fourth = (str(folder / "in" / f"{index}.words.json") for index in (1, 2, 3))
    await document("DocumentWorkflow-settled", DocumentInput(third, unsure, "note", "r9"), "signal")
    late = DocumentInput(second, unsure, "note", "r5", review_seconds=0.5, escalation_seconds=1.0)
    await document("DocumentWorkflow-expired", late)
    options = BatchInput("r6", "note", "", 0, window=2, page=4)
    await save("BatchWorkflow-finished", await submit(client, registry, activities.claims, str(folder / "in"), options))
    for name, artifact, deadline in (("decided", good, 60.0), ("missed", unsure, 1.0)):
        source = DocumentInput(second, artifact, "note", f"r7-{name}")
        given = DecisionInput(source, {"decision": deadline})
        identity = f"DecisionWorkflow-{name}"
        case = await client.start_workflow(DecisionWorkflow.run, given, id=identity, task_queue="factory")
        await save(identity, case)
    given = DecisionInput(DocumentInput(fourth, unsure, "note", "r10"), urgency="expedited")
    case = await client.start_workflow(DecisionWorkflow.run, given, id="DecisionWorkflow-settled", task_queue="factory")
    while not (items := [one for one in list_open(store) if one.record == record_of(fourth, unsure)]):
        await asyncio.sleep(0.1)
    await case.signal(DecisionWorkflow.settled, items[0].id)
    await save("DecisionWorkflow-settled", case)
    intake = IntakeInput(str(folder / "in"), "note")
    handle = await client.start_workflow(IntakeWorkflow.run, intake, id="IntakeWorkflow-done", task_queue="factory")
    await save("IntakeWorkflow-done", handle)
    stop.set()
    await task


def record_of(path: str, artifact: str) -> str:
    """The id of the record that an artifact makes of a file."""
    return record_id(hashlib.sha256(Path(path).read_bytes()).hexdigest(), artifact)


def neutral(history: str, folder: str) -> str:
    """The history without the name of the machine, the process and the folder it was recorded in."""
    history = re.sub(r'"data": "([^"]*)"', lambda found: _data(found.group(1), folder), history)
    history = re.sub(r'"stackTrace": "(?:[^"\\]|\\.)*"', '"stackTrace": ""', history)
    return re.sub(r"\d+@[\w.-]+", "worker@host", history)


def _data(text: str, folder: str) -> str:
    plain = base64.b64decode(text).replace(folder.encode(), b"/inbox")
    return f'"data": "{base64.b64encode(plain).decode()}"'


def main() -> None:
    """Start a server, record, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="histories-") as name:
        os.environ["FACTORY_HOME"] = str(Path(name) / "home")
        server = dev_server.start()
        try:
            asyncio.run(record(Path(name), server.address, sys.argv[1]))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
