"""`factory crossval`: how right is what the compiler makes, on documents and vendors it has not seen?"""

from pathlib import Path
from typing import Annotated

import typer

from cli.compile_ import choose
from cli.output import print_json, told
from cli.scores import show_scores
from cli.sources import golden_folder, read_examples
from factory.evaluate import crossval
from factory.spec import load_spec
from factory.workflow.load import is_workflow, load_workflow_spec
from factory.workflow.measure import crossval_workflow

app = typer.Typer()


@app.command("crossval")
def crossval_command(
    spec: Annotated[Path, typer.Argument(help="Spec folder, or its spec.yaml.")],
    golden: Annotated[Path | None, typer.Option(help="Labelled examples; default: SPEC/golden.")] = None,
    folds: Annotated[int, typer.Option(min=2, help="How many parts.")] = 5,
    group_by: Annotated[
        str | None, typer.Option(help="Keep documents together that share this field or label key.")
    ] = None,
    generator: Annotated[str, typer.Option(help="auto or examples.")] = "auto",
    learn_from: Annotated[
        int | None, typer.Option(min=2, help="Learn from so many examples only, to see how far few get.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many documents.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compile on all parts but one and read that one, for each part; then score all documents together."""
    with told():
        examples, read_ms = read_examples(golden_folder(spec, golden), limit, quiet=as_json)
        if is_workflow(spec):
            loaded = load_workflow_spec(spec)
            result = crossval_workflow(loaded, examples, choose(generator), read_ms, folds, group_by)
        else:
            result = crossval(load_spec(spec), examples, choose(generator), read_ms, folds, group_by, learn_from)
        if as_json:
            print_json(result)
        else:
            show_scores(f"{spec}, {folds} folds" + (f" by {group_by}" if group_by else ""), result)
