"""A coloured strip at the left with all about the seller; the invoice stands at its right."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

EDGE = 150.0


def draw(paper: Paper) -> None:
    left, right = EDGE + 24, 560.0
    paper.decorate = lambda: _every_page(paper)
    paper.decorate()
    paper.text(left, 70, paper.title(), 24, bold=True, color=paper.vendor.color)
    y = parts.spread(paper, left, right, 100, paper.meta())
    paper.rule(left, y - 4, right, y - 4, 0.4, "#aaaaaa")
    paper.text(left, y + 12, paper.term("bill_to"), 8, bold=True, color=paper.vendor.color)
    y = paper.lines(left, y + 25, paper.address("buyer"), 9.5) + 12
    y = draw_table(paper, Table(left, right, y, 730, after=60, size=8, row_rules=True, air=7))
    y = parts.room(paper, y + 10, 150, 800, 60)
    y = parts.totals(paper, 340, right, y, size=9, rules=True)
    for label, value in paper.terms():
        paper.text(left, y + 24, f"{label}: {value}", 8.5)


def _every_page(paper: Paper) -> None:
    paper.box(0, 0, EDGE, paper.height, fill=paper.vendor.color, stroke=None)
    paper.text(18, 70, paper.vendor.brand, 15 if len(paper.vendor.brand) < 13 else 12, bold=True, color="#ffffff")
    y = 120.0
    account = [line for label, value in parts.account_pairs(paper) for line in (label, value)]
    for block in (paper.address("seller"), paper.contacts(), account):
        for line in block:
            for part in paper.wrap(line, EDGE - 30, 7.5):
                paper.text(18, y, part, 7.5, color="#ffffff")
                y += 11
        y += 14
    paper.text(18, 815, paper.page_number(), 7, color="#ffffff")
