"""A worker as a process: its metrics, how it drains, and documents that stay on the build they began on."""

import asyncio
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from runtime.durable.dev_server import free_port
from runtime.durable.document import DocumentWorkflow
from runtime.durable.messages import BatchInput, DocumentInput, DocumentOutcome, ReviewDecision
from runtime.durable.submit import submit
from runtime.durable.worker import DEPLOYMENT, WorkerOptions, serve
from tests.runtime.conftest import SOURCE, make_artifact
from tests.runtime.durable.conftest import ROLES, House

Inbox = Callable[[int], list[Path]]
Handle = WorkflowHandle[DocumentWorkflow, DocumentOutcome]
SLOW = SOURCE.replace("    found = []", "    found = [] if sum(range(100_000_000)) else None")


@contextmanager
def worker(house: House, metrics: int) -> Iterator[subprocess.Popen[bytes]]:
    """`factory worker`, as people start it."""
    command = [sys.executable, "-c", "from cli.main import main; main()", "worker", "--server", house.server]
    command += ["--queue", house.queue, "--metrics", f"127.0.0.1:{metrics}", "--drain", "300"]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_one_address_serves_the_metrics_of_documents_and_of_the_sdk(house: House, inbox: Inbox) -> None:
    paths, port = inbox(4), free_port()
    paths[2].write_text("{}")

    async def go() -> None:
        options, claims = BatchInput("measured", "note", "", 0, together=True), house.activities.claims
        folder, client = str(paths[0].parent), await house.client()
        handle = await submit(client, house.registry, claims, folder, options, house.queue)
        assert (await handle.result()).counts == {"recorded": 3, "failed": 1}

    with worker(house, port):
        asyncio.run(go())
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    samples = {
        (one.name, one.labels.get("outcome") or one.labels.get("activity_type") or one.labels.get("stage")): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert samples["factory_documents_total", "recorded"] == 3
    assert samples["factory_documents_total", "failed"] == 1
    assert samples["factory_stage_seconds_count", "extract"] == 3
    assert samples["temporal_activity_execution_latency_count", f"extract:{house.address}"] == 4
    assert samples["temporal_activity_execution_latency_sum", f"extract:{house.address}"] < 300  # seconds, all four
    assert "N-0000" not in text and ".words.json" not in text


def test_a_worker_that_is_told_to_end_finishes_what_is_in_hand(house: House, inbox: Inbox) -> None:
    slow = house.registry.publish(make_artifact(SLOW), promote=False)

    async def started(handle: Handle) -> None:
        state = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        while not [one for one in (await handle.describe()).raw_description.pending_activities if one.state == state]:
            await asyncio.sleep(0.05)

    async def go(process: subprocess.Popen[bytes]) -> list[int]:
        client = await house.client()
        source = DocumentInput(str(inbox(1)[0]), slow, "note", "drained", together=True)
        handle = await client.start_workflow(DocumentWorkflow.run, source, id="drained", task_queue=house.queue)
        await started(handle)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 300) == 0
        events = (await handle.fetch_history()).events
        await handle.terminate()
        return [event.event_type for event in events]

    with worker(house, free_port()) as process:
        events = asyncio.run(go(process))
    assert events.count(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED) == 1
    assert len(house.store.ids()) == 1


def test_a_document_finishes_on_the_build_it_began_on(house: House, unsure: str, inbox: Inbox) -> None:
    paths = inbox(2)

    @asynccontextmanager
    async def build(name: str) -> AsyncIterator[Client]:
        client, stop = await house.client(), asyncio.Event()
        options = WorkerOptions(ROLES, queue=house.queue, drain=5.0, build=name)
        task = asyncio.create_task(serve(client, house.activities, options, stop))
        try:
            await _make_current(client, name)
            yield client
        finally:
            stop.set()
            await task

    async def begin(client: Client, place: int) -> Handle:
        source = DocumentInput(str(paths[place]), unsure, "note", f"pinned-{place}")
        return await client.start_workflow(DocumentWorkflow.run, source, id=f"pinned-{place}", task_queue=house.queue)

    async def finish(handle: Handle) -> str:
        while not (items := (await handle.query(DocumentWorkflow.state)).open_items):
            await asyncio.sleep(0.1)
        await handle.execute_update(DocumentWorkflow.review_decision, ReviewDecision(items[0], "accept", "ann"))
        assert (await handle.result()).review == "done"
        info = (await handle.describe()).raw_description.workflow_execution_info
        return str(info.versioning_info.deployment_version.build_id)

    async def go() -> list[str]:
        async with build("one") as client:
            first = await begin(client, 0)
            while not (await first.query(DocumentWorkflow.state)).open_items:
                await asyncio.sleep(0.1)
            async with build("two"):
                second = await begin(client, 1)
                return [await finish(first), await finish(second)]

    assert asyncio.run(go()) == ["one", "two"]


async def _make_current(client: Client, build: str) -> None:
    """New workflows begin on this build, as soon as the server knows it."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=DEPLOYMENT, build_id=build, identity="test"
    )
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError:
            await asyncio.sleep(0.2)
        else:
            return
