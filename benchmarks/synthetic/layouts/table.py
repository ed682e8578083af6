"""The table of line items: columns by the vendor's habits, wrapped descriptions, pages with carried subtotals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.synthetic.forms import print_quantity
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.model import Line

WIDTHS = {
    "position": 30.0,
    "code": 58.0,
    "quantity": 52.0,
    "unit": 40.0,
    "unit_price": 72.0,
    "tax_rate": 42.0,
    "row_total": 78.0,
}
NUMERIC = {"quantity", "unit_price", "tax_rate", "row_total"}
FIELD_OF = {"row_total": "line_total"}
PAD = 4.0


@dataclass(frozen=True)
class Table:
    """Where a table stands and how it looks. `after` is the top of the table on later pages."""

    left: float
    right: float
    top: float
    bottom: float
    after: float = 60
    size: float = 8.5
    head_fill: str | None = None
    head_color: str = "#000000"
    row_rules: bool = False
    column_rules: bool = False
    head_rules: bool = True
    zebra: str | None = None
    carried: bool = False
    air: float = 5
    order: tuple[str, ...] = ()
    """The columns, where a layout has its own order."""


@dataclass(frozen=True)
class _Column:
    key: str
    left: float
    right: float


def draw_table(paper: Paper, table: Table) -> float:
    """Draw all rows, on as many pages as they need. Gives the y below the last row."""
    columns = _columns(paper, table)
    paper.columns |= {FIELD_OF.get(column.key, column.key) for column in columns}
    y = start = _head(paper, table, columns, table.top)
    leading = table.size * 1.25
    total = Decimal(0)
    for index, line in enumerate(paper.invoice.lines):
        cells = {column.key: _cell(paper, table, column, line) for column in columns}
        height = max(len(cell) for cell in cells.values()) * leading + table.air
        room = table.bottom - (leading + table.air if table.carried else 0)
        if y + height > room:
            _close(paper, table, columns, start, y)
            y = start = _turn(paper, table, columns, total, y)
        if table.zebra and index % 2:
            paper.box(table.left, y, table.right - table.left, height, fill=table.zebra, stroke=None)
        _row(paper, table, columns, cells, y)
        y += height
        total += line.line_total
        if table.row_rules:
            paper.rule(table.left, y, table.right, y, 0.4, "#777777")
    _close(paper, table, columns, start, y)
    return y


def _turn(paper: Paper, table: Table, columns: Sequence[_Column], total: Decimal, y: float) -> float:
    """Go to the next page, with the subtotal carried over; gives the y of its first row."""
    if table.carried:
        _carried(paper, table, total, y)
    paper.next_page()
    y = _head(paper, table, columns, table.after)
    if table.carried:
        _carried(paper, table, total, y)
        y += table.size * 1.25 + table.air
    return y


def _carried(paper: Paper, table: Table, total: Decimal, y: float) -> None:
    base = y + table.size + table.air / 2
    paper.text(table.right - 110, base, paper.term("carried"), table.size, align="right")
    paper.text(table.right - PAD, base, paper.money(total, "column"), table.size, align="right")


def _keys(paper: Paper, table: Table) -> list[str]:
    if table.order:
        return [
            key
            for key in table.order
            if key in {"description", "quantity", "unit_price", "row_total"} or paper.vendor.has(_flag(key))
        ]
    optional = [key for key in ("position", "code") if paper.vendor.has(key)]
    unit = ["unit"] if paper.vendor.chance("unit").random() < 0.4 else []
    tax = ["tax_rate"] if paper.vendor.has("tax_column") else []
    return [*optional, "description", "quantity", *unit, "unit_price", *tax, "row_total"]


def _flag(key: str) -> str:
    return {"tax_rate": "tax_column"}.get(key, key)


def _columns(paper: Paper, table: Table) -> list[_Column]:
    keys = _keys(paper, table)
    scale = table.size / 8.5
    rest = table.right - table.left - sum(WIDTHS[key] * scale for key in keys if key != "description")
    columns, x = [], table.left
    for key in keys:
        width = rest if key == "description" else WIDTHS[key] * scale
        columns.append(_Column(key, x, x + width))
        x += width
    return columns


def _head(paper: Paper, table: Table, columns: Sequence[_Column], top: float) -> float:
    height = table.size * 1.25 + table.air + 3
    if table.head_fill:
        paper.box(table.left, top, table.right - table.left, height, fill=table.head_fill, stroke=None)
    for column in columns:
        base = top + table.size + table.air / 2 + 1
        _put(paper, column, base, paper.term(column.key), table.size, bold=True, color=table.head_color)
    if table.head_rules:
        paper.rule(table.left, top + height, table.right, top + height, 0.8)
    return top + height


def _cell(paper: Paper, table: Table, column: _Column, line: Line) -> list[str]:
    vendor = paper.vendor
    if column.key == "description":
        return paper.wrap(line.description, column.right - column.left - 2 * PAD, table.size)
    if column.key == "quantity":
        return [print_quantity(line.quantity, vendor.numbers, vendor.negative) if line.quantity is not None else ""]
    if column.key == "tax_rate":
        return [
            f"{paper.rate(line.tax_rate)}%" if vendor.chance("percent").random() < 0.5 else paper.rate(line.tax_rate)
        ]
    amounts = {"unit_price": line.unit_price, "row_total": line.line_total}
    if column.key in amounts:
        amount = amounts[column.key]
        style = None if vendor.chance("cells").random() < 0.35 else "column"
        return [paper.money(amount, style) if amount is not None else ""]
    return [str(getattr(line, column.key))]


def _row(paper: Paper, table: Table, columns: Sequence[_Column], cells: dict[str, list[str]], y: float) -> None:
    for column in columns:
        for number, text in enumerate(cells[column.key]):
            base = y + table.size + table.air / 2 - 0.5 + number * table.size * 1.25
            _put(paper, column, base, text, table.size)


def _put(
    paper: Paper, column: _Column, base: float, text: str, size: float, bold: bool = False, color: str = "#000000"
) -> None:
    if column.key in NUMERIC:
        paper.text(column.right - PAD, base, text, size, bold, "right", color)
    else:
        paper.text(column.left + PAD, base, text, size, bold, "left", color)


def _close(paper: Paper, table: Table, columns: Sequence[_Column], start: float, y: float) -> None:
    """The lines that end the part of a table on one page."""
    if table.column_rules:
        head = start - (table.size * 1.25 + table.air + 3)
        for x in [column.left for column in columns] + [table.right]:
            paper.rule(x, head, x, y, 0.5)
        paper.rule(table.left, head, table.right, head, 0.5)
    paper.rule(table.left, y, table.right, y, 0.6)
