"""`factory compile`: a spec and labelled examples become a signed artifact."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich import box
from rich.table import Table

from cli import functions, workflow
from cli.live import Live
from cli.models import BUDGET_TOKENS, client
from cli.output import FAILED, err, escape, out, print_json, told
from cli.sources import golden_folder, read_examples
from factory.compile import ROUNDS, Compiled, CompileError, Progress, compile_spec
from factory.functions.compile import CompiledCallable
from factory.functions.load import is_callable
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Generator, ModelWork
from factory.generate.llm import LLMGenerator
from factory.generate.portfolio import PortfolioGenerator, describe
from factory.spec import DocumentSpec, load_spec
from factory.spec_file import file_of
from factory.validate import Verdict
from factory.workflow.load import is_workflow
from inference.client import Client
from runtime.audit import AuditLog
from runtime.errors import RunError, UsageError
from runtime.registry import Registry
from runtime.signing import keys_folder, sign, signing_key

app = typer.Typer()
GENERATORS = ("auto", "examples", "llm")


@app.command("compile")
def compile_command(
    spec: Annotated[Path, typer.Argument(help="Spec folder, or its spec.yaml.")],
    golden: Annotated[Path | None, typer.Option(help="Labelled examples; default: SPEC/golden.")] = None,
    generator: Annotated[str, typer.Option(help="auto, examples or llm.")] = "auto",
    model: Annotated[str | None, typer.Option(help="Who writes, such as anthropic:claude-sonnet-5-5.")] = None,
    budget_tokens: Annotated[int, typer.Option(min=0, help="Most tokens the model may take.")] = BUDGET_TOKENS,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="How often the model may write or mend.")] = ROUNDS,
    cassette: Annotated[Path | None, typer.Option(help="Folder to record model calls to, or replay from.")] = None,
    registry: Annotated[
        Path | None, typer.Option("--out", help="Registry; default: FACTORY_HOME, or .factory.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Generate code, validate it in four stages, sign it and publish it.

    Exit code 0: published. 1: it did not pass a stage; nothing is published. 2: a mistake in the call, spec or labels.
    """
    with told():
        start = time.perf_counter()
        asked = client(model, "compile", budget_tokens, cassette) if model else None
        if is_callable(spec):
            check_generator(generator, asked)
            functions.compile_callable_spec(spec, registry, generator, asked, rounds, as_json)
            return
        if is_workflow(spec):
            if asked is not None:
                raise UsageError(f"{spec}: a workflow's rules are compiled without a model; leave --model out")
            workflow.compile_workflow_spec(spec, golden, choose(generator), registry, as_json)
            return
        loaded, text = load_spec(spec), file_of(spec).read_text(encoding="utf-8")
        with Live(as_json, asked.budget if asked else None) as live:
            writer = choose(generator, asked, rounds, partial(running, loaded.name or "", registry), live.step)
            examples, _ = read_examples(golden_folder(spec, golden), quiet=True)
            try:
                compiled = compile_spec(loaded, text, examples, writer, progress=live.step)
            except CompileError as error:
                live.end()
                refuse(error, as_json, asked)
        address = publish(compiled, registry)
        seconds = time.perf_counter() - start
        if as_json:
            print_json(_as_json(compiled, address, seconds))
        else:
            show(loaded, compiled, address, seconds)


def choose(
    name: str,
    asked: Client | None = None,
    rounds: int = ROUNDS,
    previous: Callable[[], str] = lambda: "",
    progress: Progress = lambda text: None,
) -> Generator:
    """The generator of this name; `previous` gives the source that runs now. Raises UsageError."""
    check_generator(name, asked)
    if name == "examples":
        return ExampleGenerator()
    llm, running = LLMGenerator(asked, rounds, progress) if asked else None, previous() if name == "auto" else ""
    if name == "llm" and llm is not None:
        return llm
    return PortfolioGenerator(llm, running, progress) if llm or running else ExampleGenerator()


def check_generator(name: str, asked: Client | None) -> None:
    """Raises UsageError for a generator that there is not, or that does not go with whether a model is named."""
    if name not in GENERATORS:
        raise UsageError(f"--generator {name}: unknown; known: {', '.join(GENERATORS)}")
    if name == "examples" and asked is not None:
        raise UsageError("--generator examples asks no model; leave --model out, or use auto or llm")
    if name == "llm" and asked is None:
        raise UsageError("--generator llm needs --model, such as anthropic:claude-sonnet-5-5 or local:/path/model.gguf")


def running(name: str, registry: Path | None) -> str:
    """The source of the version that runs now; empty where there is none, or none that is sound."""
    try:
        return Registry(registry).resolve(name).source
    except RunError:
        return ""


def publish(compiled: Compiled | CompiledCallable, registry: Path | None) -> str:
    """Sign, publish and promote; the audit log says so. Returns the address."""
    address = Registry(registry).publish(sign(compiled.artifact, signing_key(keys_folder(registry))))
    AuditLog().append("artifact.publish", (address,))
    return address


def show(spec: DocumentSpec, compiled: Compiled, address: str, seconds: float) -> None:
    """A table of held-out accuracy a field, the stages, and the address."""
    out.print(accuracy_table(str(spec.name), compiled.artifact.manifest["accuracy"]))
    for name, contest in compiled.generated.contests.items():
        out.print(f"{name}: {describe(contest)}", highlight=False)
    for verdict in compiled.verdicts:
        out.print(f"[green]passed[/] {verdict.stage} ({verdict.seconds:.1f} s)", highlight=False)
    if compiled.generated.work is not None:
        out.print(asked_line(compiled.generated.work), highlight=False)
    out.print(f"published {spec.name}@{address[:12]} after {compiled.rounds} round(s), {compiled.tokens} tokens, "
              f"{seconds:.0f} s", highlight=False)  # fmt: skip


def accuracy_table(title: str, accuracy: Mapping[str, Any]) -> Table:
    """Held-out accuracy, a row a field."""
    table = Table(title=f"{title}: held-out accuracy", title_justify="left", box=box.SIMPLE_HEAD)
    for column in ("field", "examples", "exact", "interval", "accepted", "right"):
        table.add_column(column, justify="left" if column == "field" else "right")
    for name, found in accuracy.items():
        if found["documents"]:
            low, high = found["interval"]
            accepted, right = found["accepted"], found["accepted_right"]
            table.add_row(
                name, str(found["documents"]), f"{found['exact']:.1%}", f"{low:.0%} to {high:.0%}",
                f"{accepted / found['documents']:.0%}", f"{right / accepted:.1%}" if accepted else "-",
            )  # fmt: skip
    return table


def asked_line(work: ModelWork) -> str:
    ended = f"; ended early: {work.stopped}" if work.stopped else ""
    return escape(f"{work.model}: {work.rounds} round(s), {work.spent.requests} calls, {work.spent.tokens} tokens, "
                  f"${work.spent.dollars:.4f}{ended}")  # fmt: skip


def refuse(error: CompileError, as_json: bool, asked: Client | None = None) -> NoReturn:
    """Say which stage refused, and why. Raises typer.Exit."""
    if as_json:
        tokens = asked.budget.spent.tokens if asked else 0
        print_json({"published": None, "stages": [verdict.to_dict() for verdict in error.verdicts], "tokens": tokens})
    failed = [verdict.stage for verdict in error.verdicts if not verdict.passed]
    stages = f" by the stage {failed[0]}" if failed else ""
    err.print(f"[red]error:[/] refused{stages}; nothing was published:", highlight=False)
    err.print(escape(str(error)), highlight=False, soft_wrap=True)
    raise typer.Exit(FAILED)


def _as_json(compiled: Compiled, address: str, seconds: float) -> dict[str, Any]:
    return {
        "published": address,
        "name": compiled.artifact.name,
        "rounds": compiled.rounds,
        "tokens": compiled.tokens,
        "model": compiled.artifact.manifest["generator"] if compiled.generated.work else None,
        "winners": compiled.artifact.manifest.get("winners", {}),
        "seconds": round(seconds, 3),
        "stages": [_stage(verdict) for verdict in compiled.verdicts],
        "accuracy": compiled.artifact.manifest["accuracy"],
    }


def _stage(verdict: Verdict) -> dict[str, Any]:
    return {**verdict.to_dict(), "seconds": round(verdict.seconds, 3)}
