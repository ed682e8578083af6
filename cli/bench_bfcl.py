"""`factory bench bfcl`: function calls by the leaderboard's rules."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.live import Live
from cli.models import client
from cli.output import err, out, print_json, told
from runtime.errors import UsageError

app = typer.Typer()


@app.command()
def bfcl(
    data: Annotated[Path, typer.Option(help="Folder with the bfcl-eval package.")] = Path("bench/bfcl"),
    category: Annotated[list[str] | None, typer.Option(help="May be repeated. Default: all that are measured.")] = None,
    perturbed: Annotated[int, typer.Option(min=0, help="Perturbed utterances a case, with one example shown.")] = 10,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many cases a category.")] = None,
    stages: Annotated[int, typer.Option(min=0, help="Cases to compile in full, through every stage.")] = 0,
    model: Annotated[str | None, typer.Option(help="Also who drafts calls and writes functions.")] = None,
    skip: Annotated[int, typer.Option(min=0, help="With --model: cases that are left out at the beginning.")] = 0,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="How often the model may write or mend a case.")] = 2,
    author: Annotated[list[str] | None, typer.Option(help="llm or portfolio; may be repeated. Default: both.")] = None,
    budget_tokens: Annotated[int, typer.Option(min=0, help="Most tokens the model may take.")] = 1_000_000,
    cassette: Annotated[Path | None, typer.Option(help="Folder to record model calls to, or replay from.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compile every case without a model: nothing shown, and one example shown on utterances with fresh values.

    With --model, simple_python alone: what the functions by example, the model and both together reach.
    """
    from benchmarks.bfcl.run import CATEGORIES, entropy, measure
    from benchmarks.bfcl.stages import compile_cases
    from benchmarks.bfcl.with_model import WRITERS, measure_with_model

    with told():
        if model is not None:
            if category not in (None, ["simple_python"]):
                raise UsageError("--model measures simple_python; leave other categories out")
            if unknown := set(author or ()) - set(WRITERS):
                raise UsageError(f"--author {min(unknown)}: unknown; known: {', '.join(WRITERS)}")
            asked = client(model, "benchmark", budget_tokens, cassette)
            with Live(as_json, asked.budget) as live:
                _with_model(
                    measure_with_model(
                        data, asked, limit or 400, skip, rounds, min(perturbed, 10), author or WRITERS, live.step
                    ),
                    as_json,
                )
            return
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


def _with_model(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    told = ", ".join(f"{name} {value}" for name, value in result.items() if name != "authors")
    out.print(told, highlight=False)
    for name, scores in result["authors"].items():
        out.print(f"[bold]{name}[/] {scores}", highlight=False)
