"""Much white, grey labels above values, the seller's legal name only in small print at the foot."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table


def draw(paper: Paper) -> None:
    left, right = 70.0, 525.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.text(left, 150, paper.title(), 26, color=paper.vendor.color)
    y = parts.above(paper, left, right, 182, paper.meta(), color="#999999")
    paper.text(left, y + 4, paper.term("bill_to"), 7, bold=True, color="#999999")
    y = paper.lines(left, y + 17, paper.address("buyer"), 9.5) + 14
    y = draw_table(paper, Table(left, right, y, 720, after=120, row_rules=True, air=10, head_rules=True, size=9))
    y = parts.room(paper, y + 14, 150, 750, 120)
    y = parts.totals(paper, 330, right, y, size=9.5)
    for label, value in paper.terms():
        paper.text(left, y + 26, label, 7, bold=True, color="#999999")
        paper.text(left, y + 38, value, 9)


def _every_page(paper: Paper, left: float, right: float) -> None:
    paper.box(left, 58, 26, 26, fill=paper.vendor.color, stroke=None)
    paper.text(left + 34, 78, paper.vendor.brand.split()[0].lower(), 18, color="#333333")
    small = [
        " – ".join(paper.address("seller")),
        " – ".join(paper.contacts()),
        parts.joined(parts.account_pairs(paper)),
    ]
    for number, line in enumerate(small):
        paper.text(paper.width / 2, 788 + 10 * number, line, 6.8, align="center", color="#777777")
    paper.text(right, 78, paper.page_number(), 7, align="right", color="#999999")
