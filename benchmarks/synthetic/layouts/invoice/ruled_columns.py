"""Two columns of references with leaders of dots, seller at the right, vertical rules in the table."""

from collections.abc import Sequence

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Pair, Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 48.0, 548.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    seller = [*paper.address("seller"), *paper.contacts()]
    for number, line in enumerate(seller):
        paper.text(right, 84 + number * 11, line, 8.5, align="right", bold=number == 0)
    paper.text(left, 112, paper.term("bill_to") + ":", 8)
    paper.lines(left, 126, paper.address("buyer"), 10)
    y = 214.0
    paper.text(left, y, paper.title().upper(), 15, bold=True)
    pairs = paper.meta()
    half = -(-len(pairs) // 2)
    _leaders(paper, left, 280, y + 22, pairs[:half])
    _leaders(paper, 315, right, y + 22, pairs[half:])
    y += 22 + half * 14 + 4
    y = draw_table(paper, Table(left, right, y, 715, after=90, column_rules=True, row_rules=False, air=7))
    y = parts.room(paper, y + 6, 190, 790, 90)
    y = parts.totals(paper, 330, right, y, rules=True) + 22
    parts.beside(
        paper, left, y, [*paper.terms(), (paper.term("bank"), paper.vendor.bank), *parts.account_pairs(paper)], gap=110
    )


def _leaders(paper: Paper, left: float, right: float, y: float, pairs: Sequence[Pair]) -> None:
    for label, value in pairs:
        paper.text(left, y, label, 8.5)
        paper.text(right, y, value, 8.5, align="right")
        start, end = left + paper.measure(label, 8.5) + 4, right - paper.measure(value, 8.5) - 4
        dots = int((end - start) / paper.measure(".", 8.5) / 2)
        paper.text(start, y, " ".join("." * dots), 6, color="#888888")
        y += 14


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.box(left, 44, 8, 26, fill=paper.vendor.color, stroke=None)
    paper.text(left + 16, 64, paper.vendor.brand, 18, bold=True)
    paper.text(right, 60, paper.page_number(), 7.5, align="right")
