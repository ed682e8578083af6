"""Receipts as samples: transcripts with boxes, PDFs, and photographs of thermal paper."""

import random
from collections.abc import Iterator

from benchmarks.synthetic.degrade import scan_jpeg
from benchmarks.synthetic.forms import canonical
from benchmarks.synthetic.layouts.receipt import LAYOUTS
from benchmarks.synthetic.receipts import Item, Receipt, make_receipt, shops
from benchmarks.synthetic.write import Sample, plain, slug

MEDIA = ("words.json", "pdf", "jpg", "words.json")


def receipt_samples(count: int, seed: int) -> Iterator[Sample]:
    """`count` receipts, in turn from all shops."""
    stores = shops()
    for number in range(count):
        index, place = divmod(number, len(stores))
        yield _sample(make_receipt(stores[place], index, seed), index, place, seed)


def _sample(receipt: Receipt, index: int, place: int, seed: int) -> Sample:
    shop = receipt.shop
    layout = LAYOUTS[shop.layout]
    sheet = layout.draw(receipt)
    medium = MEDIA[(index + place) % len(MEDIA)]
    chance = random.Random(f"scan/{seed}/{shop.name}/{index}")  # noqa: S311  # made-up documents, no secrets
    if medium == "words.json":
        content = sheet.document().to_json().encode()
    else:
        content = scan_jpeg(sheet.pdf(), chance) if medium == "jpg" else sheet.pdf()
    fields = {
        "company": shop.name,
        "date": canonical(receipt.day),
        "address": " ".join(shop.address),
        "total": canonical(receipt.total),
    }
    rows = [_row(item, layout.always_quantity, shop.layout) for item in receipt.items]
    extra = {"vendor": shop.name, "layout": shop.layout, "language": shop.language, "scan": medium == "jpg"}
    return Sample(
        f"{slug(shop.name)}-{place:02d}-{index}.{medium}", content, fields, extra | {"country": shop.country}, rows
    )


def _row(item: Item, always: bool, layout: str) -> dict[str, str | None]:
    """The printed cells: most tills say neither quantity nor price of a single piece."""
    several = always or item.quantity != 1
    return {
        "description": item.description,
        "quantity": plain(item.quantity) if several or layout == "modern" else None,
        "unit_price": plain(item.unit_price) if several else None,
        "line_total": plain(item.line_total),
    }
