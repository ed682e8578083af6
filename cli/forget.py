"""`factory forget`: delete what was recorded from documents, by id or by age."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import out, print_json, told
from ocr.cache import forget_cached
from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.files import home
from runtime.retention import document_of, forget, older_than
from runtime.store import Store

app = typer.Typer()


@app.command("forget")
def forget_command(
    references: Annotated[
        list[str] | None, typer.Argument(help="Ids of records or documents; the first digits do.", show_default=False)
    ] = None,
    days: Annotated[
        float | None, typer.Option("--older-than", min=0, help="Documents not recorded anew for so many days.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="sqlite:///FILE or postgresql://...; default: store.sqlite in the home folder.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say how many it would be.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Delete every record, field, decision, review item and cached page of documents; the audit log notes the ids."""
    with told():
        if not references and days is None:
            raise UsageError("name records or documents to forget, or give --older-than DAYS")
        opened = Store(store)
        try:
            found = {document_of(opened, one) for one in references or ()}
            found |= set(older_than(opened, days)) if days is not None else set()
            done = forget(opened, sorted(found), AuditLog()) if yes else None
        finally:
            opened.close()
        if yes:
            forget_cached(Path(home()) / "cache" / "words", found)
        if as_json:
            print_json({"documents": len(found), "done": yes, "records": asdict(done)["records"] if done else None})
        elif done is None:
            out.print(f"{len(found)} documents would be forgotten; add --yes to do it")
        else:
            out.print(f"forgot {done.documents} documents and {done.records} records")
