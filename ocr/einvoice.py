"""Structured e-invoices: the XML inside a Factur-X, ZUGFeRD or XRechnung PDF, or an XML file of its own.

Both syntaxes of EN 16931 are read, UN/CEFACT CII (also in the older names of ZUGFeRD 1.0) and OASIS UBL, by two tables
of paths to the same field names. The XML is what the seller's system states, so it is a source of its own, to be
compared with the printed page; nothing here looks at the page.

Paths follow the bindings of EN 16931-3-2 (UBL) and -3-3 (CII); `BT-…` are the business terms of EN 16931-1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pypdfium2 as pdfium
from lxml import etree  # type: ignore[import-untyped]

from ocr.errors import BrokenDocumentError, TooLargeError
from ocr.options import DEFAULTS, ReadOptions
from ocr.pdf import opened

Syntax = Literal["cii", "ubl"]
Element = Any  # lxml has no types
Paths = Mapping[str, tuple[str, ...]]
"""Field name to the paths where it may stand, the best first. `@name` at the end is an attribute."""

MOST_XML = 20_000_000
"""Bytes of XML; real invoices have 5 to 500 thousand."""


@dataclass(frozen=True, slots=True)
class EmbeddedInvoice:
    """What the XML states. Dates are ISO 8601, amounts as written; a field that is not stated is missing."""

    fields: dict[str, str]
    line_items: list[dict[str, str]]
    syntax: Syntax
    profile: str
    """The guideline identifier (BT-24), such as `urn:cen.eu:en16931:2017`; empty where none is given."""


def embedded_invoice(path: Path, options: ReadOptions = DEFAULTS) -> EmbeddedInvoice | None:
    """The invoice in a PDF's attachments or in an XML file; None where there is none.

    Raises ReadError for a PDF that cannot be opened and for damaged or unsafe invoice XML, and OSError.
    """
    if path.stat().st_size > options.max_bytes:
        raise TooLargeError(f"larger than {options.max_bytes / 1e6:.0f} MB; split the file or raise max_bytes")
    data = path.read_bytes()
    if b"%PDF-" not in data[:1024]:
        return parse_invoice(data) if looks_like_xml(data) else None
    with opened(data, options) as document:
        for xml in _attachments(document):
            invoice = parse_invoice(xml)
            if invoice is not None:
                return invoice
    return None


def looks_like_xml(data: bytes) -> bool:
    """Does the file begin like XML in UTF-8 or UTF-16?"""
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0")
    return start.startswith(b"<")


def parse_invoice(xml: bytes) -> EmbeddedInvoice | None:
    """An invoice from its XML; None for other XML. Raises BrokenDocumentError where it is damaged or unsafe."""
    root = _root(xml)
    if root.tag == "CrossIndustryInvoice":
        return EmbeddedInvoice(
            _fields(root, CII), _lines(root, CII_LINE, CII_COLUMNS), "cii", _first(root, CII_PROFILE)
        )
    if root.tag in ("Invoice", "CreditNote"):
        lines = _lines(root, UBL_LINE, UBL_COLUMNS)
        return EmbeddedInvoice(_fields(root, UBL), lines, "ubl", _first(root, ("CustomizationID",)))
    return None


def _attachments(document: pdfium.PdfDocument) -> Iterator[bytes]:
    """XML files attached to a PDF, the names that the standards give them first."""
    files = [document.get_attachment(index) for index in range(document.count_attachments())]
    named = [(file.get_name().lower(), file) for file in files]
    for name, file in sorted(named, key=lambda pair: (pair[0] not in NAMES, pair[0])):
        if name.endswith(".xml"):
            try:
                yield bytes(file.get_data())
            except pdfium.PdfiumError as error:
                raise BrokenDocumentError("the PDF's attached invoice is damaged; export the PDF again") from error


def _root(xml: bytes) -> Element:
    """The root, all names without namespaces and in the words of CII 100. No DTD, no entities, no network."""
    if len(xml) > MOST_XML:
        raise TooLargeError(f"the invoice XML is larger than {MOST_XML / 1e6:.0f} MB; ask the sender for a new file")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenDocumentError("the invoice XML is damaged; ask the sender for a new file") from error
    if root.getroottree().docinfo.doctype:
        raise BrokenDocumentError("the invoice XML declares a document type, which may be an attack; remove it")
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        element.tag = ZUGFERD_1.get(name, name)
    return root


def _fields(root: Element, paths: Paths) -> dict[str, str]:
    found = {name: _first(root, places) for name, places in paths.items()}
    tax = _in_currency(root, paths["tax_total"], found["currency"])
    return {name: value for name, value in {**found, "tax_total": tax}.items() if value}


def _lines(root: Element, line: tuple[str, ...], columns: Paths) -> list[dict[str, str]]:
    rows = [
        {name: _first(item, places) for name, places in columns.items()} for path in line for item in root.findall(path)
    ]
    return [{name: value for name, value in row.items() if value} for row in rows]


def _first(element: Element, paths: tuple[str, ...]) -> str:
    return next((value for path in paths for value in _values(element, path)), "")


def _in_currency(root: Element, paths: tuple[str, ...], currency: str) -> str:
    """The tax total in the invoice's currency: a second one may be given in the currency of the tax office (BT-111)."""
    nodes = [node for path in paths for node in root.findall(path)]
    same = [node for node in nodes if node.get("currencyID", currency) == currency]
    return next((_text(node) for node in same or nodes), "")


def _values(element: Element, path: str) -> Iterator[str]:
    place, _, attribute = path.partition("/@")
    for node in element.findall(place):
        value = node.get(attribute, "").strip() if attribute else _text(node)
        if value:
            yield value


def _text(node: Element) -> str:
    """The element's text on one line; dates of CII's format 102 as ISO 8601."""
    text = " ".join((node.text or "").split())
    if node.tag == "DateTimeString" and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text[:10] if node.tag == "DateTime" else text


NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")

ZUGFERD_1 = {
    "CrossIndustryDocument": "CrossIndustryInvoice",
    "SpecifiedExchangedDocumentContext": "ExchangedDocumentContext",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "SpecifiedTradeSettlementHeaderMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
    "SpecifiedTradeSettlementLineMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
    "RateApplicablePercent": "ApplicablePercent",
}
"""Names of ZUGFeRD 1.0 and of CII 100 for the same thing, brought to one."""

_DEAL = "SupplyChainTradeTransaction/"
_AGREED = _DEAL + "ApplicableHeaderTradeAgreement/"
_SETTLED = _DEAL + "ApplicableHeaderTradeSettlement/"
_SUMS = _SETTLED + "SpecifiedTradeSettlementMonetarySummation/"
_MEANS = _SETTLED + "SpecifiedTradeSettlementPaymentMeans/"
_TERMS = _SETTLED + "SpecifiedTradePaymentTerms/"


def _cii_party(role: str, party: str) -> dict[str, tuple[str, ...]]:
    place = f"{_AGREED}{party}/"
    return {
        f"{role}_name": (place + "Name",),
        f"{role}_vat_id": (place + "SpecifiedTaxRegistration/ID[@schemeID='VA']",),
        f"{role}_street": (place + "PostalTradeAddress/LineOne",),
        f"{role}_postcode": (place + "PostalTradeAddress/PostcodeCode",),
        f"{role}_city": (place + "PostalTradeAddress/CityName",),
        f"{role}_country": (place + "PostalTradeAddress/CountryID",),
    }


CII_PROFILE = ("ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",)
CII: Paths = {
    "invoice_number": ("ExchangedDocument/ID",),
    "type_code": ("ExchangedDocument/TypeCode",),
    "issue_date": ("ExchangedDocument/IssueDateTime/DateTimeString",),
    "currency": (_SETTLED + "InvoiceCurrencyCode",),
    **_cii_party("seller", "SellerTradeParty"),
    "seller_tax_number": (_AGREED + "SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='FC']",),
    **_cii_party("buyer", "BuyerTradeParty"),
    "customer_id": (_AGREED + "BuyerTradeParty/ID",),
    "order_reference": (
        _AGREED + "BuyerOrderReferencedDocument/IssuerAssignedID",
        _AGREED + "BuyerOrderReferencedDocument/ID",
    ),
    "delivery_date": (
        _DEAL + "ApplicableHeaderTradeDelivery/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString",
    ),
    "due_date": (_TERMS + "DueDateDateTime/DateTimeString",),
    "payment_terms": (_TERMS + "Description",),
    "iban": (_MEANS + "PayeePartyCreditorFinancialAccount/IBANID",),
    "bic": (_MEANS + "PayeeSpecifiedCreditorFinancialInstitution/BICID",),
    "line_total": (_SUMS + "LineTotalAmount",),
    "net_total": (_SUMS + "TaxBasisTotalAmount",),
    "tax_total": (_SUMS + "TaxTotalAmount",),
    "grand_total": (_SUMS + "GrandTotalAmount",),
    "prepaid": (_SUMS + "TotalPrepaidAmount",),
    "amount_due": (_SUMS + "DuePayableAmount",),
}
CII_LINE = (_DEAL + "IncludedSupplyChainTradeLineItem",)
CII_COLUMNS: Paths = {
    "position": ("AssociatedDocumentLineDocument/LineID",),
    "code": ("SpecifiedTradeProduct/SellerAssignedID",),
    "gtin": ("SpecifiedTradeProduct/GlobalID[@schemeID='0160']", "SpecifiedTradeProduct/GlobalID[@schemeID='0088']"),
    "description": ("SpecifiedTradeProduct/Name",),
    "description_long": ("SpecifiedTradeProduct/Description",),
    "quantity": ("SpecifiedLineTradeDelivery/BilledQuantity",),
    "unit_code": ("SpecifiedLineTradeDelivery/BilledQuantity/@unitCode",),
    "unit_price": ("SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",),
    "gross_unit_price": ("SpecifiedLineTradeAgreement/GrossPriceProductTradePrice/ChargeAmount",),
    "line_total": ("SpecifiedLineTradeSettlement/SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",),
    "tax_rate": ("SpecifiedLineTradeSettlement/ApplicableTradeTax/ApplicablePercent",),
}


def _ubl_party(role: str, party: str) -> dict[str, tuple[str, ...]]:
    place = f"{party}/Party/"
    return {
        f"{role}_name": (place + "PartyLegalEntity/RegistrationName", place + "PartyName/Name"),
        f"{role}_vat_id": (place + "PartyTaxScheme/TaxScheme[ID='VAT']/../CompanyID",),
        f"{role}_street": (place + "PostalAddress/StreetName",),
        f"{role}_postcode": (place + "PostalAddress/PostalZone",),
        f"{role}_city": (place + "PostalAddress/CityName",),
        f"{role}_country": (place + "PostalAddress/Country/IdentificationCode",),
    }


UBL: Paths = {
    "invoice_number": ("ID",),
    "type_code": ("InvoiceTypeCode", "CreditNoteTypeCode"),
    "issue_date": ("IssueDate",),
    "due_date": ("DueDate", "PaymentMeans/PaymentDueDate"),
    "currency": ("DocumentCurrencyCode",),
    **_ubl_party("seller", "AccountingSupplierParty"),
    "seller_tax_number": tuple(
        f"AccountingSupplierParty/Party/PartyTaxScheme/TaxScheme[ID='{scheme}']/../CompanyID"
        for scheme in ("FC", "LOC", "TAX")
    ),
    **_ubl_party("buyer", "AccountingCustomerParty"),
    "customer_id": ("AccountingCustomerParty/Party/PartyIdentification/ID",),
    "order_reference": ("OrderReference/ID",),
    "delivery_date": ("Delivery/ActualDeliveryDate",),
    "payment_terms": ("PaymentTerms/Note",),
    "iban": ("PaymentMeans/PayeeFinancialAccount/ID",),
    "bic": ("PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID",),
    "line_total": ("LegalMonetaryTotal/LineExtensionAmount",),
    "net_total": ("LegalMonetaryTotal/TaxExclusiveAmount",),
    "tax_total": ("TaxTotal/TaxAmount",),
    "grand_total": ("LegalMonetaryTotal/TaxInclusiveAmount",),
    "prepaid": ("LegalMonetaryTotal/PrepaidAmount",),
    "amount_due": ("LegalMonetaryTotal/PayableAmount",),
}
UBL_LINE = ("InvoiceLine", "CreditNoteLine")
UBL_COLUMNS: Paths = {
    "position": ("ID",),
    "code": ("Item/SellersItemIdentification/ID",),
    "gtin": ("Item/StandardItemIdentification/ID[@schemeID='0160']",),
    "description": ("Item/Name",),
    "description_long": ("Item/Description",),
    "quantity": ("InvoicedQuantity", "CreditedQuantity"),
    "unit_code": ("InvoicedQuantity/@unitCode", "CreditedQuantity/@unitCode"),
    "unit_price": ("Price/PriceAmount",),
    "gross_unit_price": ("Price/AllowanceCharge/BaseAmount",),
    "line_total": ("LineExtensionAmount",),
    "tax_rate": ("Item/ClassifiedTaxCategory/Percent",),
}
