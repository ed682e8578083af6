"""What commands share about the ladder: its options, and how a batch's summary tells what it took."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from rich.table import Table

from cli.output import escape, out
from runtime.batch import BatchReport
from runtime.errors import UsageError
from runtime.ladder import LadderOptions
from runtime.named import summed
from runtime.outcome import Outcome
from runtime.store import Store

SHOWN = 20
"""Documents listed on the terminal; `--json` lists all."""


class OnOff(StrEnum):
    """A switch."""

    on = "on"
    off = "off"


def ladder_options(ladder: OnOff, model: str | None, tokens: int | None) -> LadderOptions | None:
    """None where the ladder is off. Raises UsageError where it is, and a model or budget is named."""
    if ladder is OnOff.on:
        return LadderOptions(model, tokens)
    if model is not None or tokens is not None:
        raise UsageError("--model and --budget-tokens need --ladder on")
    return None


def ladder_json(reports: Sequence[BatchReport], store: Store) -> dict[str, Any]:
    """Calls, tokens and money of a run; the documents that left the ladder early, and the rungs not climbed."""
    report = summed(reports)
    return {
        "calls": report.usage.requests,
        "input_tokens": report.usage.input_tokens,
        "output_tokens": report.usage.output_tokens,
        "dollars": report.usage.dollars,
        "skipped": report.skipped,
        "left": [{"path": o.path, "reason": o.reason, "message": o.message} for o in _left(reports, store)],
    }


def show_ladder(reports: Sequence[BatchReport], store: Store) -> None:
    """The same for people; nothing where the ladder had nothing to do."""
    report = summed(reports)
    usage = report.usage
    if usage.requests:
        money = f", {usage.dollars:.4f} dollars" if usage.nanodollars else ""
        out.print(f"{usage.requests} model calls, {usage.tokens} tokens{money}", highlight=False)
    for reason, count in report.skipped.items():
        out.print(f"not climbed, {count} documents: {escape(reason)}", highlight=False)
    if not report.left:
        return
    table = Table("document", "reason", "why", title="left before the model was done", title_justify="left")
    for outcome in islice(_left(reports, store), SHOWN):
        table.add_row(escape(outcome.path), outcome.reason, escape(outcome.message))
    out.print(table)
    count = sum(report.left.values())
    if count > SHOWN:
        out.print(f"and {count - SHOWN} more (--json lists all)")


def _left(reports: Sequence[BatchReport], store: Store) -> Iterator[Outcome]:
    return chain.from_iterable(store.left(report.batch) for report in reports)
