"""`factory compile`: a spec and labelled examples become a signed artifact."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from cli import workflow
from cli.output import FAILED, err, escape, out, print_json, told
from cli.sources import golden_folder, read_examples, spec_file
from factory.compile import Compiled, CompileError, compile_spec
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Generator
from factory.spec import DocumentSpec, load_spec
from factory.validate import Verdict
from factory.workflow.load import is_workflow
from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.signing import keys_folder, sign, signing_key

app = typer.Typer()
GENERATORS = ("auto", "examples")


@app.command("compile")
def compile_command(
    spec: Annotated[Path, typer.Argument(help="Spec folder, or its spec.yaml.")],
    golden: Annotated[Path | None, typer.Option(help="Labelled examples; default: SPEC/golden.")] = None,
    generator: Annotated[str, typer.Option(help="auto or examples.")] = "auto",
    registry: Annotated[
        Path | None, typer.Option("--out", help="Registry; default: FACTORY_HOME, or .factory.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Generate code from examples, validate it in four stages, sign it and publish it.

    Exit code 0: published. 1: it did not pass a stage; nothing is published. 2: a mistake in the call, spec or labels.
    """
    with told():
        start = time.perf_counter()
        writer = choose(generator)
        if is_workflow(spec):
            workflow.compile_workflow_spec(spec, golden, writer, registry, as_json)
            return
        loaded, text = load_spec(spec), spec_file(spec).read_text(encoding="utf-8")
        examples, _ = read_examples(golden_folder(spec, golden), quiet=as_json)
        with out.status("compiling") as status:
            try:
                compiled = compile_spec(loaded, text, examples, writer, progress=status.update)
            except CompileError as error:
                refuse(error, as_json)
        address = publish(compiled, registry)
        seconds = time.perf_counter() - start
        if as_json:
            print_json(_as_json(compiled, address, seconds))
        else:
            show(loaded, compiled, address, seconds)


def choose(name: str) -> Generator:
    """The generator of this name. Raises UsageError."""
    if name not in GENERATORS:
        raise UsageError(f"--generator {name}: unknown; known: {', '.join(GENERATORS)}")
    return ExampleGenerator()


def publish(compiled: Compiled, registry: Path | None) -> str:
    """Sign, publish and promote; the audit log says so. Returns the address."""
    address = Registry(registry).publish(sign(compiled.artifact, signing_key(keys_folder(registry))))
    AuditLog().append("artifact.publish", (address,))
    return address


def show(spec: DocumentSpec, compiled: Compiled, address: str, seconds: float) -> None:
    """A table of held-out accuracy a field, the stages, and the address."""
    out.print(accuracy_table(str(spec.name), compiled.artifact.manifest["accuracy"]))
    for verdict in compiled.verdicts:
        out.print(f"[green]passed[/] {verdict.stage} ({verdict.seconds:.1f} s)", highlight=False)
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


def refuse(error: CompileError, as_json: bool) -> None:
    """Say which stage refused, and why. Raises typer.Exit."""
    if as_json:
        print_json({"published": None, "stages": [verdict.to_dict() for verdict in error.verdicts]})
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
        "seconds": round(seconds, 3),
        "stages": [_stage(verdict) for verdict in compiled.verdicts],
        "accuracy": compiled.artifact.manifest["accuracy"],
    }


def _stage(verdict: Verdict) -> dict[str, Any]:
    return {**verdict.to_dict(), "seconds": round(verdict.seconds, 3)}
