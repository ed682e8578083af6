"""A landscape page with parties and references in three blocks side by side and a wide table."""

from reportlab.lib.pagesizes import A4, landscape

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

SIZE = landscape(A4)


def draw(paper: Paper) -> None:
    left, right = 40.0, 802.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.text(left, 92, paper.term("seller"), 8, bold=True, color=paper.vendor.color)
    paper.lines(left, 105, [*paper.address("seller"), *paper.contacts()[:2]], 8.5)
    paper.text(300, 92, paper.term("bill_to"), 8, bold=True, color=paper.vendor.color)
    paper.lines(300, 105, paper.address("buyer"), 8.5)
    end = parts.beside(paper, 560, 92, paper.meta("buyer_vat_id"), gap=110)
    y = draw_table(
        paper,
        Table(left, right, max(end, 172) + 8, 480, after=90, head_fill="#e6eaee", row_rules=True, carried=True, air=6),
    )
    y = parts.room(paper, y + 8, 130, 560, 90)
    parts.totals(paper, 560, right, y, box=True)
    for label, value in paper.terms():
        paper.text(left, y + 14, f"{label}: {value}", 8.5)
    paper.text(left, y + 30, paper.term("to_pay_note"), 8.5)


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.text(left, 58, paper.vendor.brand, 18, bold=True, color=paper.vendor.color)
    paper.text(right, 58, paper.title(), 18, bold=True, align="right")
    paper.rule(left, 68, right, 68, 1.2, paper.vendor.color)
    paper.text(left, 574, parts.joined(parts.account_pairs(paper), "   |   "), 7)
    paper.text(right, 574, paper.page_number(), 7, align="right")
