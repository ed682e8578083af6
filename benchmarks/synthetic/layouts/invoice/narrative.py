"""A craftsman's letter: date and number in running text, totals under the table at the left, signature at the end."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

FONT = "Times-Roman"


def draw(paper: Paper) -> None:
    left, right = 72.0, 524.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.lines(left, 150, paper.address("buyer"), 11)
    number, issued, *rest = paper.meta()
    paper.text(right, 236, f"{paper.vendor.party.city}, {issued[1]}", 11, align="right")
    paper.text(left, 262, f"{paper.title()} – {number[0]} {number[1]}", 13, bold=True)
    paper.text(left, 280, parts.joined(rest, ",  ", " "), 9.5)
    paper.text(left, 304, paper.term("greeting"), 11)
    paper.text(left, 320, f"{paper.term('intro')}:", 11)
    y = draw_table(paper, Table(left, right, 334, 690, after=120, size=10, head_rules=True, air=7))
    y = parts.room(paper, y + 8, 190, 760, 120)
    y = parts.totals(paper, left, left + 260, y, size=10.5, rules=True)
    for label, value in paper.terms():
        paper.text(left, y + 26, f"{label}: {value}", 11)
    paper.text(left, y + 46, paper.term("closing"), 11)
    paper.text(left, y + 84, paper.invoice.contact, 11)


def _every_page(paper: Paper, left: float, right: float) -> None:
    name, *address = paper.address("seller")
    paper.text(left, 66, name, 17, bold=True, color=paper.vendor.color)
    paper.text(left, 82, f"{', '.join(address)} – {paper.term('phone')} {paper.vendor.phone}", 9.5)
    paper.rule(left, 90, right, 90, 0.8, paper.vendor.color)
    paper.text(left, 806, parts.joined(parts.account_pairs(paper), ", "), 8)
    paper.text(right, 818, paper.page_number(), 8, align="right")
