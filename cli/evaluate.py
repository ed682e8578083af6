"""`factory eval`: how right is a published artifact on labelled documents?"""

from pathlib import Path
from typing import Annotated

import typer

from cli.ladder import OnOff, ladder_options
from cli.output import print_json, told
from cli.scores import show_scores
from cli.sources import read_examples
from factory.evaluate import evaluate
from factory.spec import parse_spec
from factory.workflow.load import parse_workflow_spec
from factory.workflow.measure import evaluate_workflow
from runtime.ladder import LadderSetup
from runtime.load import load_artifact, load_workflow
from runtime.registry import Registry
from runtime.workflow_plan import PLAN

app = typer.Typer()


@app.command("eval")
def eval_command(
    name: Annotated[str, typer.Argument(help="Artifact: NAME or NAME@ADDRESS.")],
    golden: Annotated[Path, typer.Option(help="Folder with labels.jsonl.")],
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many documents.")] = None,
    embedded: Annotated[bool, typer.Option(help="Use structured invoice data inside the files, too.")] = False,
    ladder: Annotated[
        OnOff, typer.Option(help="on: doubtful fields climb the ladder, as in `factory run`.")
    ] = OnOff.off,
    model: Annotated[str | None, typer.Option(help="Model for doubtful fields; default: the spec's.")] = None,
    budget_tokens: Annotated[
        int | None, typer.Option(min=0, help="Tokens that the whole evaluation may spend; default: the spec's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score an artifact: normalised exact match; missing and spurious values both count."""
    with told():
        artifact = Registry(registry).resolve(name)
        examples, read_ms = read_examples(golden, limit, quiet=as_json)
        if PLAN in artifact.files:
            loaded = parse_workflow_spec(artifact.spec_yaml, "spec.yaml", artifact.name, golden.parent)
            result = evaluate_workflow(loaded, load_workflow(artifact), examples, read_ms)
        else:
            options = ladder_options(ladder, model, budget_tokens)
            setup = None if options is None else LadderSetup.of(artifact, options)
            spec = parse_spec(artifact.spec_yaml, "spec.yaml", artifact.name)
            result = evaluate(spec, load_artifact(artifact), examples, read_ms, embedded, setup)
        if as_json:
            print_json(result)
        else:
            show_scores(f"{name} on {golden}", result)
