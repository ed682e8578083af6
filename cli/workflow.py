"""What commands do for workflows: compile one, show a decision, replay it."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from cli import compile_
from cli.output import FAILED, err, escape, out, print_json, told
from cli.sources import golden_folder, read_examples
from factory.compile import CompileError
from factory.generate.generator import Generator
from factory.golden import Example
from factory.spec_file import file_of
from factory.workflow.compile import CompiledWorkflow, compile_workflow
from factory.workflow.load import LoadedSpec, load_workflow_spec
from runtime.audit import AuditLog
from runtime.errors import RegistryError, UsageError
from runtime.registry import Registry
from runtime.replay import StoredDecision
from runtime.replay import replay as replay_record
from runtime.signing import keys_folder, sign, signing_key
from runtime.store import Store

app = typer.Typer()


def compile_workflow_spec(
    spec: Path, golden: Path | None, generator: Generator, registry: Path | None, as_json: bool
) -> None:
    """`factory compile` of a workflow. Examples are needed only to measure bounded invocations."""
    start = time.perf_counter()
    loaded = load_workflow_spec(spec)
    examples = _examples(spec, golden, as_json)
    addresses = _addresses(loaded, Registry(registry))
    with out.status("compiling") as status:
        try:
            compiled = compile_workflow(loaded, examples, generator, addresses, progress=status.update)
        except CompileError as error:
            compile_.refuse(error, as_json)
            raise
    address = Registry(registry).publish(sign(compiled.artifact, signing_key(keys_folder(registry))))
    AuditLog().append("artifact.publish", (address,))
    seconds = time.perf_counter() - start
    if as_json:
        print_json(_as_json(loaded, compiled, address, seconds))
    else:
        _show(loaded, compiled, address, seconds)


@app.command()
def replay(
    record: Annotated[str, typer.Argument(help="The record's id, or its first digits.")],
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Annotated[str | None, typer.Option(help="Default: store.sqlite in the home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run a decision's recorded values through the same artifact again.

    Exit code 0: the same decision, by the same steps. 1: another one. 2: a mistake in the call.
    """
    with told():
        found = replay_record(Store(store), Registry(registry), record)
    if as_json:
        print_json({"record": found.decision.record.id, "same": found.same, "audited": found.decision.audited,
                    "decision": found.decision.trace["decision"], "replayed": found.trace["decision"]})  # fmt: skip
    else:
        word = "[green]the same[/]" if found.same else "[red]another trace[/]"
        out.print(f"{found.decision.record.id}: {found.trace['decision']} ({found.trace['status']}), {word}",
                  highlight=False, soft_wrap=True)  # fmt: skip
    if not found.same:
        raise typer.Exit(FAILED)


def show_decision(found: StoredDecision) -> None:
    """The decision trace for people."""
    trace = found.trace
    final = trace["decision"] if trace["status"] == "decided" else f"review (the rules say {trace['decision']})"
    out.print(f"[bold]{escape(trace['name'])}[/] version {trace['version']}: [bold]{escape(final)}[/]", highlight=False)
    out.print(f"record {found.record.id}, artifact {trace['artifact'][:12]}", highlight=False)
    audited = "yes" if found.audited else "[red]no: the trace is not the one that was logged[/]"
    out.print(f"in the audit log: {audited}", highlight=False)
    for reason in trace["reasons"]:
        out.print(f"[yellow]review[/] {reason['step']}: {escape(reason['text'])}", highlight=False, soft_wrap=True)
    for step in trace["steps"]:
        _show_step(step)


def _show_step(step: Mapping[str, Any], indent: str = "") -> None:
    said = " (not due)" if step["skipped"] else ""
    out.print(f"\n{indent}[bold]{step['step']}[/] {step['type']}, spec line {step['line']}{said}", highlight=False)
    if step["decision"]:
        lines = f"spec line {step['spec_line']}, activity.py line {step['artifact_line']}" if step["spec_line"] else ""
        out.print(
            f"{indent}{step['decision']}: {escape(step['reason'])} {step['code']}", highlight=False, soft_wrap=True
        )
        out.print(f"{indent}{lines}", highlight=False)
    for check in step["checks"]:
        word = {True: "holds", False: "[red]does not hold[/]", None: "unknown"}[check["passed"]]
        where = f"line {check['line']}" if check["line"] else check["note"]
        out.print(f"{indent}{word}: {escape(check['text'])} ({escape(where)})", highlight=False, soft_wrap=True)
    if step["inputs"]:
        out.print(_inputs(step["inputs"]))
    for number, row in enumerate(step["rows"], start=1):
        out.print(f"{indent}row {number}" if step["type"] == "foreach" else "", highlight=False)
        for inner in row:
            _show_step(inner, indent + "  ")


def _inputs(inputs: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("value of", "is", "status", "sure", "from", "quote", box=box.SIMPLE_HEAD)
    for name, one in inputs.items():
        place = f"page {one['page']}: " if one["page"] else ""
        given = f"{one['source']} {one['by']}".strip()
        quote = escape(f"{place}{one['quote']}") if one["quote"] else ""
        shown = escape(str(one["value"] if one["value"] is not None else "missing"))
        table.add_row(name, shown, one["status"], f"{one['confidence']:.2f}", escape(given), quote)
    return table


def _examples(spec: Path, golden: Path | None, quiet: bool) -> Sequence[Example]:
    folder = golden or file_of(spec).parent / "golden"
    if golden is None and not (folder / "labels.jsonl").is_file():
        return []
    return read_examples(golden_folder(spec, golden), quiet=quiet)[0]


def _addresses(loaded: LoadedSpec, registry: Registry) -> dict[str, str]:
    """The published artifact of every document that the workflow extracts from."""
    found = {}
    for step, document in loaded.checked.documents.items():
        try:
            found[step] = registry.address(str(document.name))
        except RegistryError:
            raise UsageError(f"{step}: {document.name} is not compiled yet; compile its spec first") from None
    return found


def _show(loaded: LoadedSpec, compiled: CompiledWorkflow, address: str, seconds: float) -> None:
    accuracy = compiled.artifact.manifest["accuracy"]
    if any(found["documents"] for found in accuracy.values()):
        out.print(compile_.accuracy_table(loaded.name, accuracy))
    elif accuracy:
        err.print("no labelled examples: every value that a bounded invocation reads goes to a person", highlight=False)
    for proof in compiled.proofs:
        out.print(f"[green]proven[/] {proof.rule}: {'; '.join(proof.shown)}", highlight=False)
    for verdict in compiled.verdicts:
        out.print(f"[green]passed[/] {verdict.stage} ({verdict.seconds:.1f} s)", highlight=False)
    out.print(f"published {loaded.name}@{address[:12]} after {compiled.rounds} round(s), {compiled.tokens} tokens, "
              f"{seconds:.0f} s", highlight=False)  # fmt: skip


def _as_json(loaded: LoadedSpec, compiled: CompiledWorkflow, address: str, seconds: float) -> dict[str, Any]:
    return {
        "published": address,
        "name": loaded.name,
        "rounds": compiled.rounds,
        "tokens": compiled.tokens,
        "seconds": round(seconds, 3),
        "stages": [{**one.to_dict(), "seconds": round(one.seconds, 3)} for one in compiled.verdicts],
        "accuracy": compiled.artifact.manifest["accuracy"],
        "rules": compiled.artifact.manifest["rules"],
    }
