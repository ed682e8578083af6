"""A printed form: everything in boxes, labels small above their values, a full grid for the rows."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 36.0, 559.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.box(left, 96, 255, 92)
    paper.text(left + 5, 107, paper.term("bill_to"), 7, color="#444444")
    paper.lines(left + 5, 122, paper.address("buyer"), 10)
    paper.box(right - 255, 96, 255, 92)
    if paper.site():
        paper.text(right - 250, 107, paper.term("ship_to"), 7, color="#444444")
        paper.lines(right - 250, 122, paper.site(), 9)
    else:
        paper.text(right - 250, 107, paper.term("seller"), 7, color="#444444")
        paper.lines(right - 250, 122, [paper.vendor.party.name, *paper.contacts()], 9)
    y = parts.boxed(paper, left, right, 196, paper.meta(), 4)
    y = draw_table(
        paper, Table(left, right, y + 12, 700, after=110, head_fill="#dddddd", row_rules=True, column_rules=True)
    )
    y = parts.room(paper, y + 10, 150, 790, 110)
    end = parts.totals(paper, 350, right, y, box=True)
    paper.lines(
        left + 4, y + 12, [f"{label}: {value}" for label, value in [*paper.terms(), *parts.account_pairs(paper)]], 8
    )
    paper.text(left + 4, end + 22, paper.term("to_pay_note"), 8)


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.box(left, 34, right - left, 52)
    paper.text(left + 8, 56, paper.vendor.party.name, 14, bold=True)
    lines = paper.address("seller")[1:]
    paper.text(left + 8, 74, ", ".join([*lines, f"{paper.term('phone')} {paper.vendor.phone}"]), 8)
    paper.text(right - 8, 60, paper.title(), 18, bold=True, align="right")
    paper.text(right - 8, 76, paper.page_number(), 7, align="right")
