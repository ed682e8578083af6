"""A receipt is a roll of strips: rows of cells, each at its place across the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.synthetic.layouts.sheet import Align, Sheet
from benchmarks.synthetic.receipts import Receipt

Cell = tuple[float, Align, str]
"""Place across the paper (0 left, 1 right), alignment, text."""


@dataclass(frozen=True)
class Strip:
    cells: tuple[Cell, ...]
    size: float = 8
    bold: bool = False
    rule: Literal["", "line", "dashes"] = ""
    """What is drawn below it."""


def centre(text: str, size: float = 8, bold: bool = False) -> Strip:
    return Strip(((0.5, "center", text),), size, bold)


def left(text: str, size: float = 8, bold: bool = False) -> Strip:
    return Strip(((0, "left", text),), size, bold)


def ends(first: str, last: str, size: float = 8, bold: bool = False) -> Strip:
    return Strip(((0, "left", first), (1, "right", last)), size, bold)


def gap(rule: Literal["", "line", "dashes"] = "") -> Strip:
    return Strip((), 5, rule=rule)


def stamp(receipt: Receipt) -> str:
    """Date and time with the label the till prints, if it prints one."""
    label = receipt.shop.words["date"]
    day = receipt.shop.day(receipt.day)
    return f"{label}: {day} {receipt.time}" if label else f"{day} {receipt.time}"


def sums(receipt: Receipt, size: float = 8) -> list[Strip]:
    """From the subtotal to the change; the total stands out."""
    shop = receipt.shop
    rows: list[Strip] = []
    extra = receipt.discount or receipt.rounding or not receipt.tax_included
    if extra:
        rows.append(ends(shop.words["subtotal"], shop.amount(receipt.subtotal), size))
    if receipt.discount:
        rows.append(ends(shop.words["discount"], shop.amount(-receipt.discount), size))
    if not receipt.tax_included:
        rows.append(ends(tax_label(receipt, "tax"), shop.amount(receipt.tax), size))
    if receipt.rounding:
        rows.append(ends(shop.words["rounding"], shop.amount(receipt.rounding), size))
    rows.append(ends(shop.words["total"], shop.priced(receipt.total), size + 3, bold=True))
    if receipt.cash is not None:
        rows.append(ends(shop.words["cash"], shop.amount(receipt.cash), size))
        rows.append(ends(shop.words["change"], shop.amount(receipt.cash - receipt.total), size))
    else:
        rows.append(ends(shop.words["card"], shop.amount(receipt.total), size))
    if receipt.tax_included:
        rows.append(ends(tax_label(receipt, "included"), shop.amount(receipt.tax), size))
    return rows


def tax_label(receipt: Receipt, term: str) -> str:
    rate = receipt.tax_rate
    places = max(0, -int(rate.normalize().as_tuple().exponent))
    return receipt.shop.words[term].format(rate=receipt.shop.amount(rate, places))


def draw_strips(strips: Sequence[Strip], width: float, font: str, margin: float = 12) -> Sheet:
    """The roll, as long as its strips need."""
    height = sum(strip.size * 1.35 for strip in strips) + 5 * margin
    sheet = Sheet((width, height), font, title="Receipt")
    y = 2 * margin
    for strip in strips:
        y += strip.size * 1.35
        for place, align, text in strip.cells:
            sheet.text(margin + place * (width - 2 * margin), y, text, strip.size, strip.bold, align)
        if strip.rule == "line":
            sheet.rule(margin, y - 1, width - margin, y - 1, 0.7)
        elif strip.rule == "dashes":
            dashes = int((width - 2 * margin) / sheet.measure("-", 8))
            sheet.text(margin, y, "-" * dashes, 8)
    return sheet
