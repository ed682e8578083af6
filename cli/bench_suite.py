"""`factory bench all` and `factory bench report`: the whole comparison, and its tables."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import err, out, print_json, told
from inference.model import parse_model
from runtime.errors import UsageError

app = typer.Typer()
SHIPPED = Path("specs/receipt")


@app.command("all")
def all_command(
    folder: Annotated[Path, typer.Option("--out", help="For rows and report; run again to resume.")] = Path("bench"),
    spec: Annotated[list[Path] | None, typer.Option(help="Spec folder; may be repeated. Default: receipt.")] = None,
    golden: Annotated[list[Path] | None, typer.Option(help="Golden folder a spec, in order; default: its own.")] = None,
    model: Annotated[str | None, typer.Option(help="Model string for the systems that ask one.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Most documents a spec and calls a category.")] = None,
    group_by: Annotated[str | None, typer.Option(help="Split by this field or label key; default: the vendor.")] = None,
    line_items: Annotated[bool, typer.Option(help="Ask models for line items too.")] = False,
    system: Annotated[
        list[str] | None, typer.Option(help="A known system, or an adapter file; may be repeated. Default: all known.")
    ] = None,
    security_data: Annotated[Path | None, typer.Option(help="Folder with public security corpora.")] = None,
    functions_data: Annotated[Path, typer.Option(help="Folder with the bfcl-eval package.")] = Path("bench/bfcl"),
    as_json: Annotated[bool, typer.Option("--json", help="Print all rows as JSON.")] = False,
) -> None:
    """Measure every system on the same documents, the gates and the stages; write rows and the report.

    What is measured already (same commit, data and model) is not measured again.
    """
    from benchmarks.baselines.known import SYSTEMS, load
    from benchmarks.suite.report import write_report
    from benchmarks.suite.run import Settings, run

    with told():
        specs = spec or [SHIPPED]
        goldens = golden or [one / "golden" for one in specs]
        if len(goldens) != len(specs):
            raise UsageError(f"{len(specs)} specs but {len(goldens)} golden folders; name one for each, in order")
        chosen = None
        if system:
            try:
                chosen = {
                    (name if name in SYSTEMS else Path(name).stem): SYSTEMS.get(name) or load(Path(name))
                    for name in system
                }
            except ValueError as error:
                raise UsageError(f"{error}; known systems: {', '.join(SYSTEMS)}") from None
        settings = Settings(
            folder, list(zip(specs, goldens, strict=True)), parse_model(model) if model else None, limit, line_items,
            group_by, chosen, security_data, functions_data,
        )  # fmt: skip
        rows = run(settings, lambda text: err.print(text, highlight=False))
        markdown, page = write_report(folder)
        if as_json:
            print_json(rows)
        else:
            out.print(f"{len(rows)} rows; {markdown} and {page}", highlight=False)


@app.command("report")
def report_command(
    folder: Annotated[Path, typer.Argument(help="Folder of `factory bench all`.")] = Path("bench"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the tables as JSON.")] = False,
) -> None:
    """Write `report.md` and `report.html` from stored rows."""
    from benchmarks.suite.report import write_report
    from benchmarks.suite.rows import read
    from benchmarks.suite.tables import tables

    with told():
        try:
            markdown, page = write_report(folder)
        except ValueError as error:
            raise UsageError(str(error)) from None
        if as_json:
            print_json(tables(read(folder)))
        else:
            out.print(f"{markdown} and {page}", highlight=False)
