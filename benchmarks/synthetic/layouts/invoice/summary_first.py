"""The amounts first, in a framed summary at the top; the rows follow as an annex."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 50.0, 545.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.lines(left, 122, paper.address("buyer"), 10)
    y = parts.beside(paper, 330, 122, paper.meta(), gap=100)
    y = max(y, 200) + 10
    paper.box(left, y, right - left, 20, fill=paper.vendor.color)
    paper.text(left + 8, y + 14, f"{paper.title()} {paper.value('invoice_number')}", 11, bold=True, color="#ffffff")
    y = parts.totals(paper, left + 8, right - 8, y + 26, size=9.5, rules=True)
    for label, value in paper.terms():
        paper.text(left + 8, y + 16, f"{label}: {value}", 8.5)
    y = draw_table(paper, Table(left, right, y + 32, 745, after=110, carried=True, row_rules=True, head_fill="#e4e7ef"))


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.text(left, 62, paper.vendor.brand, 18, bold=True, color=paper.vendor.color)
    paper.text(left, 100, ", ".join(paper.address("seller")), 7, color="#555555")
    paper.text(right, 62, paper.page_number(), 8, align="right")
    paper.text(left, 800, parts.joined(parts.account_pairs(paper), " | "), 7)
    paper.text(left, 811, " | ".join(paper.contacts()), 7)
