"""`factory bench drift`: how soon drift is seen, how often without cause."""

from typing import Annotated

import typer

from cli.output import out, print_json, told

app = typer.Typer()


@app.command()
def drift(
    streams: Annotated[int, typer.Option(min=1, help="Streams a change.")] = 4,
    quiet: Annotated[int, typer.Option(min=100, help="Documents of the quiet stream.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same streams.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Detection delay, false alarms and blame on made-up streams with known changes."""
    from benchmarks.drift import measure

    with told():
        result = measure(streams, quiet, seed=seed)
    if as_json:
        print_json(result)
        return
    for change, found in result["changes"].items():
        out.print(f"{change}: {found['detected']} of {found['streams']} seen, median after {found['delay_median']} "
                  f"documents, at worst {found['delay_worst']}", highlight=False)  # fmt: skip
    out.print(f"right field blamed: {result['blamed_right']:.0%}; false alarms: {result['false_alarms']} in "
              f"{result['quiet_documents']} quiet documents", highlight=False)  # fmt: skip
