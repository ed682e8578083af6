"""Documents that the tests draw for themselves."""

import io
from collections.abc import Callable, Sequence

from reportlab.pdfgen.canvas import Canvas

Line = tuple[float, float, str]
"""Left and baseline in points from the bottom left, and the text."""

LETTER = [
    "Nordwind Handels GmbH",
    "Rechnung 2026-0417 vom 09.03.2026",
    "Kunde Ateliers Lumen SARL, Lyon",
    "4 Stunden Beratung 480,00 EUR",
    "2 Regale aus Buche 1.250,50 EUR",
    "Zwischensumme 1.730,50 EUR",
    "Umsatzsteuer 19 Prozent 328,80 EUR",
    "Gesamtbetrag 2.059,30 EUR",
]


def pdf(
    pages: Sequence[Sequence[Line]],
    *,
    size: tuple[float, float] = (420, 300),
    font: str = "Helvetica",
    points: float = 12,
    rotation: int = 0,
    draw: Callable[[Canvas], None] | None = None,
    password: str | None = None,
) -> bytes:
    """A PDF with the lines drawn in one font; `draw` adds what else a page needs."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size, invariant=True, encrypt=password, pageCompression=1)
    for lines in pages:
        canvas.setPageRotation(rotation)
        canvas.setFont(font, points)
        for left, baseline, text in lines:
            canvas.drawString(left, baseline, text)
        if draw:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def letter(*, points: float = 12, size: tuple[float, float] = (420, 300)) -> bytes:
    """A short business letter, a line every 2.2 font sizes."""
    top = size[1] - 40
    return pdf([[(40, top - 2.2 * points * row, text) for row, text in enumerate(LETTER)]], size=size, points=points)


def raw_pdf(content: bytes, filters: bytes = b"/FlateDecode", box: bytes = b"0 0 300 300", extra: bytes = b"") -> bytes:
    """A one-page PDF with this content stream, written by hand."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]/Contents 4 0 R/Resources<<" + extra + b">>>>",
        b"<</Length %d/Filter %s>>stream\n%s\nendstream" % (len(content), filters, content),
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n%strailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (table, len(data))
