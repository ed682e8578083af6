"""`factory explain`: why a record says what it says."""

from pathlib import Path
from typing import Annotated

import typer
from rich.syntax import Syntax
from rich.table import Table

from cli.output import escape, out, print_json, told
from cli.workflow import show_decision
from ocr.document import Box
from runtime.errors import UsageError
from runtime.explain import Explanation
from runtime.explain import explain as explain_field
from runtime.registry import Registry
from runtime.replay import StoredDecision, stored_decision
from runtime.store import Store

app = typer.Typer()


@app.command()
def explain(
    record: Annotated[str, typer.Argument(help="The record's id, or its first digits.")],
    field: Annotated[
        str | None, typer.Argument(help="A field, such as iban or line_items[3].quantity (rows count from 0).")
    ] = None,
    registry: Annotated[Path | None, typer.Option(help="Default: FACTORY_HOME, or .factory.")] = None,
    store: Annotated[str | None, typer.Option(help="Default: store.sqlite in the home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what decided. Of a document's field: code, place on the page, candidates, features. Of a workflow's record,
    whatever field is named: the decision trace."""
    with told():
        decision = stored_decision(Store(store), record)
        if decision is not None:  # whatever field is asked for: the trace holds them all
            _explain_decision(decision, as_json)
            return
        if field is None:
            raise UsageError(f"{record}: a document's record; name the field to explain")
        found = explain_field(Store(store), Registry(registry), record, field)
    if as_json:
        print_json(_as_json(found))
    else:
        _show(found)


def _explain_decision(decision: StoredDecision, as_json: bool) -> None:
    if as_json:
        print_json({"record": decision.record.id, "audited": decision.audited, "trace": decision.trace})
    else:
        show_decision(decision)


def _as_json(found: Explanation) -> dict[str, object]:
    return {
        "record": found.stored.id,
        "document": found.stored.document,
        "path": found.stored.paths[0],
        "field": found.field,
        "value": found.value,
        "code": {"file": found.file, "line": found.line, "last": found.last, "source": found.source},
        "candidates": found.contenders,
        "none": found.none,
        "note": found.note,
    }


def _show(found: Explanation) -> None:
    value = found.value
    out.print(f"[bold]{escape(found.field)}[/] = {escape(value.value or 'none')}", highlight=False)
    out.print(f"{value.status}, confidence {value.confidence:.3f}, source {value.source}", highlight=False)
    for note, weight in value.explanation:
        out.print(f"  {escape(note)} ({weight:.3f})", highlight=False, soft_wrap=True)
    out.print(f"{escape(found.stored.paths[0])}: {_place(value.box)}", highlight=False, soft_wrap=True)
    out.print(f"{escape(str(found.file))}:{found.line}", highlight=False, soft_wrap=True)
    out.print(Syntax(found.source, "python", line_numbers=True, start_line=found.line, background_color="default"))
    if found.note:
        out.print(found.note)
        return
    table = Table("candidate", "read as", "likely", "where", "features that weighed most")
    for candidate in found.contenders:
        likely = "" if candidate.probability is None else f"{candidate.probability:.3f}"
        features = "\n".join(f"{weight:+.2f} {escape(name)}" for name, weight in candidate.features)
        table.add_row(escape(candidate.text), escape(candidate.value), likely, _place(candidate.box), features)
    if found.none is not None:
        table.add_row("no such value", "", f"{found.none:.3f}", "", "")
    out.print(table)


def _place(box: Box | None) -> str:
    if box is None:
        return "nowhere on the page"
    return f"page {box.page}, {box.x0:.0f},{box.y0:.0f} to {box.x1:.0f},{box.y1:.0f}"
