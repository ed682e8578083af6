"""A page to draw on: points, origin at the top left, y grows downwards; the same input gives the same bytes."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ocr.document import Document, Page, Word

Align = Literal["left", "right", "center"]
BOLD = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold"}


class Sheet:
    """A document under the pen. `decorate` draws what every page repeats; it is called when a page begins."""

    def __init__(
        self, size: tuple[float, float] = A4, font: str = "Helvetica", pages: int = 1, title: str = "Document"
    ) -> None:
        self.width, self.height = size
        self.font = font
        self.pages = pages
        """How many pages the document has; a first drawing finds it out, a second one prints it."""
        self.page = 1
        self.words: list[tuple[int, Word]] = []
        """Page number and word, in the order of drawing."""
        self.decorate: Callable[[], None] = lambda: None
        self._buffer = BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=size, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 9,
        bold: bool = False,
        align: Align = "left",
        color: str = "#000000",
        font: str | None = None,
    ) -> None:
        """One line; `y` is its base line."""
        canvas, face = self._canvas, self._face(bold, font)
        canvas.setFont(face, size)
        canvas.setFillColor(HexColor(color))
        draw = {"left": canvas.drawString, "right": canvas.drawRightString, "center": canvas.drawCentredString}[align]
        draw(x, self.height - y, text)
        start = x - stringWidth(text, face, size) * {"left": 0, "right": 1, "center": 0.5}[align]
        self._remember(start, y, text, size, face)

    def lines(self, x: float, y: float, lines: Sequence[str], size: float = 9, leading: float = 1.3) -> float:
        """Lines below each other; gives the base line of the one that would come next."""
        for line in lines:
            self.text(x, y, line, size)
            y += size * leading
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6, color: str = "#000000") -> None:
        self._canvas.setStrokeColor(HexColor(color))
        self._canvas.setLineWidth(width)
        self._canvas.line(x0, self.height - y0, x1, self.height - y1)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str | None = None, stroke: str | None = "#000000"
    ) -> None:
        """A rectangle whose top left corner is (x, y)."""
        canvas = self._canvas
        canvas.setLineWidth(0.6)
        if fill:
            canvas.setFillColor(HexColor(fill))
        if stroke:
            canvas.setStrokeColor(HexColor(stroke))
        canvas.rect(x, self.height - y - height, width, height, fill=int(bool(fill)), stroke=int(bool(stroke)))

    def measure(self, text: str, size: float, bold: bool = False, font: str | None = None) -> float:
        return float(stringWidth(text, self._face(bold, font), size))

    def wrap(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """`text` broken at blanks into lines of at most `width` points (a longer word stands alone)."""
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if line and self.measure(longer, size, bold) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line]

    def next_page(self) -> None:
        self._canvas.showPage()
        self.page += 1
        self.decorate()

    def pdf(self) -> bytes:
        self._canvas.save()
        return self._buffer.getvalue()

    def document(self) -> Document:
        """The words that were drawn, as a reader without errors would give them."""
        pages = range(1, self.page + 1)
        return Document(
            tuple(Page.of(page, self.width, self.height, [w for at, w in self.words if at == page]) for page in pages)
        )

    def _remember(self, x: float, y: float, text: str, size: float, face: str) -> None:
        for word in text.split(" "):
            end = x + stringWidth(word, face, size)
            if word:
                box = [round(value, 1) for value in (x, y - 0.75 * size, end, y + 0.2 * size)]
                self.words.append((self.page, Word(word, *box)))
            x = end + stringWidth(" ", face, size)

    def _face(self, bold: bool, font: str | None) -> str:
        face = font or self.font
        return BOLD[face] if bold else face
