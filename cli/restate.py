"""`factory restate`: prose in a workflow's rules, put into the language of rules for a person to confirm."""

from dataclasses import asdict
from pathlib import Path
from textwrap import indent
from typing import Annotated

import typer

from cli.models import client
from cli.output import escape, out, print_json, told
from factory.draft.restate import restate
from factory.spec_file import file_of

app = typer.Typer()

TOKENS = 50_000


@app.command("restate")
def restate_command(
    spec: Annotated[Path, typer.Argument(help="Workflow spec folder, or its spec.yaml.")],
    model: Annotated[str, typer.Option(help="Who restates, such as anthropic:claude-sonnet-5-5.")],
    budget_tokens: Annotated[int, typer.Option(min=0, help="Most tokens the model may take.")] = TOKENS,
    cassette: Annotated[Path | None, typer.Option(help="Folder to record model calls to, or replay from.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print each step's prose as a rule that loads. The spec is not changed: whoever read it adds the lines."""
    with told():
        file = file_of(spec)
        asked = client(model, "restate", budget_tokens, cassette)
        made = restate(file.read_text(encoding="utf-8"), file.resolve().parent.name, file.resolve().parent, asked)
        if as_json:
            print_json({"steps": [asdict(one) for one in made], "tokens": asked.budget.spent.tokens})
            return
        for one in made:
            out.print(f"[bold]{escape(one.step)}[/]\n{escape(one.prose)}\n", highlight=False)
            rule = indent(one.rule.strip(), "  ")
            out.print(escape(f"restated: |\n{rule}\nconfirmed_by: YOUR NAME\n"), highlight=False)
        steps = f"{len(made)} step(s) in prose" if made else "no step in prose"
        out.print(f"{steps}, {asked.budget.spent.tokens} tokens. Read each; what says the same goes under its step.")
