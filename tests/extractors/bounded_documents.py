"""A page from lines of text; columns are set apart by two blanks or more, as on the page."""

from ocr.document import Document, Page, Word

INVOICE = """
Northwind Supplies Ltd              INVOICE
14 Harbour Road                     Invoice No:  NW-2041/7
Bristol BS1 4RR                     Invoice date:  03/04/2024

Description          Qty  Unit price  Amount
Copper pipe 15 mm    4    2.50        10.00
Brass elbow          3    1.20        9.60

Net total                             13.60
VAT 20 %                              2.72
Amount due                            GBP 16.32
Payment received with thanks
"""


def document(text: str = INVOICE) -> Document:
    """Each character is 5 wide, each line 12 high."""
    words = []
    for row, line in enumerate(text.strip("\n").splitlines()):
        column = 0
        for part in line.split(" "):
            if part:
                x, y = column * 5.0, row * 12.0
                words.append(Word(part, x, y, x + 5.0 * len(part), y + 10.0))
            column += len(part) + 1
    return Document((Page.of(1, 400, 400, words),), "0" * 64)
