"""Made-up bills for the drift bench and the repair test: vendors, each with its layout, and what can change.

A change is one of `CHANGES`; each names what should be blamed, a field or the document as a whole. One more,
`relayout`, is for repairs: the total moves, and another amount takes its place.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ocr.document import Document, Page, Word

SPEC = """kind: document
name: bill
fields:
  bill_number: {type: identifier, labels: [Bill number, Reference, Document no], required: true}
  bill_date: {type: date, labels: [Issued, Billing date, Date], required: true}
  vendor: {type: party}
  total: {type: money, labels: [Amount due, To pay, Total], required: true}
  currency: {type: enum, values: [EUR, USD, GBP, CHF]}
"""
VENDORS = ("Alder Supply Ltd", "Brook Textiles Ltd", "Cedar Optics Ltd", "Dune Ceramics Ltd", "Elm Bearings Ltd",
           "Frost Cooling Ltd")  # fmt: skip
NEWCOMERS = ("Gale Instruments Ltd", "Heath Packaging Ltd")
GOODS = ("Rope", "Valve", "Panel", "Hinge", "Lamp", "Spool", "Clamp", "Gasket", "Cover", "Bracket")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Style:
    """How a vendor prints."""

    number: str
    day: str
    total: str
    date_form: str
    flipped: bool
    greeting: str
    moved: bool = False
    """The total stands in the head, where it was there is the balance of the account, a larger amount, and neither tax
    nor the amount before it is printed, so that no sum tells them apart."""


STYLES = (
    Style("Bill number", "Issued", "Amount due", "iso", False, "Thank you for your order with us"),
    Style("Reference", "Billing date", "To pay", "dotted", True, "Please transfer within thirty days"),
    Style("Document no", "Date", "Total", "named", False, "Goods remain our property until paid"),
)
NEW_STYLE = Style("Our ticket", "Made out on", "Sum payable", "iso", True, "Kindly settle this statement soon")
CHANGES: dict[str, str] = {
    "new_vendor": "document",
    "ocr_blur": "document",
    "label_renamed": "total",
    "date_format": "bill_date",
    "currency_added": "currency",
    "quiet": "",
}


@dataclass(frozen=True)
class Bill:
    """A document with its truth."""

    document: Document
    fields: dict[str, str | None]
    vendor: str


def make_bill(chance: random.Random, change: str = "quiet") -> Bill:
    """One bill, drawn with `chance`, as the stream looks once `change` has happened."""
    place = chance.randrange(len(VENDORS))
    vendor, style = VENDORS[place], STYLES[place % len(STYLES)]
    currency = chance.choice(("EUR", "EUR", "USD"))
    if change == "new_vendor" and chance.random() < 0.3:
        vendor, style = chance.choice(NEWCOMERS), NEW_STYLE
    elif change == "relayout":
        style = replace(style, total="Settlement figure", moved=True)
    elif change == "label_renamed":
        style = replace(style, total="Settlement figure")
    elif change == "date_format":
        style = replace(style, date_form="slashed")
    elif change == "currency_added" and chance.random() < 0.3:
        currency = "CHF"
    return _bill(chance, vendor, style, currency, blur=change == "ocr_blur")


def _bill(chance: random.Random, vendor: str, style: Style, currency: str, blur: bool) -> Bill:
    day = date(2025, 1, 1) + timedelta(days=chance.randrange(500))
    number = f"{chance.choice('KLMN')}-{chance.randrange(10_000, 99_999)}"
    rows = [(chance.choice(GOODS), chance.randrange(1, 9), chance.randrange(200, 9_900) / 100)
            for _ in range(chance.randrange(2, 6))]  # fmt: skip
    total = sum(count * price for _, count, price in rows)
    head = [f"{style.number:<22}{number}", f"{style.day:<22}{_date(day, style.date_form)}"]
    head += [f"{style.total:<22}{total:.2f}"] if style.moved else []
    lines = [vendor, f"{chance.randrange(1, 99)} Harbour Road", "", *(reversed(head) if style.flipped else head), ""]
    lines += [f"{'Article':<20}{'Count':>8}{'Each':>12}{'Sum':>12}"]
    lines += [f"{goods:<20}{count:>8}{price:>12.2f}{count * price:>12.2f}" for goods, count, price in rows]
    net = total / 1.2
    parts = [f"{'Before tax':<40}{net:>12.2f}", f"{'Tax':<40}{total - net:>12.2f}"]
    lines += ["", *([] if style.moved else parts)]
    balance = total + chance.randrange(10_000, 900_000) / 100
    last = f"{'Total of your account':<40}{balance:>12.2f}" if style.moved else f"{style.total:<40}{total:>12.2f}"
    lines += [f"{last} {currency}", "", style.greeting]
    document = Document.from_text("\n".join(lines) + "\n")
    fields: dict[str, str | None] = {
        "bill_number": number, "bill_date": day.isoformat(), "vendor": vendor, "total": f"{total:.2f}",
        "currency": currency,
    }  # fmt: skip
    return Bill(_blurred(document, chance) if blur else document, fields, vendor)


def _date(day: date, form: str) -> str:
    if form == "iso":
        return day.isoformat()
    if form == "dotted":
        return f"{day:%d.%m.%Y}"
    if form == "named":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day:%y/%j}"


def _blurred(document: Document, chance: random.Random) -> Document:
    """As a bad scan reads: one letter in twelve taken for another, and words the engine is less sure of."""
    page = document.pages[0]
    words = [
        Word(
            "".join(chance.choice("il1o0se5") if chance.random() < 0.08 else letter for letter in word.text),
            word.x0, word.y0, word.x1, word.y1, chance.uniform(0.35, 0.9),
        )
        for word in page.words
    ]  # fmt: skip
    made = Document((Page.of(1, page.width, page.height, words, page.source),))
    return Document.from_json(made.to_json())
