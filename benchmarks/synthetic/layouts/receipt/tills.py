"""Receipts of shops: thermal paper, 80 mm wide."""

from benchmarks.synthetic.forms import print_quantity
from benchmarks.synthetic.layouts.receipt.strips import Strip, centre, draw_strips, ends, gap, left, stamp, sums
from benchmarks.synthetic.layouts.sheet import Sheet
from benchmarks.synthetic.receipts import Item, Receipt

ROLL = 226.0


def classic(receipt: Receipt) -> Sheet:
    """Typewriter face, all centred above; several pieces on a line of their own below the name."""
    shop = receipt.shop
    strips = [centre(line, 10, bold=True) for line in shop.lines]
    strips += [
        centre(line)
        for line in (shop.number, *shop.address, f"{shop.words['phone']} {shop.phone}", shop.tax_id)
        if line
    ]
    strips += [gap("dashes"), ends(f"{shop.words['number']} {receipt.number}", stamp(receipt), 6.5), gap("dashes")]
    for item in receipt.items:
        strips.append(ends(item.description, shop.amount(item.line_total)))
        if item.quantity != 1:
            strips.append(left(f"   {_count(receipt, item)} x {shop.amount(item.unit_price)}"))
    strips += [gap("dashes"), *sums(receipt), gap("dashes")]
    strips += [centre(f"{shop.words['cashier']}: {receipt.cashier}"), centre(shop.words["thanks"])]
    return draw_strips(strips, ROLL, "Courier")


def barcode(receipt: Receipt) -> Sheet:
    """Name over code, quantity, price and amount."""
    shop = receipt.shop
    strips = [centre(line, 9.5, bold=True) for line in shop.lines]
    strips += [
        centre(line, 7.5)
        for line in (shop.number, *shop.address, f"{shop.words['phone']}: {shop.phone}", shop.tax_id)
        if line
    ]
    strips += [
        gap(),
        centre(shop.words["receipt"], 9, bold=True),
        left(f"{shop.words['number']}: {receipt.number}"),
        left(stamp(receipt)),
    ]
    strips += [left(f"{shop.words['cashier']}: {receipt.cashier}"), gap("line")]
    for item in receipt.items:
        strips.append(left(item.description))
        strips.append(
            _row(item.code, f"{_count(receipt, item)} x {shop.amount(item.unit_price)}", shop.amount(item.line_total))
        )
    strips += [gap("line"), left(f"{shop.words['count']}: {len(receipt.items)}", 7), *sums(receipt), gap("line")]
    strips += [centre(shop.words["returns"], 7), centre(shop.words["thanks"], 7)]
    return draw_strips(strips, ROLL, "Helvetica")


def columns(receipt: Receipt) -> Sheet:
    """A table head, a row for each item, the number and the date below the total."""
    shop, words = receipt.shop, receipt.shop.words
    strips = [centre(line, 11, bold=True) for line in shop.lines]
    strips += [centre(line) for line in (shop.number, *shop.address, shop.tax_id) if line]
    strips += [
        gap("line"),
        _four(words["item"], words["quantity"], words["price"], words["amount"], bold=True),
        gap("line"),
    ]
    for item in receipt.items:
        strips.append(
            _four(item.description, _count(receipt, item), shop.amount(item.unit_price), shop.amount(item.line_total))
        )
    strips += [gap("line"), *sums(receipt), gap("line")]
    strips += [ends(stamp(receipt), f"#{receipt.number}", 7.5), left(f"{shop.words['cashier']} {receipt.cashier}", 7.5)]
    strips += [gap(), centre(shop.words["thanks"])]
    return draw_strips(strips, ROLL + 24, "Helvetica")


def modern(receipt: Receipt) -> Sheet:
    """Everything at the left edge, quantity before the name."""
    shop = receipt.shop
    strips = [left(line, 13, bold=True) for line in shop.lines]
    strips += [left(line, 7.5) for line in (*shop.address, shop.phone, shop.tax_id) if line]
    strips += [gap("line"), ends(stamp(receipt), receipt.number, 7.5), gap("line")]
    for item in receipt.items:
        strips.append(ends(f"{_count(receipt, item)}  {item.description}", shop.amount(item.line_total), 8.5))
        if item.quantity != 1:
            strips.append(left(f"     @ {shop.amount(item.unit_price)}", 7.5))
    strips += [gap("line"), *sums(receipt), gap("line"), left(shop.words["thanks"], 7.5)]
    return draw_strips(strips, ROLL, "Helvetica")


def _count(receipt: Receipt, item: Item) -> str:
    return print_quantity(item.quantity, receipt.shop.numbers)


def _row(first: str, middle: str, last: str) -> Strip:
    return Strip(((0, "left", first), (0.72, "right", middle), (1, "right", last)), 7.5)


def _four(first: str, second: str, third: str, last: str, bold: bool = False) -> Strip:
    return Strip(((0, "left", first), (0.64, "right", second), (0.81, "right", third), (1, "right", last)), 7.5, bold)
