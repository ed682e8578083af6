"""`factory run` and `factory serve http` for artifacts of templates that handle values."""

import json
import signal
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cli.output import FAILED, err, print_json, told
from runtime.artifact import template_of
from runtime.errors import UsageError
from runtime.handled import ReviewCases
from runtime.handlers import Handled, Keep, answers_to, batch, known_ids, open_handler, respond, stream, validate
from runtime.load import LoadedWorkflow, is_workflow, load_workflow
from runtime.registry import Registry

app = typer.Typer()
STANDARD = Path("-")
TAKES = {
    "batch": "FILE.jsonl --out RESULTS.jsonl",
    "stream": "FILE.jsonl, or - for standard input",
    "sync": "- (one request from standard input), or `factory serve http`",
    "input_validator": "FILE.jsonl, or - for standard input",
}


def run_handler(
    name: str,
    registry: Registry,
    paths: list[Path],
    target: Path | None,
    as_json: bool,
    others: Mapping[str, object],
    store: str | None = None,
) -> bool:
    """What `factory run` does with an artifact of these templates; False where it is of another one.

    `others`: the command's options that mean something for documents alone. Raises UsageError, RunError, typer.Exit.
    """
    artifact = registry.resolve(name)
    template = template_of(artifact.manifest)
    if not is_workflow(artifact) or template not in TAKES:
        return False
    if given := [option for option, value in others.items() if value is not None]:
        raise UsageError(f"{given[0]} is for documents; {name} fills the template {template!r}")
    if len(paths) != 1 or (template == "batch" and paths[0] == STANDARD):
        raise UsageError(f"{name} fills the template {template!r}: factory run {name} {TAKES[template]}")
    if paths[0] != STANDARD and not paths[0].is_file():
        raise UsageError(f"{paths[0]}: no such file; factory run {name} {TAKES[template]}")
    loaded = load_workflow(artifact)
    cases = ReviewCases(loaded, store)
    try:
        if template == "sync":
            _request(loaded, paths[0], cases.keep)
            return True
        if template == "batch":
            done = _batch(loaded, paths[0], target, as_json, cases.keep)
        else:
            done = _lines(loaded, paths[0], target, cases.keep)
    except OSError as error:
        what = f"{error.filename or 'standard output'}: {error.strerror}"
        raise UsageError(f"{what}; nothing is lost, run it again") from None
    finally:
        cases.close()
    _tell(name, done, target, as_json and target is not None)
    if done.failed:
        raise typer.Exit(FAILED)
    return True


def _batch(loaded: LoadedWorkflow, source: Path, target: Path | None, quiet: bool, keep: Keep) -> Handled:
    if target is None:
        raise UsageError("a batch keeps its results and its checkpoint in files: name one with --out")
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]} lines"))
    with Progress(*columns, TimeRemainingColumn(), console=err, disable=quiet or not err.is_terminal) as bar:
        task = bar.add_task("cases", total=source.stat().st_size, lines=0)
        return batch(loaded, source, target, keep, lambda lines, read: bar.update(task, completed=read, lines=lines))


def _lines(loaded: LoadedWorkflow, source: Path, target: Path | None, keep: Keep) -> Handled:
    """A stream or a validator: a line out for each line in, as soon as it is there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is lost by an end at any moment, so end at once
    with nullcontext(sys.stdin.buffer) if source == STANDARD else source.open("rb") as incoming:
        if template_of(loaded.manifest) == "input_validator":
            with answers_to(target, sys.stdout.buffer) as outgoing:
                return validate(loaded, incoming, outgoing, keep)
        known = frozenset[str]() if target is None else known_ids(target)
        with answers_to(target, sys.stdout.buffer) as outgoing:
            return stream(loaded, incoming, outgoing, keep, known)


def _request(loaded: LoadedWorkflow, source: Path, keep: Keep) -> None:
    answer = respond(loaded, sys.stdin.buffer.read() if source == STANDARD else source.read_bytes(), keep)
    typer.echo(answer.decode())
    if json.loads(answer)["status"] != "ok":
        raise typer.Exit(FAILED)


def _tell(name: str, done: Handled, target: Path | None, as_json: bool) -> None:
    """Counts: on standard output with `--json` where the answers go to a file, else on standard error."""
    if as_json:
        print_json({"name": name, "cases": done.cases, "failed": done.failed, "review": done.review, "out": target})
        return
    where = f", written to {target}" if target else ""
    err.print(f"{done.cases} cases, {done.failed} failed, {done.review} for a person{where}", highlight=False)


@app.command()
def http(
    name: Annotated[str, typer.Argument(help="Artifact of a `sync` workflow: NAME or NAME@ADDRESS.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the loopback; 0: any that is free.")] = 8600,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Annotated[str | None, typer.Option(help="Where cases wait for a person; default: as `factory run`.")] = None,
) -> None:
    """Answer requests on the loopback: POST a case as JSON to /, get its decision."""
    from runtime.handler_server import serve

    with told():
        serve(
            open_handler(Registry(registry).resolve(name), "sync"),
            port,
            lambda where: err.print(f"serving {where}"),
            store,
        )
