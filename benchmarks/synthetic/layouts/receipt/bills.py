"""Bills that are no shop receipts: restaurants, filling stations, handwritten-looking cash bills."""

from benchmarks.synthetic.forms import print_quantity
from benchmarks.synthetic.layouts.receipt.strips import Strip, centre, draw_strips, ends, gap, left, stamp, sums
from benchmarks.synthetic.layouts.sheet import Sheet
from benchmarks.synthetic.receipts import Receipt


def table_bill(receipt: Receipt) -> Sheet:
    """A restaurant's bill in serif type, quantity first."""
    shop = receipt.shop
    strips = [centre(line, 14 - 3 * number, bold=True) for number, line in enumerate(shop.lines)]
    strips += [centre(line, 9) for line in (shop.number, *shop.address, shop.tax_id) if line]
    strips += [
        gap("line"),
        ends(f"{shop.words['table']} {len(receipt.items) + 3}", f"{shop.words['number']} {receipt.number}", 8.5),
    ]
    strips += [ends(stamp(receipt), receipt.cashier, 8.5), gap("line")]
    for item in receipt.items:
        count = print_quantity(item.quantity, shop.numbers)
        cells = (count, item.description, shop.amount(item.unit_price), shop.amount(item.line_total))
        strips.append(
            Strip(
                ((0, "left", cells[0]), (0.09, "left", cells[1]), (0.8, "right", cells[2]), (1, "right", cells[3])), 9
            )
        )
    strips += [gap("line"), *sums(receipt, 9), gap("line"), centre(shop.words["thanks"], 9)]
    return draw_strips(strips, 240, "Times-Roman")


def fuel(receipt: Receipt) -> Sheet:
    """A filling station's receipt: volume and a price of three decimals."""
    shop, (item,) = receipt.shop, receipt.items
    strips = [centre(line, 9, bold=number == 0) for number, line in enumerate(shop.lines)]
    strips += [centre(line) for line in (*shop.address, f"{shop.words['phone']} {shop.phone}", shop.tax_id) if line]
    strips += [gap(), left(stamp(receipt)), left(f"{shop.words['number']} {receipt.number}"), gap("dashes")]
    pump = f"{shop.words['pump']} {int(receipt.time[-1]) % 8 + 1}"
    volume = print_quantity(item.quantity, shop.numbers)
    strips += [
        ends(item.description, pump),
        ends(f"{volume} {shop.words['volume']} x {shop.amount(item.unit_price, 3)}", shop.amount(item.line_total)),
    ]
    strips += [gap("dashes"), *sums(receipt), gap("dashes"), centre(shop.words["thanks"])]
    return draw_strips(strips, 226, "Courier")


def cash_bill(receipt: Receipt) -> Sheet:
    """A printed form of half a page: numbered rows, the number and the date at the right."""
    shop = receipt.shop
    strips = [left(line, 14, bold=True) for line in shop.lines]
    strips += [
        left(line, 8.5)
        for line in (shop.number, *shop.address, f"{shop.words['phone']}: {shop.phone}", shop.tax_id)
        if line
    ]
    strips += [gap("line"), ends("CASH BILL", f"No. {receipt.number}", 12, bold=True)]
    strips += [ends(f"{shop.words['cashier']}: {receipt.cashier}", stamp(receipt), 9), gap("line")]
    heads = ["No", *(shop.words[term] for term in ("item", "quantity", "price", "amount"))]
    rows = [heads]
    for number, item in enumerate(receipt.items, start=1):
        count = print_quantity(item.quantity, shop.numbers)
        rows.append([str(number), item.description, count, shop.amount(item.unit_price), shop.amount(item.line_total)])
    for number, row in enumerate(rows):
        places = ((0, "left"), (0.07, "left"), (0.62, "right"), (0.8, "right"), (1, "right"))
        cells = tuple((place, align, text) for (place, align), text in zip(places, row, strict=True))
        strips += [Strip(cells, 9, bold=number == 0), gap("line")]  # type: ignore[arg-type]  # align is a literal of the tuple above
    strips += [*sums(receipt, 9), gap(), ends(shop.words["returns"], "............................", 8)]
    return draw_strips(strips, 400, "Helvetica", margin=24)
