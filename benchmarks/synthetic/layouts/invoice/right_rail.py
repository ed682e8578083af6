"""All references and the totals stand in a shaded rail at the right; parties and rows at the left."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

RAIL = 418.0


def draw(paper: Paper) -> None:
    left, right = 40.0, RAIL - 14
    paper.decorate = lambda: _every_page(paper)
    paper.decorate()
    paper.text(left, 64, paper.vendor.brand, 20, bold=True, color=paper.vendor.color)
    paper.lines(left, 84, [*paper.address("seller"), *paper.contacts()], 8)
    blocks = [(paper.term("bill_to"), paper.address("buyer"))]
    blocks += [(paper.term("ship_to"), paper.site())] if paper.site() else []
    for x, (title, lines) in zip((left, 228.0), blocks, strict=False):
        paper.text(x, 176, title, 8, bold=True, color=paper.vendor.color)
        paper.lines(x, 190, [part for line in lines for part in paper.wrap(line, 175, 9)], 9)
    y = 128.0
    for label, value in paper.meta():
        paper.text(RAIL + 12, y, label, 7, color="#777777")
        paper.text(RAIL + 12, y + 13, value, 10, bold=True)
        y += 32
    y = parts.totals(paper, RAIL + 8, 578, y + 10, size=8.5, rules=True) + 26
    for label, value in [*paper.terms(), *parts.account_pairs(paper)]:
        paper.text(RAIL + 12, y, label, 7, color="#777777")
        for part in paper.wrap(value, 150, 7.5):
            paper.text(RAIL + 12, y + 11, part, 7.5)
            y += 10
        y += 13
    draw_table(paper, Table(left, right, 250, 770, after=70, size=7.6, row_rules=True, air=6))


def _every_page(paper: Paper) -> None:
    paper.box(RAIL, 0, paper.width - RAIL, paper.height, fill="#f2f2f2", stroke=None)
    paper.text(RAIL + 12, 84, paper.title(), 18, bold=True, color=paper.vendor.color)
    paper.text(RAIL + 12, 816, paper.page_number(), 7)
