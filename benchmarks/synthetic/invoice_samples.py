"""Invoices as samples: digital PDFs, scans, faxes, and for the inbox two that nobody can read."""

import random
from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from benchmarks.synthetic.degrade import fax_tiff, scan_jpeg, scan_pdf
from benchmarks.synthetic.invoices import make_invoice
from benchmarks.synthetic.model import Vendor
from benchmarks.synthetic.render import render_invoice
from benchmarks.synthetic.vendors import vendors
from benchmarks.synthetic.write import Sample, invoice_fields, invoice_rows, slug

SCAN_ROUND = 4
"""Every vendor's fifth document is a scan."""


def invoice_samples(count: int, seed: int) -> Iterator[Sample]:
    """`count` documents, in turn from all vendors of the golden folder."""
    sellers = vendors(inbox=False)
    for number in range(count):
        index, place = divmod(number, len(sellers))
        medium = ("jpg", "jpg", "pdf", "jpg", "jpg", "tiff")[place % 6] if index % 5 == SCAN_ROUND else ""
        yield _sample(sellers[place], index, seed, medium)


def inbox_samples(count: int, seed: int) -> Iterator[Sample]:
    """`count` documents of vendors and layouts that the golden folder lacks; the last two are broken and locked."""
    sellers = vendors(inbox=True)
    for number in range(count - 2):
        index, place = divmod(number, len(sellers))
        medium = "jpg" if (index + place) % 6 == 2 else ""
        yield _sample(sellers[place], index, seed, medium)
    whole = render_invoice(make_invoice(sellers[0], 9, seed)).pdf
    yield Sample("broken.pdf", whole[: len(whole) // 3], None)
    yield Sample("locked.pdf", _locked(), None)


def _sample(vendor: Vendor, index: int, seed: int, medium: str) -> Sample:
    """One document; `medium` is the file type of a scan, or empty for a digital PDF."""
    invoice = make_invoice(vendor, index, seed)
    drawn = render_invoice(invoice)
    if drawn.pages > 1 and medium == "jpg":
        medium = "pdf"
    chance = random.Random(f"scan/{seed}/{vendor.party.name}/{index}")  # noqa: S311  # made-up documents, no secrets
    scan = {"jpg": scan_jpeg, "pdf": scan_pdf, "tiff": fax_tiff}.get(medium)
    content = scan(drawn.pdf, chance) if scan else drawn.pdf
    name = f"{slug(vendor.party.name)}-{index:02d}{'-scan' if medium else ''}.{medium or 'pdf'}"
    extra = {"vendor": vendor.party.name, "layout": vendor.layout, "language": vendor.language, "scan": bool(medium)}
    printed = {"type_code": "type_code" in drawn.shown}
    return Sample(name, content, invoice_fields(invoice, drawn), extra, invoice_rows(invoice, drawn), printed)


def _locked() -> bytes:
    buffer = BytesIO()
    lock = StandardEncryption("secret", ownerPassword="owner", strength=128)  # a locked sample
    canvas = Canvas(buffer, invariant=1, encrypt=lock)
    canvas.drawString(72, 720, "Invoice 4711")
    canvas.save()
    return buffer.getvalue()
