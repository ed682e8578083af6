"""`factory rollout`: canary, shadow, promote, roll back. `factory codec`: the keys that seal histories."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import out, print_json, told
from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.registry import Mode, Registry, Trial
from runtime.rollout import Rollouts, began
from runtime.signing import keys_folder
from runtime.store import Store

app = typer.Typer(no_args_is_help=True, help="Give a new version a share of the documents, or a shadow's part.")
codec = typer.Typer(no_args_is_help=True, help="Keys that seal Temporal histories, and the server that opens them.")

Name = Annotated[str, typer.Argument(help="Artifact's name.")]
Folder = Annotated[Path | None, typer.Option("--registry", help="Default: FACTORY_HOME, or .factory.")]
Url = Annotated[str | None, typer.Option("--store", envvar="FACTORY_STORE", help="Default: store.sqlite in the home.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def start(
    reference: Annotated[str, typer.Argument(help="NAME@ADDRESS of the new version.")],
    share: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of new documents.")] = 0.1,
    shadow: Annotated[bool, typer.Option("--shadow", help="Run it beside; only differences are recorded.")] = False,
    registry: Folder = None,
    as_json: Json = False,
) -> None:
    """Begin a canary or shadow. A canary whose review or correction rate is worse is rolled back by itself."""
    with told():
        where = Registry(registry)
        mode: Mode = "shadow" if shadow else "canary"
        trial = where.start_trial(reference, share, mode)
        _audit().append(f"artifact.{mode}", (trial.artifact, f"{share:.0%}"))
    _print(trial, as_json)


@app.command()
def show(name: Name, registry: Folder = None, store: Url = None, as_json: Json = False) -> None:
    """What is on trial, both versions' rates since then, and in how many documents each field of a shadow differed."""
    with told():
        where = Registry(registry)
        entry, rollouts = where.show(name), Rollouts(where, Store(store), _audit())
        tried = [event.artifact for event in entry.events if event.action in ("canary", "shadow")][-1:]
        compared = [address for address in (entry.current, *tried) if address is not None]
        answer = {
            "stable": entry.current,
            "trial": entry.trial,
            "rates": {address: rollouts.rates(address, began(entry)) for address in compared},
            "differences": rollouts.differences(name, tried[0]) if tried else {"documents": 0},
            "events": entry.events,
        }
    _print(answer, as_json)


@app.command()
def promote(name: Name, registry: Folder = None, as_json: Json = False) -> None:
    """All new documents on the new version."""
    with told():
        where = Registry(registry)
        address = where.promote(f"{name}@{_trial(where, name).artifact}")
        _audit().append("artifact.promote", (address,))
    _print({"name": name, "artifact": address}, as_json)


@app.command()
def rollback(name: Name, registry: Folder = None, as_json: Json = False) -> None:
    """All new documents on the version that ran before."""
    with told():
        where = Registry(registry)
        trial = _trial(where, name)
        address = where.end_trial(name, trial.artifact, "by command")
        _audit().append("artifact.rollback", (trial.artifact,))
    _print({"name": name, "artifact": address}, as_json)


@codec.command()
def rotate(registry: Folder = None, as_json: Json = False) -> None:
    """Make a new key; older ones still open what they sealed. Workers take it up when they start."""
    from runtime.durable.codec import payload_keys

    with told():
        keys = payload_keys(keys_folder(registry), rotate=True)
    _print({"current": keys.current, "keys": sorted(keys.keys)}, as_json)


@codec.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8081,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    origin: Annotated[str, typer.Option(help="Temporal's web page that may ask.")] = "http://localhost:8233",
    token: Annotated[str, typer.Option(envvar="FACTORY_CODEC_TOKEN", help="Token that callers must bring.")] = "",
    registry: Folder = None,
    as_json: Json = False,
) -> None:
    """Open sealed payloads for operators who bring the token: Temporal's remote codec protocol."""
    import uvicorn

    from runtime.durable.codec import payload_keys
    from runtime.durable.codec_server import codec_server

    with told():
        served = codec_server(payload_keys(keys_folder(registry)), token, origin, _audit())
    _print({"url": f"http://{host}:{port}"}, as_json)
    uvicorn.run(served, host=host, port=port, log_level="warning", access_log=False)


def _trial(registry: Registry, name: str) -> Trial:
    trial = registry.show(name).trial
    if trial is None:
        raise UsageError(f"{name}: nothing is on trial; `factory rollout start {name}@ADDRESS` begins it")
    return trial


def _audit() -> AuditLog:
    return AuditLog()


def _print(answer: Any, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        out.print(answer)
