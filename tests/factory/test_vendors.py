"""What examples say of their vendors."""

from pathlib import Path

from factory.folds import group_names
from factory.golden import Example, Label
from factory.spec import DocumentSpec, parse_spec
from factory.vendors import habits_of, learn_vendors, slips, whole
from ocr.document import Document

SPEC = """kind: document
name: bill
vendor_field: seller
fields:
  seller: {type: party}
  address: {type: address}
  buyer: {type: party}
  day: {type: date}
"""
ADDRESSES = {"Northwind Trading": "1 Quay Road", "Southsea Imports": "2 Bay View", "Eastgate Supplies": "3 Elm Row"}


def spec() -> DocumentSpec:
    found = parse_spec(SPEC)
    assert isinstance(found, DocumentSpec)
    return found


def labels() -> list[Label]:
    return [
        Label(
            Path(f"{seller}-{day}.txt"),
            {"seller": seller, "address": address, "buyer": "We Ourselves", "day": f"2024-01-{day:02}"},
        )
        for seller, address in ADDRESSES.items()
        for day in range(1, 5)
    ]


def test_what_identifies_a_vendor() -> None:
    """Its address; not the buyer, who is the same on every document, and not the day, which is another each time."""
    assert habits_of(spec(), labels()) == {"address": "address"}


def test_vendors_are_learned_with_their_habits() -> None:
    found = learn_vendors(spec(), labels()[:6], {"address": "address"})
    assert found is not None and list(found.known) == ["northwindtrading", "southseaimports"]
    assert found.known["southseaimports"].examples == 2
    assert found.known["southseaimports"].habits == {"address": {"2bayview": 2}}


def test_prints_of_one_name_are_one_vendor() -> None:
    names = ["Northwind Trading", "NORTHWIND TRADING.", "Northwnd Trading", "Southsea Imports", "Branch 12 Northwind"]
    assert len(set(whole(names))) == 3 and len(set(whole(names)[:3])) == 1
    assert len(set(whole(["Northwind Shop 1", "Northwind Shop 2"]))) == 2  # a number makes another name


def test_documents_without_a_vendor_stay_apart() -> None:
    none = [Label(Path(f"scan page {letter}.txt"), {"seller": None}) for letter in "ab"]
    examples = [Example(label, Document.from_text("")) for label in (*none, *labels()[:5])]
    assert len(set(group_names(spec(), examples))) == 4


def test_a_label_that_its_page_does_not_print_is_a_slip() -> None:
    right, wrong = "1 Quay Road, Harwich", "1 Quay Roed, Harwich"
    page = {"1quayroadharwich"}
    found = list(slips("address", [right, right, wrong, wrong.replace("1", "7")], [page] * 4))
    assert found == [frozenset(), frozenset(), frozenset(page), frozenset()]
    assert not any(slips("address", [right, right, wrong], [page, page, {"1quayroedharwich"}]))
    assert not any(slips("address", [right, wrong], [page] * 2))  # one against one proves nothing
