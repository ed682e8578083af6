"""`factory new`: a first spec from labelled examples alone."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.output import out, print_json, told
from cli.sources import read_examples
from factory.infer import infer_spec, write_spec
from runtime.errors import UsageError
from runtime.files import write_atomic

app = typer.Typer()


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the spec: lower-case letters, digits and underscores.")],
    golden: Annotated[Path, typer.Option(help="Folder with labels.jsonl.")],
    folder: Annotated[Path, typer.Option("--specs", help="Where spec folders are kept.")] = Path("specs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Infer field types, labels and what is required, and write NAME/spec.yaml to go on from."""
    with told():
        target = folder / name / "spec.yaml"
        if target.exists():
            raise UsageError(f"{target}: there is a spec already; choose another name or remove it")
        examples, _ = read_examples(golden, quiet=as_json)
        try:
            spec = infer_spec(name, examples)
        except ValidationError as error:
            raise UsageError(_misnamed(error)) from None
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, write_spec(spec).encode())
        if as_json:
            print_json({"spec": str(target), "fields": {key: field.type for key, field in spec.fields.items()}})
        else:
            out.print(f"wrote {target}: {len(spec.fields)} fields; read it, then", highlight=False)
            out.print(f"factory compile {target.parent} --golden {golden}", highlight=False)


def _misnamed(error: ValidationError) -> str:
    """Types and checks are inferred, so that only the names, which the user gives, can be wrong."""
    wrong = error.errors(include_url=False)[0]
    if wrong["type"] == "string_pattern_mismatch":
        return f"{wrong['input']!r} is no name: use lower-case letters, digits and underscores, a letter first"
    return str(wrong["msg"]).removeprefix("Value error, ")
