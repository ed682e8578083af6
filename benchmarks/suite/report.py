"""A run as Markdown and as one self-contained HTML page with plots. Every table names the rows behind it."""

import html
from collections.abc import Sequence
from pathlib import Path

from benchmarks.suite.plots import plots
from benchmarks.suite.rows import Row, read
from benchmarks.suite.tables import Table, tables

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:.5rem 0 1rem}td,th{padding:.25rem .6rem;border-bottom:1px solid #ddd;"
    "text-align:right}td:first-child,th:first-child{text-align:left}p{max-width:48rem}svg{max-width:100%;height:auto}"
    "small{color:#555}"
)


def write_report(folder: Path) -> tuple[Path, Path]:
    """`report.md` and `report.html` from the rows in `folder`. Raises ValueError where there are none."""
    rows = read(folder)
    if not rows:
        raise ValueError(f"{folder}: no rows in it; run `factory bench all --out {folder}` first")
    made = tables(rows)
    markdown, page = folder / "report.md", folder / "report.html"
    markdown.write_text(to_markdown(rows, made), encoding="utf-8")
    page.write_text(to_html(rows, made, plots(rows)), encoding="utf-8")
    return markdown, page


def to_markdown(rows: Sequence[Row], made: Sequence[Table]) -> str:
    """Tables, then where each row came from."""
    parts = ["# Benchmark report\n"]
    for table in made:
        parts.append(f"## {table.title}\n")
        parts.append(_markdown_table(table.head, table.lines))
        parts.extend(f"{text}\n" for text in _notes(table))
    parts.append("## Rows\n")
    parts.append(
        "\n".join([_line(ORIGIN_HEAD), _line(("---",) * len(ORIGIN_HEAD)), *map(_line, _origins(rows))]) + "\n"
    )
    return "\n".join(parts)


def to_html(rows: Sequence[Row], made: Sequence[Table], drawn: dict[str, str]) -> str:
    """One page that asks nobody for anything."""
    parts = [f"<!doctype html><html lang=en><meta charset=utf-8><title>Benchmark report</title><style>{STYLE}</style>"]
    parts.append("<h1>Benchmark report</h1>")
    for table in made:
        parts.append(f"<h2>{html.escape(table.title)}</h2>{_html_table(table.head, table.lines)}")
        parts.extend(f"<p><small>{html.escape(text)}</small></p>" for text in _notes(table))
    parts.extend(f"<h2>{html.escape(title)}</h2>{svg}" for title, svg in drawn.items())
    parts.append(f"<h2>Rows</h2>{_html_table(ORIGIN_HEAD, _origins(rows))}</html>")
    return "\n".join(parts)


ORIGIN_HEAD = ("row", "command", "commit", "data", "model", "date")


def _origins(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    made = [(row.id, row.origin) for row in rows]
    return [(name, one.command, one.commit, one.data_sha256, one.model or "-", one.date) for name, one in made]


def _notes(table: Table) -> list[str]:
    sources = ", ".join(f"rows/{name}.json" for name in dict.fromkeys(table.rows))
    skipped = [f"Not measured: {reason}." for reason in table.skipped]
    return [*([table.note] if table.note else []), *skipped, f"From {sources}."]


def _markdown_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join([_line(head), _line(("---",) * len(head)), *map(_line, lines)]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _html_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    first = "".join(f"<th>{html.escape(cell)}" for cell in head)
    rest = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in line) for line in lines)
    return f"<table><tr>{first}{rest}</table>"
