"""What the forms of ad buys share: American dates and dollars, ruled tables over many pages."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from benchmarks.synthetic.ad_buys import AdBuy
from benchmarks.synthetic.forms import print_date, print_number
from benchmarks.synthetic.layouts.sheet import Align, Sheet

Columns = Sequence[tuple[float, Align, str]]
"""Edge or middle of each column, alignment, title."""


class Form(Sheet):
    """A sheet for one buy."""

    def __init__(self, buy: AdBuy, pages: int, size: tuple[float, float], font: str = "Helvetica") -> None:
        super().__init__(size, font, pages, title=f"{buy.station.call} {buy.contract}")
        self.buy = buy

    def day(self, value: date) -> str:
        return print_date(value, self.buy.station.dates, "en")

    def flight(self, joint: str = " - ") -> str:
        return f"{self.day(self.buy.flight_from)}{joint}{self.day(self.buy.flight_to)}"

    def dollars(self, value: Decimal) -> str:
        return f"${print_number(value, '1,234.56')}"

    def pairs(
        self, x: float, y: float, rows: Sequence[tuple[str, str]], gap: float, size: float = 8, underline: float = 0
    ) -> float:
        """Label and value beside each other; `underline` is the length of a rule below each value."""
        for label, value in rows:
            self.text(x, y, label, size)
            self.text(x + gap, y, value, size, bold=bool(underline))
            if underline:
                self.rule(x + gap, y + 2.5, x + gap + underline, y + 2.5, 0.4)
            y += size * 1.75
        return y

    def table(
        self,
        top: float,
        again: float,
        bottom: float,
        columns: Columns,
        rows: Sequence[Sequence[str]],
        size: float = 7.5,
        fill: str | None = None,
        rules: bool = False,
    ) -> float:
        """Rows under a head; a new page, with the head at `again`, where `bottom` is reached. Gives the y below."""
        y = self._head(top, columns, size, fill)
        for row in rows:
            if y + size * 1.6 > bottom:
                self.next_page()
                y = self._head(again, columns, size, fill)
            y += size * 1.6
            for (x, align, _), cell in zip(columns, row, strict=True):
                self.text(x, y - size * 0.4, cell, size, align=align)
            if rules:
                self.rule(min(x for x, _, _ in columns) - 4, y, self.width - 34, y, 0.3, "#999999")
        return y

    def room(self, y: float, height: float, bottom: float, top: float) -> float:
        """`y`, or the top of a new page where `height` does not fit above `bottom`."""
        if y + height <= bottom:
            return y
        self.next_page()
        return top

    def _head(self, top: float, columns: Columns, size: float, fill: str | None) -> float:
        left = min(x for x, _, _ in columns) - 4
        if fill:
            self.box(left, top, self.width - 34 - left, size * 1.8, fill=fill, stroke=None)
        for x, align, title in columns:
            self.text(x, top + size * 1.25, title, size, bold=True, align=align)
        self.rule(left, top + size * 1.8, self.width - 34, top + size * 1.8, 0.6)
        return top + size * 1.8
