"""`factory serve`: offer compiled functions and handlers to other programs."""

from pathlib import Path
from typing import Annotated

import typer

from cli import handlers
from cli.output import told
from runtime.call import open_functions

app = typer.Typer(no_args_is_help=True, help="Offer compiled functions and handlers to other programs.")
app.add_typer(handlers.app)


@app.callback()
def serve() -> None:
    """Offer compiled functions and handlers to other programs."""


@app.command()
def mcp(
    names: Annotated[list[str], typer.Argument(help="Function or toolset artifacts: NAME or NAME@ADDRESS.")],
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
) -> None:
    """Serve functions as tools of the Model Context Protocol, over standard input and output."""
    from runtime.mcp_server import serve as serve_tools

    with told():
        serve_tools({name.partition("@")[0]: open_functions(name, registry) for name in names})
