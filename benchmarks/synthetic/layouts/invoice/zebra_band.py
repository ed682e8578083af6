"""A coloured band with the title in white, the amount to pay in a box of its own, striped rows."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 45.0, 550.0
    color = paper.vendor.color
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.text(left, 120, paper.term("bill_to").upper(), 7, bold=True, color=color)
    paper.lines(left, 135, paper.address("buyer"), 9.5)
    if paper.site():
        paper.text(215, 120, paper.term("ship_to").upper(), 7, bold=True, color=color)
        paper.lines(215, 135, [line for part in paper.site() for line in paper.wrap(part, 145, 8.5)], 8.5)
    paper.box(395, 108, right - 395, 44, fill="#f0f0f0", stroke=None)
    paper.text(405, 122, paper.label("amount_due"), 8)
    paper.text(
        right - 8,
        142,
        paper.money(paper.invoice.values["amount_due"], None if paper.vendor.money != "column" else "prefix_symbol"),
        14,
        bold=True,
        align="right",
    )
    y = parts.above(paper, left, right, 210, paper.meta(), color=color)
    y = draw_table(
        paper,
        Table(
            left,
            right,
            y,
            740,
            after=115,
            head_fill=color,
            head_color="#ffffff",
            zebra="#f3f3f3",
            air=7,
            head_rules=False,
        ),
    )
    y = parts.room(paper, y + 10, 150, 760, 115)
    end = parts.totals(paper, 340, right, y, rules=True)
    for number, (label, value) in enumerate(paper.terms()):
        paper.text(left, y + 14 + number * 12, label, 8, bold=True)
        paper.text(left, y + 26 + number * 12, value, 8)
    paper.text(left, end + 24, paper.term("closing"), 9, color=color)


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.box(0, 0, paper.width, 84, fill=paper.vendor.color, stroke=None)
    paper.text(left, 50, paper.vendor.brand, 20, bold=True, color="#ffffff")
    paper.text(right, 50, paper.title(), 20, align="right", color="#ffffff")
    paper.text(right, 818, paper.page_number(), 7, align="right", color="#777777")
    details = [", ".join(paper.address("seller")), parts.joined(parts.account_pairs(paper))]
    paper.text(left, 798, details[0], 7, color="#555555")
    paper.text(left, 808, details[1], 7, color="#555555")
