"""`factory monitor`: dashboards and alerts as files."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import escape, out, print_json, told
from runtime.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Dashboards and alert rules.")


@app.callback()
def monitor() -> None:
    """Dashboards and alert rules."""


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
