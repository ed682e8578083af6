"""`factory doctor`: is this installation fit to compile and to run?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.output import FAILED, escape, out, print_json, told
from factory.sandbox.child import LAYERS
from factory.sandbox.run import probe
from runtime.audit import AuditLog
from runtime.doctor import Finding, examine
from runtime.registry import Registry

app = typer.Typer()


@app.command()
def doctor(
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Annotated[str | None, typer.Option(help="Default: store.sqlite in the home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check OCR, sandbox, registry, keys, store and the chain of the audit log. Exit code 1 where one is not sound."""
    with told():
        findings = [_sandbox(), *examine(Registry(registry), store, AuditLog())]
    if as_json:
        print_json(findings)
    else:
        table = Table("part", "", "found")
        for finding in findings:
            mark = "[green]sound[/]" if finding.sound else "[red]not sound[/]"
            table.add_row(finding.part, mark, escape(finding.detail))
        out.print(table)
    if not all(finding.sound for finding in findings):
        raise typer.Exit(FAILED)


def _sandbox() -> Finding:
    """Code is only compiled where every layer of the sandbox holds."""
    layers = probe()
    missing = [layer for layer in LAYERS if layer not in layers]
    if missing:
        return Finding("sandbox", False, f"missing: {', '.join(missing)}; use Linux 5.13 or newer")
    return Finding("sandbox", True, ", ".join(layers))
