"""`factory registry`: which artifacts there are, and which one a name stands for."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.syntax import Syntax
from rich.table import Table

from cli.output import FAILED, escape, out, print_json, told
from runtime.audit import AuditLog
from runtime.difference import difference
from runtime.errors import ArtifactError
from runtime.registry import Registry

app = typer.Typer(no_args_is_help=True, help="List, compare, verify, promote and roll back artifacts.")

Root = Annotated[Path | None, typer.Option("--registry", help="Default: FACTORY_HOME, or .factory.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reference = Annotated[str, typer.Argument(help="NAME or NAME@ADDRESS; the first digits of the address do.")]


@app.command("list")
def list_(root: Root = None, as_json: Json = False) -> None:
    """Names, and what each stands for."""
    with told():
        names = Registry(root).list()
    if as_json:
        print_json(
            [{"name": n.name, "artifact": n.current, "trial": n.trial, "versions": list(n.versions)} for n in names]
        )
        return
    table = Table("name", "artifact", "on trial", "versions", "changed")
    for name in names:
        trial = f"{name.trial.artifact[:12]} {name.trial.mode} {name.trial.share:.0%}" if name.trial else ""
        table.add_row(name.name, (name.current or "none")[:12], trial, str(len(name.versions)), name.events[-1].time)
    out.print(table)


@app.command()
def show(reference: Reference, root: Root = None, as_json: Json = False) -> None:
    """History of a name, and the manifest of one version."""
    with told():
        registry = Registry(root)
        entry = registry.show(reference.split("@")[0])
        artifact = registry.resolve(reference)
    if as_json:
        print_json({**asdict(entry), "artifact": artifact.address, "manifest": artifact.manifest})
        return
    table = Table(
        "time", "action", "artifact", "reason", title=escape(f"{entry.name}: {artifact.address}"), title_justify="left"
    )
    for event in entry.events:
        table.add_row(event.time, event.action, event.artifact[:12], event.reason)
    out.print(table)
    out.print_json(data=artifact.manifest)


@app.command()
def verify(
    reference: Annotated[str | None, typer.Argument(help="NAME or NAME@ADDRESS; all of them if left out.")] = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Check content, address and signature. Exit code 1 where an artifact is refused."""
    with told():
        registry = Registry(root)
        if reference is not None:
            addresses = {registry.address(reference)}
        else:
            addresses = {address for name in registry.list() for address in name.versions}
    faults: dict[str, str | None] = {}
    for address in sorted(addresses):
        try:
            registry.get(address)
            faults[address] = None
        except ArtifactError as error:
            faults[address] = str(error)
    if as_json:
        print_json([{"artifact": address, "sound": fault is None, "fault": fault} for address, fault in faults.items()])
    else:
        for address, fault in faults.items():
            out.print(
                f"{address[:12]}  {'[green]verified[/]' if fault is None else '[red]refused[/] ' + escape(fault)}"
            )
    if any(faults.values()):
        raise typer.Exit(FAILED)


@app.command()
def diff(before: Reference, after: Reference, root: Root = None, as_json: Json = False) -> None:
    """What changed between two versions: code, spec, weights and measured accuracy."""
    with told():
        registry = Registry(root)
        changed = difference(registry.resolve(before), registry.resolve(after))
    if as_json:
        print_json(changed)
        return
    for lines in (changed.code, changed.spec):
        if lines:
            out.print(Syntax("\n".join(lines), "diff", background_color="default"))
    if changed.metrics:
        table = Table("manifest", "before", "after")
        for path, (first, second) in changed.metrics.items():
            table.add_row(escape(path), escape(str(first)), escape(str(second)))
        out.print(table)
    out.print(f"{len(changed.weights)} numbers differ in weights.json")


@app.command()
def promote(reference: Reference, root: Root = None, as_json: Json = False) -> None:
    """Let the name stand for this version. The version is verified first."""
    with told():
        address = Registry(root).promote(reference)
        AuditLog().append("artifact.promote", (address,))
    _moved(reference.split("@")[0], address, as_json)


@app.command()
def rollback(name: Annotated[str, typer.Argument(help="NAME")], root: Root = None, as_json: Json = False) -> None:
    """End the trial; where there is none, let the name stand for what it stood for before."""
    with told():
        address = Registry(root).rollback(name)
        AuditLog().append("artifact.rollback", (address,))
    _moved(name, address, as_json)


def _moved(name: str, address: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "artifact": address})
    else:
        out.print(f"{name} is now {address[:12]}")
