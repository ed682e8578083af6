"""The generator gives the same bytes for the same seed, and documents on which nothing overlaps."""

import json
import random
from itertools import islice
from pathlib import Path

import pypdfium2
import pytest

from benchmarks.synthetic.ad_buys import make_ad_buy, stations
from benchmarks.synthetic.degrade import fax_tiff, page_images, scan_jpeg, scan_pdf
from benchmarks.synthetic.generate import KINDS, generate
from benchmarks.synthetic.invoices import make_invoice
from benchmarks.synthetic.layouts.invoice import LAYOUTS
from benchmarks.synthetic.layouts.receipt import LAYOUTS as RECEIPT_LAYOUTS
from benchmarks.synthetic.receipts import make_receipt, shops
from benchmarks.synthetic.render import draw_invoice, render_ad_buy, render_invoice
from benchmarks.synthetic.vendors import vendors
from ocr.document import Document, Page, Word

SPECS = Path(__file__).parents[3] / "specs"
SHIPPED = {
    "invoice": SPECS / "invoice/golden",
    "invoice-inbox": SPECS / "invoice/inbox",
    "receipt": SPECS / "receipt/golden",
    "ad_buy": SPECS / "ad_buy/golden",
    "chart": SPECS / "prior_auth_glp1/golden",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_same_seed_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert generate(kind, tmp_path / name, 6, seed=3) == 6
    assert generate(kind, tmp_path / "other", 6, seed=4) == 6
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert contents(tmp_path / "first") != contents(tmp_path / "other")


@pytest.mark.parametrize("scan", [scan_jpeg, scan_pdf, fax_tiff])
def test_scans_are_deterministic_and_damaged(scan) -> None:  # type: ignore[no-untyped-def]
    pdf = render_invoice(make_invoice(vendors(inbox=False)[0], 0, 7)).pdf
    first, second = (scan(pdf, random.Random(5)) for _ in range(2))
    assert first == second
    assert first != scan(pdf, random.Random(6))


def test_a_scanned_pdf_has_no_text_layer() -> None:
    pdf = render_invoice(make_invoice(vendors(inbox=False)[0], 1, 7)).pdf
    scanned = pypdfium2.PdfDocument(scan_pdf(pdf, random.Random(5)))
    assert len(scanned) == len(pypdfium2.PdfDocument(pdf)) == 2
    assert all(page.get_textpage().get_text_range() == "" for page in scanned)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_shipped_labels_come_from_this_generator(kind: str, tmp_path: Path) -> None:
    generate(kind, tmp_path, 8)
    made = (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    shipped = (SHIPPED[kind] / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    assert made == list(islice(shipped, len(made)))


def test_a_folder_is_replaced_not_mixed(tmp_path: Path) -> None:
    generate("ad_buy", tmp_path, 5)
    generate("ad_buy", tmp_path, 2)
    lines = (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    names = {f"documents/{path.name}" for path in (tmp_path / "documents").iterdir()}
    assert names == {json.loads(line)["document"] for line in lines}
    assert len(names) == 2


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_nothing_overlaps_on_invoices(index: int) -> None:
    sellers = (*vendors(inbox=False), *vendors(inbox=True))
    assert {vendor.layout for vendor in sellers} == set(LAYOUTS)
    for vendor in sellers:
        assert faults(draw_invoice(make_invoice(vendor, index, 7)).document()) == [], vendor.layout


def test_nothing_overlaps_on_receipts() -> None:
    assert {shop.layout for shop in shops()} == set(RECEIPT_LAYOUTS)
    for place, shop in enumerate(shops()):
        sheet = RECEIPT_LAYOUTS[shop.layout].draw(make_receipt(shop, place % 4, 7))
        assert faults(sheet.document()) == [], shop.layout


@pytest.mark.parametrize("index", [0, 1])
def test_nothing_overlaps_on_ad_buys(index: int) -> None:
    for station in stations():
        assert faults(render_ad_buy(make_ad_buy(station, index, 7)).document()) == [], station.layout


def test_the_words_of_a_sheet_are_the_words_of_its_pdf() -> None:
    for vendor in vendors(inbox=False)[::5]:
        paper = draw_invoice(make_invoice(vendor, 1, 7))
        drawn = paper.document()
        pages = pypdfium2.PdfDocument(paper.pdf())
        assert len(drawn.pages) == len(pages)
        for page, read in zip(drawn.pages, pages, strict=True):
            words = sorted(word.text for word in page.words)
            assert sorted(read.get_textpage().get_text_range().split()) == words


def test_page_images_have_the_size_asked_for() -> None:
    pdf = render_invoice(make_invoice(vendors(inbox=False)[0], 0, 7)).pdf
    (image,) = page_images(pdf, 100)
    assert image.mode == "L"
    assert abs(image.width - 827) <= 1  # 210 mm at 100 dots an inch
    assert abs(image.height - 1169) <= 2


def faults(document: Document) -> list[str]:
    """Words that stand outside their page, or on top of each other by more than a point."""
    found = []
    for page in document.pages:
        words = sorted(page.words, key=lambda word: word.y0)
        found += [word.text for word in words if outside(page, word)]
        for place, word in enumerate(words):
            for other in words[place + 1 :]:
                if other.y0 > word.y1 - 1.2:
                    break
                if min(word.x1, other.x1) - max(word.x0, other.x0) > 0.6:
                    found.append(f"{word.text} on {other.text}")
    return found


def outside(page: Page, word: Word) -> bool:
    return word.x0 < 8 or word.x1 > page.width - 8 or word.y0 < 2 or word.y1 > page.height - 2
