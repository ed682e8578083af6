"""`factory monitor`: dashboards and alerts as files, and a report of a store."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import escape, out, print_json, told
from runtime.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Dashboards, alert rules, and a report.")


@app.callback()
def monitor() -> None:
    """Dashboards, alert rules, and a report."""


@app.command("export")
def export_command(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made where it is not there.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the paths as JSON.")] = False,
) -> None:
    """Write Grafana dashboards with provisioning, and Prometheus rules with their unit tests."""
    from monitoring.export import export

    with told():
        try:
            paths = export(folder)
        except OSError as error:
            raise UsageError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from None
    if as_json:
        print_json([str(path) for path in paths])
    else:
        out.print(f"wrote {len(paths)} files to {escape(str(folder))}", highlight=False)


@app.command("report")
def report_command(
    name: Annotated[str, typer.Argument(help="Artifact's name.")],
    target: Annotated[Path, typer.Option("--out", help="The HTML file to write.")] = Path("monitoring.html"),
    store: Annotated[str | None, typer.Option(help="Default: store.sqlite in the home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the path as JSON.")] = False,
) -> None:
    """Write one HTML file with plots: records, answers, confidence, missing fields, and how right answers were."""
    from monitoring.report import report
    from runtime.files import write_atomic
    from runtime.store import Store

    with told():
        page = report(Store(store), name)
        try:
            write_atomic(target, page.encode())
        except OSError as error:
            raise UsageError(f"{target}: cannot be written ({error.strerror}); choose another file") from None
    if as_json:
        print_json(str(target))
    else:
        out.print(f"written to {escape(str(target))}", highlight=False)
