"""`factory dev-server`, `worker`, `submit`, `status`, `schedule`: the same artifacts on Temporal."""

import asyncio
import json
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from cli.output import FAILED, err, out, print_json, told
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.store import Store

app = typer.Typer()
T = TypeVar("T")

Address = Annotated[str, typer.Option("--server", envvar="TEMPORAL_ADDRESS", help="HOST:PORT of the Temporal server.")]
Namespace = Annotated[str, typer.Option(envvar="TEMPORAL_NAMESPACE", help="Temporal namespace.")]
Queue = Annotated[str, typer.Option(help="Task queue; the roles' queues are QUEUE-read and so on.")]
Folder = Annotated[Path | None, typer.Option("--registry", help="Default: FACTORY_HOME, or .factory.")]
ClaimRoot = Annotated[
    str | None, typer.Option("--claims", envvar="FACTORY_CLAIMS", help="Claim store, a folder or fsspec URL.")
]
StoreUrl = Annotated[
    str | None, typer.Option("--store", envvar="FACTORY_STORE", help="sqlite:///FILE or postgresql://...")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
SERVER = "127.0.0.1:7233"


class Urgency(StrEnum):
    """How soon a request is to be decided."""

    EXPEDITED = "expedited"
    STANDARD = "standard"


@app.command("dev-server")
def dev_server(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7233,
    database: Annotated[Path | None, typer.Option("--db", help="Keep histories in this file.")] = None,
    ui_port: Annotated[int | None, typer.Option(help="Serve Temporal's web page here.")] = None,
    as_json: Json = False,
) -> None:
    """Start a Temporal server on this machine, for trying it, until Ctrl-C."""
    from runtime.durable.dev_server import start

    with told():
        server = start(port, database, ui_port)
    if as_json:
        print_json({"address": server.address, "pid": server.process.pid})
    else:
        out.print(f"Temporal at {server.address}; Ctrl-C ends it")
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    while not stop.wait(1.0) and server.process.poll() is None:
        pass
    server.stop()


@app.command()
def worker(
    server: Address = SERVER,
    namespace: Namespace = "default",
    queue: Queue = "factory",
    roles: Annotated[
        str, typer.Option(help="ROLE=CONCURRENCY[:PER_SECOND],... of read, extract, model, persist.")
    ] = "read=8,extract=1,model=2,persist=4",
    workflows: Annotated[bool, typer.Option(help="Run workflow code too.")] = True,
    store: StoreUrl = None,
    registry: Folder = None,
    claims: ClaimRoot = None,
    metrics: Annotated[str | None, typer.Option(help="HOST:PORT on which metrics are served.")] = None,
    build: Annotated[str | None, typer.Option(help="Build id: workflows stay on workers of their build.")] = None,
    drain: Annotated[float, typer.Option(min=0.0, help="Seconds that work in hand may take after SIGTERM.")] = 30.0,
    model: Annotated[str | None, typer.Option(help="Model for doubtful fields; default: the spec's.")] = None,
    as_json: Json = False,
) -> None:
    """Serve task queues until SIGTERM or Ctrl-C, then finish what is in hand."""
    from runtime.durable.process import WorkerProcess, work

    with told(), _measured(metrics, registry, store) as (sdk, observe):
        limits = _roles(roles)
        where = None if registry is None else str(registry)
        ladder = {"model": model}
        given = WorkerProcess(
            server, store, limits, queue, namespace, where, claims, sdk, workflows, build, drain, ladder
        )
        if as_json:
            typer.echo(json.dumps({"server": server, "queue": queue, "roles": sorted(limits)}))
        else:
            err.print(f"worker for {', '.join(sorted(limits))} at {server}; Ctrl-C drains it")
        asyncio.run(work(given, observe))


@app.command()
def submit(
    inbox: Annotated[str, typer.Argument(help="Folder or fsspec URL of documents (s3://..., gs://...).")],
    name: Annotated[str, typer.Argument(help="Artifact's name.")],
    server: Address = SERVER,
    namespace: Namespace = "default",
    queue: Queue = "factory",
    registry: Folder = None,
    claims: ClaimRoot = None,
    window: Annotated[int, typer.Option(min=1, help="Documents at work at one time.")] = 50,
    ladder: Annotated[bool, typer.Option(help="Doubtful fields climb the ladder.")] = True,
    budget_tokens: Annotated[
        int | None, typer.Option(min=0, help="Tokens that the batch may spend; default: the spec's.")
    ] = None,
    together: Annotated[
        bool | None,
        typer.Option(help="One activity reads, extracts and stores; default: where the inbox is a folder."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all documents are stored.")] = False,
    as_json: Json = False,
) -> None:
    """Hand an inbox to the workers. Exit code 1 where --wait finds failed documents."""
    from runtime.durable.messages import BatchInput
    from runtime.durable.submit import submit as start
    from runtime.durable.worker import claims_of

    async def hand_in(client: Any) -> dict[str, Any]:
        store = claims_of(claims, registry)
        here = store.local(inbox) is not None if together is None else together
        options = BatchInput("", name, "", 0, window, climb=ladder, token_budget=budget_tokens, together=here)
        handle = await start(client, Registry(registry), store, inbox, options, queue)
        progress = asdict(await handle.result()) if wait else {}
        return {"batch": handle.id.removeprefix("batch-"), **progress}

    answer = _with_client(hand_in, server, namespace, registry)
    if as_json:
        print_json(answer)
    else:
        out.print(f"batch {answer['batch']}" + (f": {answer['counts']}" if wait else ""))
    if answer.get("failures"):
        raise typer.Exit(FAILED)


@app.command()
def decide(
    case: Annotated[str, typer.Argument(help="File or fsspec URL of the case's document.")],
    name: Annotated[str, typer.Argument(help="Workflow artifact's name.")],
    urgency: Annotated[
        Urgency | None, typer.Option(help="Legal clock: 72 hours for expedited, 7 days for standard.")
    ] = None,
    received: Annotated[str | None, typer.Option(help="When it came, ISO 8601 with offset; default: now.")] = None,
    zone: Annotated[str, typer.Option(help="Time zone of who decides, an IANA name.")] = "UTC",
    deadline: Annotated[float, typer.Option(min=0.0, help="Hours to decide in, without --urgency.")] = 72.0,
    server: Address = SERVER,
    namespace: Namespace = "default",
    queue: Queue = "factory",
    registry: Folder = None,
    ladder: Annotated[bool, typer.Option(help="Doubtful fields climb the ladder.")] = True,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is decided or its last deadline passed.")] = False,
    as_json: Json = False,
) -> None:
    """Start the decision of a case, on its legal clock. Exit code 1 where --wait finds it failed or late."""
    from runtime.durable.messages import DecisionInput, DocumentInput
    from runtime.durable.submit import decide as start

    async def begin(client: Any) -> dict[str, Any]:
        source = DocumentInput("", "", name, "", climb=ladder)
        clock = None if urgency is None else urgency.value
        given = DecisionInput(source, {"decision": deadline * 3600.0}, clock, received, zone)
        handle = await start(client, Registry(registry), case, given, queue)
        return {"workflow": handle.id, **(asdict(await handle.result()) if wait else {})}

    with told():
        _check_clock(received, zone)
    answer = _with_client(begin, server, namespace, registry)
    if as_json:
        print_json(answer)
    else:
        out.print(f"{answer['workflow']}" + (f": {answer['kind']}, record {answer['record']}" if wait else ""))
    if wait and (answer["kind"] == "failed" or answer["missed"]):
        raise typer.Exit(FAILED)


@app.command()
def status(
    batch: Annotated[str, typer.Argument(help="Batch, as `factory submit` printed it.")],
    action: Annotated[str | None, typer.Option("--send", help="pause, resume or cancel.")] = None,
    server: Address = SERVER,
    namespace: Namespace = "default",
    registry: Folder = None,
    as_json: Json = False,
) -> None:
    """How far a batch is; with --send, pause, resume or cancel it."""
    from runtime.durable.batch import BatchWorkflow
    from runtime.durable.submit import batch_id

    async def ask(client: Any) -> dict[str, Any]:
        handle = client.get_workflow_handle_for(BatchWorkflow.run, batch_id(batch))
        if action is not None:
            await handle.signal(action)
        return asdict(await handle.query(BatchWorkflow.progress))

    with told():
        if action not in (None, "pause", "resume", "cancel"):
            raise UsageError(f"--send {action}: one of pause, resume, cancel")
    answer = _with_client(ask, server, namespace, registry)
    if as_json:
        print_json(answer)
        return
    out.print(f"{answer['started']} of {answer['total']} started, {answer['in_flight']} at work, {answer['counts']}")


@app.command()
def schedule(
    inbox: Annotated[str, typer.Argument(help="Folder or fsspec URL of documents.")],
    name: Annotated[str, typer.Argument(help="Artifact's name.")],
    cron: Annotated[str, typer.Option(help="When, as cron says it, UTC.")] = "0 * * * *",
    server: Address = SERVER,
    namespace: Namespace = "default",
    queue: Queue = "factory",
    registry: Folder = None,
    as_json: Json = False,
) -> None:
    """Take an inbox in at fixed times. What is recorded already is not done again."""
    from runtime.durable.submit import schedule as plan

    async def go(client: Any) -> dict[str, Any]:
        return {"schedule": await plan(client, Registry(registry), inbox, name, cron, queue)}

    answer = _with_client(go, server, namespace, registry)
    if as_json:
        print_json(answer)
    else:
        out.print(f"schedule {answer['schedule']}: {cron}")


def _with_client(ask: Callable[[Any], Awaitable[T]], server: str, namespace: str, registry: Path | None) -> T:
    """Ask the server; its refusals are one clear line."""
    from temporalio.service import RPCError

    from runtime.durable.client import Connection, TemporalError, connect

    async def go() -> T:
        try:
            return await ask(await connect(Connection(server, namespace), registry))
        except RPCError as error:
            raise TemporalError(f"the server refuses ({error.status.name}); is the batch a known one?") from None

    with told():
        return asyncio.run(go())


def _check_clock(received: str | None, zone: str) -> None:
    try:
        moment = None if received is None else datetime.fromisoformat(received)
        ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise UsageError(f"--received or --zone: {error}; write 2026-11-25T08:00:00+01:00 and Europe/Berlin") from None
    if moment is not None and moment.tzinfo is None:
        raise UsageError(f"--received {received}: say its offset too, as in 2026-11-25T08:00:00+01:00")


@contextmanager
def _measured(target: str | None, registry: Path | None, store: str | None) -> Iterator[tuple[str | None, Any]]:
    """Where the SDK serves its metrics, and who hears of documents: both are served at `target`."""
    from runtime.durable.keeping import unobserved

    if target is None:
        yield None, unobserved
        return
    from monitoring.worker import worker_metrics

    with worker_metrics(target, Registry(registry), Store(store)) as measured:
        yield measured


def _roles(text: str) -> dict[str, tuple[int, float | None]]:
    from runtime.durable.worker import ROLES

    roles: dict[str, tuple[int, float | None]] = {}
    for part in filter(None, text.split(",")):
        name, _, limits = part.partition("=")
        count, _, rate = limits.partition(":")
        numbers = count.isdigit() and int(count) > 0 and (not rate or rate.replace(".", "", 1).isdigit())
        if name not in ROLES or not numbers:
            raise UsageError(f"--roles {part}: write ROLE=CONCURRENCY[:PER_SECOND] with one of {', '.join(ROLES)}")
        roles[name] = (int(count), float(rate) if rate else None)
    return roles
