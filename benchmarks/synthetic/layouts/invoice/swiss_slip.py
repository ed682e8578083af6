"""A Swiss invoice with a payment slip at the foot of its last page."""

from benchmarks.synthetic.layouts import parts
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.layouts.table import Table, draw_table

SLIP = 585.0


def draw(paper: Paper) -> None:
    left, right = 56.0, 545.0
    paper.text(left, 60, paper.vendor.brand, 19, bold=True, color=paper.vendor.color)
    paper.lines(left, 80, [*paper.address("seller"), *paper.contacts()[:2]], 8)
    paper.lines(335, 130, paper.address("buyer"), 10)
    y = 196.0
    for label, value in paper.registration():
        paper.text(left, 160, f"{label} {value}", 8)
    if paper.site():
        paper.text(335, y, f"{paper.term('ship_to')}: {paper.site()[0]}", 7.5)
        paper.text(335, y + 11, ", ".join(paper.site()[1:]), 7.5)
    paper.text(left, y, f"{paper.title()} {paper.value('invoice_number')}", 13, bold=True)
    y = parts.beside(paper, left, y + 20, paper.meta()[1:], gap=100, colon="") + 6
    y = draw_table(paper, Table(left, right, y, 560, air=4))
    y = parts.totals(paper, 320, right, y + 4, size=8.5, rules=True)
    for label, value in paper.terms():
        paper.text(left, y - 4, f"{label}: {value}", 8)
    if y > SLIP - 6:
        paper.next_page()
    _slip(paper)


def _slip(paper: Paper) -> None:
    titles = {
        "de": ("Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Zahlbar durch"),
        "fr": ("Récépissé", "Section paiement", "Compte / Payable à", "Payable par"),
    }[paper.vendor.language]
    paper.rule(0, SLIP, paper.width, SLIP, 0.5)
    paper.rule(176, SLIP, 176, paper.height, 0.5)
    for x, title, size in ((18.0, titles[0], 7.0), (330.0, titles[1], 8.0)):
        paper.text(18 if x == 18 else 190, SLIP + 22, title, 11, bold=True)
        paper.text(x, SLIP + 44, titles[2], size - 1, bold=True)
        y = paper.lines(x, SLIP + 55, [paper.value("iban"), *paper.address("seller")], size)
        paper.text(x, y + 8, titles[3], size - 1, bold=True)
        paper.lines(x, y + 19, paper.address("buyer"), size)
        paper.text(
            x if x == 18 else 190,
            SLIP + 190,
            f"{paper.vendor.currency}   {paper.money(paper.invoice.values['amount_due'], 'column')}",
            size + 1,
        )
    own = paper.vendor.chance(str(paper.invoice.values["invoice_number"]))
    for row in range(25):
        for column in range(25):
            if own.random() < 0.5:
                paper.box(190 + column * 4.6, SLIP + 44 + row * 4.6, 4.6, 4.6, fill="#000000", stroke=None)
