"""The American office form on letter paper: big title, boxed references, shaded Bill To and Ship To."""

from reportlab.lib.pagesizes import LETTER

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

SIZE = LETTER


def draw(paper: Paper) -> None:
    left, right = 40.0, 572.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    pairs = paper.meta()
    for number, (label, value) in enumerate(pairs):
        top = 74 + number * 17
        paper.box(right - 210, top, 100, 17, fill="#e8e8e8")
        paper.box(right - 110, top, 110, 17)
        paper.text(right - 205, top + 12, label, 8, bold=True)
        paper.text(right - 55, top + 12, value, 8.5, align="center")
    y = max(74.0 + 17 * len(pairs), 130.0) + 14
    blocks = [(paper.term("bill_to"), paper.address("buyer"))]
    blocks += [(paper.term("ship_to"), paper.site())] if paper.site() else []
    for x, (title, lines) in zip((left, 310.0), blocks, strict=False):
        paper.box(x, y, 250, 16, fill=paper.vendor.color)
        paper.text(x + 6, y + 11.5, title.upper(), 8.5, bold=True, color="#ffffff")
        paper.lines(x + 6, y + 30, [part for line in lines for part in paper.wrap(line, 240, 9.5)], 9.5)
    y = draw_table(
        paper,
        Table(
            left,
            right,
            y + 92,
            660,
            after=120,
            head_fill="#e8e8e8",
            column_rules=True,
            row_rules=True,
            air=6,
            order=("quantity", "code", "description", "unit_price", "row_total"),
        ),
    )
    y = parts.room(paper, y, 130, 740, 120)
    end = parts.totals(paper, 350, right, y, box=True)
    for label, value in paper.terms():
        paper.text(left, y + 18, f"{label}: {value}", 9)
    paper.text(left, y + 34, f"Make checks payable to {paper.vendor.party.name}", 8)
    paper.text(paper.width / 2, end + 34, paper.term("closing").upper(), 10, bold=True, align="center")


def _every_page(paper: Paper, left: float, right: float) -> None:
    name, *address = paper.address("seller")
    paper.text(left, 52, name, 15, bold=True)
    paper.lines(left, 66, [*address, *paper.contacts()], 8.5)
    paper.text(right, 56, paper.title().upper(), 26, bold=True, align="right", color="#888888")
    for number, (label, value) in enumerate(paper.registration()):
        paper.text(left, 132 + 10 * number, f"{label}: {value}", 8)
    paper.text(right, 774, paper.page_number(), 7.5, align="right")
