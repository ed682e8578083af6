"""`factory schema`: the JSON Schema of a spec, for completion in editors."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import out, print_json, told
from factory.schema import KINDS, spec_schema
from runtime.errors import UsageError
from runtime.files import write_atomic

app = typer.Typer()


@app.command()
def schema(
    kind: Annotated[str | None, typer.Option(help="document, workflow, function or toolset; default: all.")] = None,
    target: Annotated[Path | None, typer.Option("--out", help="Write it here instead of printing it.")] = None,
) -> None:
    """Print or write the JSON Schema of spec.yaml.

    Editors with the YAML language server use it from a first line `# yaml-language-server: $schema=spec.schema.json`.
    """
    import json

    with told():
        if kind is not None and kind not in KINDS:
            raise UsageError(f"--kind {kind}: unknown; known: {', '.join(KINDS)}")
        found = spec_schema(kind)
        if target is None:
            print_json(found)
        else:
            write_atomic(target, (json.dumps(found, indent=1) + "\n").encode())
            out.print(f"wrote {target}", highlight=False)
