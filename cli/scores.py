"""Evaluation results as a table."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from cli.output import out


def show_scores(title: str, result: Mapping[str, Any]) -> None:
    """The object of `factory eval --json` for people."""
    table = Table(title=title, title_justify="left")
    for column in ("field", "documents", "exact", "95 % interval", "precision", "recall", "accepted", "of these right"):
        table.add_column(column, justify="left" if column == "field" else "right")
    for name, score in result["fields"].items():
        low, high = score["interval"]
        table.add_row(
            name, str(score["documents"]), f"{score['exact']:.1%}", f"{low:.1%} to {high:.1%}",
            f"{score['precision']:.1%}", f"{score['recall']:.1%}", f"{score['accepted']:.0%}",
            f"{score['accepted_right']:.1%}" if score["accepted"] else "-",
        )  # fmt: skip
    out.print(table)
    rows = result["line_items"]
    out.print(
        f"{result['documents']} documents, mean exact {result['mean_exact']:.1%}; accepted {result['accepted']:.0%}, "
        f"of these right {result['accepted_right']:.1%}"
        + (
            f"; line items F1 {rows['f1']:.1%} (precision {rows['precision']:.1%}, recall {rows['recall']:.1%})"
            if rows
            else ""
        ),
        highlight=False,
    )
    decision = result["decision"]
    if decision:
        out.print(
            f"{decision['documents']} decisions, {decision['exact']:.1%} right; {decision['decided']:.0%} without a "
            f"person, of these right {decision['decided_right']:.1%}",
            highlight=False,
        )
    latency = result["latency_ms"]
    out.print(
        f"milliseconds a page: reading {latency['read_p50']}, extracting {latency['extract_p50']} "
        f"(p99 {latency['extract_p99']}); {result['tokens']} tokens",
        highlight=False,
    )
