"""`factory bench bfcl`: function calls by the leaderboard's rules."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import err, out, print_json, told

app = typer.Typer()


@app.command()
def bfcl(
    data: Annotated[Path, typer.Option(help="Folder with the bfcl-eval package.")] = Path("bench/bfcl"),
    category: Annotated[list[str] | None, typer.Option(help="May be repeated. Default: all that are measured.")] = None,
    perturbed: Annotated[int, typer.Option(min=0, help="Perturbed utterances a case, with one example shown.")] = 10,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many cases a category.")] = None,
    stages: Annotated[int, typer.Option(min=0, help="Cases to compile in full, through every stage.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compile every case without a model: nothing shown, and one example shown on utterances with fresh values."""
    from benchmarks.bfcl.run import CATEGORIES, entropy, measure
    from benchmarks.bfcl.stages import compile_cases

    with told():
        with err.status("measuring") as status:
            result = measure(data, category or CATEGORIES, perturbed, limit, status.update)
            answers = entropy(data)
            compiled = compile_cases(data, stages, status.update) if stages else {}
        if as_json:
            print_json({"categories": result, "different_answers_in_1000_runs": answers, "compiled": compiled})
            return
        for name, scores in result.items():
            out.print(f"[bold]{name}[/] {scores}", highlight=False)
        if compiled:
            out.print(f"[bold]compiled in full[/] {compiled}", highlight=False)
        out.print(f"{answers} different answer(s) in 1,000 runs of one utterance", highlight=False)
