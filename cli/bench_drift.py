"""`factory bench drift`: how soon drift is seen, how often without cause."""

from typing import Annotated

import typer

from cli.live import Live
from cli.output import out, print_json, told

app = typer.Typer()


@app.command()
def drift(
    seeds: Annotated[int, typer.Option(min=1, help="Extractors, each learned from other documents.")] = 5,
    streams: Annotated[int, typer.Option(min=1, help="Streams a change and seed.")] = 2,
    quiet: Annotated[int, typer.Option(min=100, help="Documents of each seed's quiet stream.")] = 6_000,
    seed: Annotated[int, typer.Option(help="The first seed; the same one gives the same streams.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Detection delay, false alarms and blame on made-up streams with known changes."""
    from benchmarks.drift import measure

    with told(), Live(as_json) as live:
        result = measure(seeds, streams, quiet, seed=seed, progress=live.step)
    if as_json:
        print_json(result)
        return
    for change, found in result["changes"].items():
        out.print(f"{change}: {found['detected']} of {found['streams']} seen, median after {found['delay_median']} "
                  f"documents, at worst {found['delay_worst']}", highlight=False)  # fmt: skip
    out.print(f"right field blamed: {result['blamed_right']:.0%}; false alarms: {result['false_alarms']} in "
              f"{result['quiet_documents']} quiet documents", highlight=False)  # fmt: skip
