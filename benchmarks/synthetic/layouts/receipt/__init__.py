"""Layouts of receipts: name -> function that draws one on a sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.synthetic.layouts.receipt import bills, tills
from benchmarks.synthetic.layouts.sheet import Sheet
from benchmarks.synthetic.receipts import Receipt


@dataclass(frozen=True)
class ReceiptLayout:
    """How to draw a receipt, and whether its rows show quantity and unit price even for a single piece."""

    draw: Callable[[Receipt], Sheet]
    always_quantity: bool


LAYOUTS: Mapping[str, ReceiptLayout] = {
    "classic": ReceiptLayout(tills.classic, False),
    "barcode": ReceiptLayout(tills.barcode, True),
    "columns": ReceiptLayout(tills.columns, True),
    "modern": ReceiptLayout(tills.modern, False),
    "fuel": ReceiptLayout(bills.fuel, True),
    "table_bill": ReceiptLayout(bills.table_bill, True),
    "cash_bill": ReceiptLayout(bills.cash_bill, True),
}
