"""Draws a made-up document in its layout."""

from reportlab.lib.pagesizes import A4

from benchmarks.synthetic.ad_buys import AdBuy
from benchmarks.synthetic.layouts.ad_buy import LAYOUTS as AD_BUY_LAYOUTS
from benchmarks.synthetic.layouts.ad_buy.form import Form
from benchmarks.synthetic.layouts.invoice import LAYOUTS
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.model import Drawn, Invoice


def render_invoice(invoice: Invoice) -> Drawn:
    """The invoice as a PDF in its vendor's layout, and what it shows."""
    return draw_invoice(invoice).finish()


def draw_invoice(invoice: Invoice) -> Paper:
    """The invoice on paper, drawn until the number of pages that it prints is right."""
    layout = LAYOUTS[invoice.vendor.layout]
    size, font = getattr(layout, "SIZE", A4), getattr(layout, "FONT", "Helvetica")
    pages = 1
    while True:
        paper = Paper(invoice, pages, size, font)
        layout.draw(paper)
        if paper.page == pages:
            return paper
        pages = paper.page


def render_ad_buy(buy: AdBuy) -> Form:
    """The ad buy in its station's layout, drawn until the number of pages that it prints is right."""
    layout = AD_BUY_LAYOUTS[buy.station.layout]
    pages = 1
    while True:
        form = Form(buy, pages, layout.SIZE, getattr(layout, "FONT", "Helvetica"))
        layout.draw(form)
        if form.page == pages:
            return form
        pages = form.page
