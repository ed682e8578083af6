"""Whose document it is, and how many examples speak for its answers."""

import json
from dataclasses import replace

from extractors.candidate import Candidate
from extractors.decide import Decision
from extractors.extract import finish, to_fields
from extractors.familiar import ABSENT, Vendor, Vendors, key_of
from extractors.model import ExtractorModel, Familiar, FieldModel, Trust
from extractors.rank import Ranked
from ocr.document import Document

VENDORS = Vendors(
    "seller",
    "party",
    {"address": "address"},
    {
        "northwindltd": Vendor(12, {"address": {"1quayroad": 9, "7hilllane": 1}}),
        "southseainc": Vendor(3, {"address": {"2bayview": 3}}),
    },
)
PAGE = Document.from_text("Northwind Ltd\n1 Quay Road\nTotal 12.00")
EVEN = ((0.0, 0.0), (1.0, 1.0))
STRANGER = FieldModel("party", {}, threshold=None)
KNOWN = Trust(((0.0, 0.5), (1.0, 1.0)), 0.9)


def answers(seller: str | None, address: str | None) -> dict[str, str | None]:
    return {"seller": seller, "address": address, "total": "12.00"}


def test_name_and_address_of_one_vendor_are_known() -> None:
    assert VENDORS.support(answers("NORTHWIND, Ltd.", "1, Quay Road")) == {"seller": 9, "address": 9, "total": 9}


def test_a_name_without_the_vendor_s_address_is_a_stranger_s() -> None:
    """A known vendor's name that stands on a stranger's page, as its buyer or by design."""
    none = {"seller": 0, "address": 0, "total": 0}
    assert VENDORS.support(answers("Northwind Ltd", "44 Elm Street")) == none
    assert VENDORS.support(answers("Northwind Ltd", "2 Bay View")) == none  # another vendor's address
    assert VENDORS.support(answers("Eastgate Ltd", "1 Quay Road")) == none
    assert VENDORS.support(answers(None, "1 Quay Road")) == none


def test_one_example_may_be_a_slip() -> None:
    """It tells whose document it is, and is not enough to take the address itself for right."""
    assert VENDORS.support(answers("Northwind Ltd", "7 Hill Lane")) == {"seller": 1, "address": 0, "total": 1}


def test_what_is_missing_tells_no_vendor() -> None:
    vendors = replace(VENDORS, known={"northwindltd": Vendor(4, {"address": {ABSENT: 4}})})
    assert vendors.support(answers("Northwind Ltd", None)) == {"seller": 0, "address": 0, "total": 0}


def test_without_habits_the_name_is_all_there_is() -> None:
    vendors = replace(VENDORS, habits={})
    assert vendors.support(answers("Southsea Inc", "anywhere")) == {"seller": 3, "address": 3, "total": 3}


def test_keys_are_what_two_prints_share() -> None:
    assert key_of("address", "1, Quay Rd.") == key_of("address", "1 QUAY RD")
    assert key_of("identifier", " de 123 ") == key_of("identifier", "DE123")
    assert key_of("money", "1.234,50") == key_of("money", "1,234.50")
    assert key_of("party", None) == ABSENT


def model() -> ExtractorModel:
    field = replace(STRANGER, calibration=EVEN, familiar=Familiar(KNOWN, KNOWN))
    return ExtractorModel({"seller": field, "address": replace(field, kind="address")}, vendors=VENDORS)


def decided(address: str) -> dict[str, Decision]:
    seller = Candidate("party", "Northwind Ltd", "Northwind Ltd", 0, (0, 1))
    place = Candidate("address", address, address, 0, (2, 3, 4))
    ranked = {"seller": Ranked("Northwind Ltd", 0.9, seller, 0), "address": Ranked(address, 0.9, place, 0)}
    return {name: Decision(one, 0.9) for name, one in ranked.items()}


def test_the_familiar_is_accepted_and_says_why() -> None:
    fields = to_fields(PAGE, decided("1 Quay Road"), model())
    assert {found.status for found in fields.values()} == {"found"}
    assert fields["seller"].confidence == 0.95
    assert fields["seller"].explanation == (("vendor known from 9 examples; as a stranger's", 0.9),)
    assert finish(fields, (), model()).doubtful == ()


def test_a_stranger_goes_to_review() -> None:
    fields = to_fields(PAGE, decided("44 Elm Street"), model())
    assert {found.status for found in fields.values()} == {"low_confidence"}
    assert fields["seller"].explanation == () and fields["seller"].confidence == 0.9
    assert finish(fields, (), model()).doubtful == ("seller", "address")


def test_the_artifact_keeps_vendors() -> None:
    text = model().to_json()
    again = ExtractorModel.from_json(text)
    assert again == model() and again.to_json() == text
    assert json.loads(text)["vendors"]["known"]["southseainc"] == {
        "examples": 3,
        "habits": {"address": {"2bayview": 3}},
    }


def test_weights_without_vendors_are_read_as_before() -> None:
    data = json.loads(replace(model(), vendors=None).to_json())
    del data["vendors"]
    for field in data["fields"].values():
        del field["familiar"]
    old = ExtractorModel.from_json(json.dumps(data))
    assert old.vendors is None and old.fields["seller"].familiar is None
