"""A letterhead in the middle, serif type, parties side by side, thin rules between rows."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

FONT = "Times-Roman"


def draw(paper: Paper) -> None:
    left, right = 64.0, 531.0
    paper.decorate = lambda: _every_page(paper, left, right)
    paper.decorate()
    paper.text(paper.width / 2, 140, paper.title(), 17, bold=True, align="center")
    blocks = [(paper.term("bill_to"), paper.address("buyer"))]
    if paper.site():
        blocks.append((paper.term("ship_to"), paper.site()))
    for x, (title, lines) in zip((left, 320.0), blocks, strict=False):
        paper.text(x, 172, title, 9, bold=True)
        paper.lines(x, 186, lines, 10)
    y = parts.above(paper, left, right, 256, paper.meta("buyer_vat_id"), size=10)
    y = draw_table(paper, Table(left, right, y, 715, after=140, size=9.5, row_rules=True, air=6))
    y = parts.room(paper, y + 8, 165, 765, 140)
    y = parts.totals(paper, 340, right, y, size=10, rules=True)
    for label, value in paper.terms():
        paper.text(left, y + 20, f"{label}: {value}", 9.5)
    paper.text(paper.width / 2, y + 44, paper.term("closing"), 10, align="center")


def _every_page(paper: Paper, left: float, right: float) -> None:
    middle = paper.width / 2
    name, *address = paper.address("seller")
    paper.text(middle, 62, name, 19, bold=True, align="center", color=paper.vendor.color)
    paper.text(middle, 78, ", ".join(address), 9, align="center")
    paper.text(middle, 90, "  ·  ".join(paper.contacts()), 9, align="center")
    paper.rule(left, 102, right, 102, 1)
    paper.rule(left, 105, right, 105, 0.4)
    paper.text(middle, 800, parts.joined(parts.account_pairs(paper)), 8, align="center")
    paper.text(middle, 814, paper.page_number(), 8, align="center")
