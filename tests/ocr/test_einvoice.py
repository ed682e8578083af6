"""E-invoices written by an independent library (factur-x) from one set of terms, read back from both syntaxes."""

import copy
import datetime
from pathlib import Path

import facturx
import pytest

from ocr.einvoice import EmbeddedInvoice, embedded_invoice, parse_invoice
from ocr.errors import BrokenDocumentError, ReadError
from tests.ocr.papers import pdf

TERMS = {
    "BT-1": "INV-7001",
    "BT-2": datetime.date(2026, 3, 9),
    "BT-3": "380",
    "BT-5": "EUR",
    "BT-9": datetime.date(2026, 4, 8),
    "BT-13": "PO-55",
    "BT-20": "30 days net",
    "BT-24": "urn:cen.eu:en16931:2017",
    "BG-4": {
        "name": "Blechwerk Süd GmbH",
        "vat_identifier": "DE136695976",
        "tax_identifier": "201/113/40209",
        "addr_l1": "Amselweg 4",
        "postcode": "80331",
        "city": "München",
        "country_code": "DE",
    },
    "BG-7": {
        "name": "Ateliers Réunis SARL",
        "identifiers": {"": "K-4711"},
        "addr_l1": "12 rue des Lilas",
        "postcode": "69003",
        "city": "Lyon",
        "country_code": "FR",
    },
    "BT-72": datetime.date(2026, 3, 5),
    "BT-81": "58",
    "BT-84": "DE02120300000000202051",
    "BT-86": "BYLADEM1001",
    "BT-106": "300.00",
    "BT-109": "300.00",
    "BT-110": "57.00",
    "BT-112": "357.00",
    "BT-113": "7.00",
    "BT-115": "350.00",
    "BG-23": [{"BT-116": "300.00", "BT-117": "57.00", "BT-118": "S", "BT-119": "19.00"}],
    "BG-25": [
        {
            "BT-126": "1",
            "BT-129": "3",
            "BT-130": "C62",
            "BT-131": "300.00",
            "BT-146": "100.00",
            "BT-151": "S",
            "BT-152": "19.00",
            "BT-153": "Blech, verzinkt",
            "BT-154": "2 mm stark",
            "BT-155": "B-200",
            "BT-157": "4123456000014",
            "BT-157-1": "0160",
        }
    ],
}

FIELDS = {
    "invoice_number": "INV-7001",
    "type_code": "380",
    "issue_date": "2026-03-09",
    "due_date": "2026-04-08",
    "currency": "EUR",
    "seller_name": "Blechwerk Süd GmbH",
    "seller_vat_id": "DE136695976",
    "seller_tax_number": "201/113/40209",
    "seller_street": "Amselweg 4",
    "seller_postcode": "80331",
    "seller_city": "München",
    "seller_country": "DE",
    "buyer_name": "Ateliers Réunis SARL",
    "buyer_street": "12 rue des Lilas",
    "buyer_postcode": "69003",
    "buyer_city": "Lyon",
    "buyer_country": "FR",
    "customer_id": "K-4711",
    "order_reference": "PO-55",
    "delivery_date": "2026-03-05",
    "payment_terms": "30 days net",
    "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
    "line_total": "300.00",
    "net_total": "300.00",
    "tax_total": "57.00",
    "grand_total": "357.00",
    "prepaid": "7.00",
    "amount_due": "350.00",
}
LINE = {
    "position": "1",
    "code": "B-200",
    "gtin": "4123456000014",
    "description": "Blech, verzinkt",
    "description_long": "2 mm stark",
    "quantity": "3",
    "unit_code": "C62",
    "unit_price": "100.00",
    "line_total": "300.00",
    "tax_rate": "19.00",
}


def cii() -> bytes:
    return _xml(facturx.generate_cii_xml(copy.deepcopy(TERMS), check_schematron=False))


def ubl() -> bytes:
    return _xml(facturx.generate_ubl_xml(copy.deepcopy(TERMS), check_schematron=False))


def _xml(made: object) -> bytes:
    xml = made[0] if isinstance(made, tuple) else made
    assert isinstance(xml, bytes)
    return xml


def as_zugferd_1(xml: bytes) -> bytes:
    """The CII invoice in the element names of ZUGFeRD 1.0."""
    for new, old in (
        ("CrossIndustryInvoice", "CrossIndustryDocument"),
        ("ExchangedDocumentContext>", "SpecifiedExchangedDocumentContext>"),
        ("rsm:ExchangedDocument>", "rsm:HeaderExchangedDocument>"),
        ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction"),
        ("ApplicableHeaderTrade", "ApplicableSupplyChainTrade"),
        ("SpecifiedLineTrade", "SpecifiedSupplyChainTrade"),
        ("SettlementHeaderMonetary", "SettlementMonetary"),
        ("SettlementLineMonetary", "SettlementMonetary"),
        ("RateApplicablePercent", "ApplicablePercent"),
        ("IssuerAssignedID", "ID"),
    ):
        xml = xml.replace(new.encode(), old.encode())
    return xml


@pytest.mark.parametrize(("made", "syntax"), [(cii, "cii"), (ubl, "ubl"), (lambda: as_zugferd_1(cii()), "cii")])
def test_every_term_is_read_from_every_syntax(made, syntax: str) -> None:
    invoice = parse_invoice(made())
    assert invoice == EmbeddedInvoice(FIELDS, [LINE], syntax, "urn:cen.eu:en16931:2017")


def test_the_invoice_inside_a_pdf_and_a_file_of_its_own_are_the_same(tmp_path: Path) -> None:
    hybrid = tmp_path / "hybrid.pdf"
    page = pdf([[(40, 200, "Rechnung INV-7001")]])
    hybrid.write_bytes(facturx.generate_from_binary(page, cii(), check_xsd=False))
    bare = tmp_path / "bare.xml"
    bare.write_bytes(cii())
    inside = embedded_invoice(hybrid)
    assert inside is not None
    assert inside.fields == FIELDS
    assert embedded_invoice(bare) == inside


def test_a_missing_term_is_missing_and_other_documents_have_none(tmp_path: Path) -> None:
    invoice = parse_invoice(cii().replace(b"IBANID", b"OtherID"))
    assert invoice is not None
    assert "iban" not in invoice.fields
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(pdf([[(40, 200, "no attachment")]]))
    assert embedded_invoice(plain) is None
    picture = tmp_path / "note.txt"
    picture.write_text("a note")
    assert embedded_invoice(picture) is None
    assert parse_invoice(b"<catalogue><ID>1</ID></catalogue>") is None


def test_the_tax_total_is_the_one_in_the_currency_of_the_invoice() -> None:
    total = b'<ram:TaxTotalAmount currencyID="EUR">57.00</ram:TaxTotalAmount>'
    xml = cii()
    assert total in xml
    other = b'<ram:TaxTotalAmount currencyID="SEK">640.00</ram:TaxTotalAmount>'
    invoice = parse_invoice(xml.replace(total, other + total))
    assert invoice is not None
    assert invoice.fields["tax_total"] == "57.00"


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>&b;</ID></Invoice>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>&x;</ID></Invoice>"""


@pytest.mark.parametrize("xml", [ENTITIES, FILE, b"<Invoice><ID>1", b"<" * 1000, b"<a>" * 5000])
def test_unsafe_and_damaged_xml_is_refused(xml: bytes) -> None:
    with pytest.raises(BrokenDocumentError) as caught:
        parse_invoice(xml)
    assert "root:" not in str(caught.value)


def test_a_damaged_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(pdf([[(40, 200, "x")]])[:300])
    with pytest.raises(ReadError):
        embedded_invoice(path)
