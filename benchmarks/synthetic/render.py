"""Draws a made-up document in its layout."""

from reportlab.lib.pagesizes import A4

from benchmarks.synthetic.layouts.invoice import LAYOUTS
from benchmarks.synthetic.layouts.paper import Paper
from benchmarks.synthetic.model import Drawn, Invoice


def render_invoice(invoice: Invoice) -> Drawn:
    """The invoice as a PDF in its vendor's layout. Drawn twice where the first drawing had more than one page."""
    layout = LAYOUTS[invoice.vendor.layout]
    size, font = getattr(layout, "SIZE", A4), getattr(layout, "FONT", "Helvetica")
    pages = 1
    while True:
        paper = Paper(invoice, pages, size, font)
        layout.draw(paper)
        if paper.page == pages:
            return paper.finish()
        pages = paper.page
