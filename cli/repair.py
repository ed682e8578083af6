"""`factory repair`: one field compiled again from what people corrected."""

from pathlib import Path
from typing import Annotated

import typer

from cli.live import Live
from cli.output import out, print_json, told
from cli.sources import golden_folder, read_examples, spec_file
from factory.spec import load_spec
from runtime.audit import AuditLog, default_actor
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.store import Store

app = typer.Typer()


@app.command()
def repair(
    spec: Annotated[Path, typer.Argument(help="Spec folder, or its spec.yaml.")],
    field: Annotated[str, typer.Option(help="The field that broke.")],
    golden: Annotated[Path | None, typer.Option(help="Labelled examples; default: SPEC/golden.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take the corrections as golden examples.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who accepts; default: this account.")] = None,
    canary: Annotated[int, typer.Option(min=1, max=100, help="Percent of documents it gets; 100 promotes.")] = 10,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Annotated[str | None, typer.Option(help="Default: store.sqlite in the home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compile one field again from reviewed corrections; no other field may get worse.

    Without --accept it only says how many corrections there are. Exit code 1: the repair is not good enough.
    """
    from monitoring import regenerate

    with told():
        loaded, text = load_spec(spec), spec_file(spec).read_text(encoding="utf-8")
        where, records, audit = Registry(registry), Store(store), AuditLog()
        name, actor = str(loaded.name), by or default_actor()
        if field not in loaded.fields:
            raise UsageError(f"{field}: no field of {name}; there are: {', '.join(loaded.fields)}")
        current, folder = where.resolve(name), golden_folder(spec, golden)
        found = regenerate.corrections(records, name, field)
        first, last = regenerate.lines_of(current.source, field)
        if not accept:
            result = {"field": field, "corrections": len(found), "lines": [first, last], "artifact": None}
            if as_json:
                print_json(result)
            else:
                out.print(f"{field}: {len(found)} settled items; its function stands in lines {first} to {last} of "
                          f"{current.address[:12]}. Then run it with --accept", highlight=False)  # fmt: skip
            return
        corrected = regenerate.examples_of(found, field)
        fresh = {example.document.sha256 for example in corrected}
        with Live(as_json, None) as live:
            examples, _ = read_examples(folder, quiet=True)
            examples = [one for one in examples if one.document.sha256 not in fresh]
            repaired = regenerate.repair(loaded, text, examples, corrected, field, current, live.step)
            live.step("shadow")
            seen = regenerate.shadow(records, name, current, repaired)
        regenerate.accept(found, field, folder, audit, actor)
        address = regenerate.deliver(where, audit, repaired, seen, canary, actor)
    before, after, total = repaired.corrected
    if as_json:
        print_json({"field": field, "corrections": len(found), "lines": [first, last], "artifact": address,
                    "corrected": {"before": before, "after": after, "documents": total},
                    "golden": {key: list(value) for key, value in repaired.golden.items()},
                    "shadow": {"documents": seen.documents, "changed": dict(seen.changed)},
                    "canary": canary})  # fmt: skip
        return
    state = "promoted" if canary == 100 else f"canary of {canary} %"
    out.print(f"{field}: {before} of {total} corrected documents were right, now {after}; no golden field is worse; "
              f"{address[:12]} is {state}", highlight=False)  # fmt: skip
