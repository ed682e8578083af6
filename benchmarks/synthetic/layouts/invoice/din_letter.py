"""A German business letter: window address, references at the right, a sentence before the table, footer columns."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 62.0, 540.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.text(left, 118, " · ".join(paper.address("seller")), 6.5, color="#555555")
    paper.rule(left, 121, left + 230, 121, 0.3)
    paper.lines(left, 136, paper.address("buyer"), 10)
    parts.beside(paper, 350, 118, paper.meta("buyer_vat_id"), gap=92)
    paper.text(left, 240, f"{paper.title()} {paper.value('invoice_number')}", 14, bold=True)
    paper.text(left, 262, paper.term("greeting"), 9)
    paper.text(left, 276, f"{paper.term('intro')}:", 9)
    y = 292.0
    if paper.site():
        paper.text(left, y, f"{paper.term('ship_to')}: {', '.join(paper.site())}", 8)
        y += 16
    y = draw_table(paper, Table(left, right, y, 730, after=110, carried=True))
    y = parts.room(paper, y + 8, 170, 760, 110)
    y = parts.totals(paper, 330, right, y, rules=True)
    for label, value in paper.terms():
        paper.text(left, y + 26, f"{label}: {value}", 9)
    paper.text(left, y + 44, paper.term("closing"), 9)


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.text(right, 62, paper.vendor.brand, 22, bold=True, align="right", color=paper.vendor.color)
    paper.rule(left, 72, right, 72, 1.6, paper.vendor.color)
    paper.text(right, 822, paper.page_number(), 7, align="right")
    parts.footer_columns(paper, 786, left, right)
