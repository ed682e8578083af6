"""`factory review`: fields that wait for a person."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.table import Table

from cli import review_serve
from cli.output import escape, out, print_json, told
from runtime.audit import AuditLog, default_actor
from runtime.decide_again import decide_again
from runtime.errors import ReviewError
from runtime.registry import Registry
from runtime.review.queue import Decision, count_open, list_open, record_of_item
from runtime.review.queue import settle as settle_item
from runtime.store import Store

if TYPE_CHECKING:
    from runtime.durable.client import Connection

app = typer.Typer(no_args_is_help=True, help="List and settle doubtful fields, or serve the page for it.")
app.add_typer(review_serve.app)

Url = Annotated[str | None, typer.Option("--store", help="Default: store.sqlite in the home folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(help="Only of this artifact's name.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    after: Annotated[str, typer.Option(help="Go on after this item.")] = "",
    store: Url = None,
    as_json: Json = False,
) -> None:
    """Open items: which field of which record, why, and what was read."""
    with told():
        opened = Store(store)
        items, total = list_open(opened, name, after, limit), count_open(opened)
    if as_json:
        print_json({"open": total, "items": items})
        return
    table = Table(
        "item", "record", "field", "reason", "value", "confidence", title=f"{total} open", title_justify="left"
    )
    for item in items:
        value = item.value
        shown = escape(value.value or "-") if value else "-"
        sure = f"{value.confidence:.2f}" if value else "-"
        table.add_row(item.id[:12], item.record[:12], escape(item.field), item.reason, shown, sure)
    out.print(table)


def _server(temporal: str | None) -> "Connection | None":
    """Checked before anything is settled."""
    if temporal is None:
        return None
    from runtime.durable.telling import place_of_server

    return place_of_server(temporal)


@app.command()
def settle(
    item: Annotated[str, typer.Argument(help="The item's id, or its first digits.")],
    decision: Annotated[str, typer.Argument(help="accept, correct or reject")],
    value: Annotated[str | None, typer.Option(help="The right value, for `correct`.")] = None,
    actor: Annotated[str | None, typer.Option("--by", help="Who decides; default: this account.")] = None,
    temporal: review_serve.Temporal = None,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Url = None,
    as_json: Json = False,
) -> None:
    """Accept what was read, correct it, or say that the document has no such value.

    A workflow decides again, with what the person said.
    """
    with told():
        if decision not in get_args(Decision):
            raise ReviewError(f"{decision!r} is no decision; use {', '.join(get_args(Decision))}")
        where, opened, audit = _server(temporal), Store(store), AuditLog()
        settled = settle_item(opened, audit, item, decision, actor or default_actor(), value)  # type: ignore[arg-type]  # checked above
        trace = decide_again(opened, Registry(registry), audit, record_of_item(opened, settled))
        if where is not None:
            from runtime.durable.telling import tell_waiting

            tell_waiting(opened, settled, where)
    again = {} if trace is None else {"decided": trace.decision, "status": trace.status}
    if as_json:
        print_json({"item": settled, "decision": decision, **again})
    else:
        out.print(f"{settled[:12]}: {decision}ed")
        if trace is not None:
            out.print(f"decided again: {trace.final}", highlight=False)
