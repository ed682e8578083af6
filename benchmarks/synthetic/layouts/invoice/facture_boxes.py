"""A French invoice: client in a framed box, number and date in a sentence, a table of taxes beside the totals."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 42.0, 553.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.lines(left, 66, [*paper.address("seller"), *paper.contacts()[:2]], 8.5)
    paper.box(310, 96, right - 310, 76)
    paper.text(316, 92, paper.term("bill_to"), 8)
    paper.lines(318, 114, paper.address("buyer"), 10)
    number, issued, *rest = paper.meta("buyer_vat_id")
    paper.text(left, 178, f"{number[0]} {number[1]}", 13, bold=True)
    paper.text(left, 194, f"{issued[0]} : {issued[1]}", 9)
    y = parts.beside(paper, left, 212, rest, gap=110, colon=" :")
    if paper.site():
        paper.text(310, 192, paper.term("ship_to"), 8)
        paper.lines(318, 206, paper.site(), 8.5)
    y = draw_table(
        paper, Table(left, right, max(y, 250) + 8, 690, after=90, head_fill="#ececec", column_rules=True, air=5)
    )
    y = parts.room(paper, y + 12, 160, 770, 90)
    end = parts.totals(paper, 345, right, y, box=True)
    low = _taxes(paper, left, y)
    for label, value in paper.terms():
        paper.text(left, max(end, low) + 24, f"{label} : {value}", 8.5)


def _taxes(paper: Paper, left: float, y: float) -> float:
    edges = (left + 60, left + 150, left + 240)
    rows = [(paper.term("rate"), paper.term("base"), paper.term("tax_amount")), *paper.tax_rows()]
    for number, row in enumerate(rows):
        paper.box(left, y + number * 15, 246, 15, fill="#ececec" if number == 0 else None)
        for edge, cell in zip(edges, row, strict=True):
            paper.text(edge, y + number * 15 + 11, cell, 8, number == 0, "right")
    return y + len(rows) * 15


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.text(left, 50, paper.vendor.brand, 15, bold=True, color=paper.vendor.color)
    paper.text(right, 50, paper.title().upper(), 20, bold=True, align="right", color="#555555")
    paper.text(right, 66, paper.page_number(), 7.5, align="right")
    paper.rule(left, 800, right, 800, 0.4)
    legal = f"{paper.vendor.party.name} – {parts.joined(paper.registration(), ' – ', ' : ')}"
    paper.text(paper.width / 2, 811, legal, 6.8, align="center")
    paper.text(
        paper.width / 2,
        821,
        f"{paper.vendor.bank} – {parts.joined(paper.account(), ' – ', ' : ')}",
        6.8,
        align="center",
    )
