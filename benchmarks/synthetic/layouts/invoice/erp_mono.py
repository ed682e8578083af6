"""Output of an old ERP program: typewriter face, labels in columns with colons, dashes for lines."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

FONT = "Courier"


def draw(paper: Paper) -> None:
    left, right = 40.0, 560.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.lines(left, 118, paper.address("buyer"), 9)
    y = parts.beside(paper, 318, 118, paper.meta("buyer_vat_id"), gap=110, size=8) + 12
    paper.text(left, max(y, 205), f"*** {paper.title().upper()} ***", 12, bold=True)
    y = max(y, 205) + 12
    y = draw_table(paper, Table(left, right, y, 720, after=110, size=8, carried=True, air=3, row_rules=False))
    y = parts.room(paper, y + 6, 210, 800, 110)
    if len(paper.invoice.taxes) > 1 or paper.vendor.has("tax_column"):
        y = _tax_table(paper, left, y)
    y = parts.totals(paper, 290, right, y, size=8.5, rules=True) + 20
    pairs = [*paper.terms(), *parts.account_pairs(paper)]
    parts.beside(paper, left, y, pairs, gap=120, size=8)


def _tax_table(paper: Paper, left: float, y: float) -> float:
    edges = (left + 60, left + 160, left + 250)
    for edge, name in zip(edges, ("rate", "base", "tax_amount"), strict=True):
        paper.text(edge, y + 10, paper.term(name)[:14], 7.5, align="right")
    for number, row in enumerate(paper.tax_rows()):
        for edge, cell in zip(edges, row, strict=True):
            paper.text(edge, y + 22 + 11 * number, cell, 8, align="right")
    return y + 26 + 11 * len(paper.invoice.taxes)


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.text(left, 50, paper.vendor.party.name.upper(), 13, bold=True)
    paper.text(left, 64, " * ".join(paper.address("seller")[1:]), 8)
    paper.text(left, 75, " * ".join(paper.contacts()[:2]), 8)
    paper.text(right, 50, paper.page_number(), 8, align="right")
    paper.text(left, 90, "-" * 108, 8)
