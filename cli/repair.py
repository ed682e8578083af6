"""`factory repair`: fields compiled again from what people corrected, by name or where drift points."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.live import Live
from cli.output import escape, out, print_json, told
from cli.sources import golden_folder
from factory.spec_file import file_of
from runtime.audit import AuditLog, default_actor
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.store import Store

if TYPE_CHECKING:
    from monitoring.mend import Mended

app = typer.Typer()


@app.command()
def repair(
    spec: Annotated[Path, typer.Argument(help="Spec folder, or its spec.yaml.")],
    field: Annotated[str | None, typer.Option(help="The field that broke.")] = None,
    by_alarm: Annotated[bool, typer.Option("--on-alarm", help="The fields that standing drift alarms name.")] = False,
    golden: Annotated[Path | None, typer.Option(help="Labelled examples; default: SPEC/golden.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take the corrections as golden examples.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who accepts; default: this account.")] = None,
    canary: Annotated[int, typer.Option(min=1, max=100, help="Percent of documents it gets; 100 promotes.")] = 10,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Annotated[str | None, typer.Option(help="Default: store.sqlite in the home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compile fields again from reviewed corrections; no other field may get worse.

    Without --accept it only says how many corrections there are. Exit code 1: the repair is not good enough.
    """
    from monitoring.mend import Workshop, mend, on_alarm, pointed_at
    from monitoring.regenerate import RepairError, corrections, lines_of
    from monitoring.watch import standing

    with told():
        if (field is None) != by_alarm:
            raise UsageError("name one field with --field, or take those that drift points at with --on-alarm")
        where, records, file = Registry(registry), Store(store), file_of(spec)
        shop = Workshop.of(file, golden_folder(spec, golden), where, records, AuditLog())
        shop = replace(shop, percent=canary, actor=by or default_actor())
        if field is not None and field not in shop.spec.fields:
            raise UsageError(f"{field}: no field of {shop.name}; there are: {', '.join(shop.spec.fields)}")
        current = where.resolve(shop.name)
        alarms = standing(shop.name, current.address)
        names = [field] if field is not None else pointed_at(alarms, list(shop.spec.fields))
        found = {name: corrections(records, shop.name, name) for name in names}
        if not accept or not names:
            lines = {name: list(lines_of(current.source, name)) for name in names}
            _show_found({name: len(settled) for name, settled in found.items()}, lines, current.address, as_json)
            return
        with Live(as_json, None) as live:
            shop = replace(shop, step=live.step)
            done = mend(shop, found) if field is not None else on_alarm(shop, alarms)
        if field is not None and done.refused:
            raise RepairError(done.refused[field])
    if as_json:
        print_json(mended_json(done))
    else:
        show_mended(done)


def mended_json(done: "Mended") -> dict[str, Any]:
    """What a repair came to."""
    return {
        "artifact": done.artifact,
        "corrected": {name: list(counts) for name, counts in done.corrected.items()},
        "golden": {name: list(counts) for name, counts in done.golden.items()},
        "shadow": done.shadow,
        "refused": done.refused,
        "canary": done.canary,
    }


def show_mended(done: "Mended") -> None:
    """The same for people."""
    for name, (before, after, total) in done.corrected.items():
        out.print(f"{name}: {before} of {total} corrected documents were right, now {after}", highlight=False)
    for name, why in done.refused.items():
        out.print(f"{name}: not repaired: {escape(why)}", highlight=False)
    if done.artifact:
        state = "promoted" if done.canary == 100 else f"canary of {done.canary} %"
        out.print(f"no golden field is worse; {done.artifact[:12]} is {state}", highlight=False)


def _show_found(counts: dict[str, int], lines: Mapping[str, Sequence[int]], address: str, as_json: bool) -> None:
    if as_json:
        print_json({"corrections": counts, "lines": lines, "artifact": None})
        return
    if not counts:
        out.print("no drift alarm stands")
    for name, count in counts.items():
        first, last = lines[name]
        out.print(f"{name}: {count} settled items; its function stands in lines {first} to {last} of {address[:12]}. "
                  "Then run it with --accept", highlight=False)  # fmt: skip
