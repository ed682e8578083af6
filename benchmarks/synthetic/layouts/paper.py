"""A sheet that prints an invoice's values in its vendor's habits and remembers which ones it showed."""

from datetime import date
from decimal import Decimal

from reportlab.lib.pagesizes import A4

from benchmarks.synthetic.forms import print_date, print_money, print_number
from benchmarks.synthetic.layouts.sheet import Sheet
from benchmarks.synthetic.model import Drawn, Invoice, Party, load_data

Pair = tuple[str, str]
META = ("invoice_number", "issue_date", "customer_id", "order_reference", "delivery_date", "due_date")


class Paper(Sheet):
    """`shown` and `columns` grow as values are printed; they decide what the label of the document says."""

    def __init__(self, invoice: Invoice, pages: int, size: tuple[float, float] = A4, font: str = "Helvetica") -> None:
        super().__init__(size, font, pages, title=str(invoice.values["invoice_number"]))
        self.invoice = invoice
        self.vendor = invoice.vendor
        self.shown: set[str] = set()
        self.columns: set[str] = set()

    def finish(self) -> Drawn:
        return Drawn(self.pdf(), self.page, frozenset(self.shown), frozenset(self.columns))

    def term(self, name: str) -> str:
        return self.vendor.words[name]

    def title(self) -> str:
        return self.term("credit_note" if self.invoice.credit else "invoice")

    def label(self, name: str) -> str:
        """What stands beside the value of a header field."""
        if self.invoice.credit and name == "invoice_number":
            return self.term("credit_number")
        if self.invoice.credit and name == "grand_total":
            return self.term("credit_total")
        return self.term({"seller_vat_id": "vat_id", "seller_tax_number": "tax_number"}.get(name, name))

    def value(self, name: str) -> str:
        """The printed form of a header field, which thereby counts as shown."""
        value = self.invoice.values[name]
        self.shown.add(name)
        if isinstance(value, date):
            return print_date(value, self.vendor.dates, self.vendor.language)
        if isinstance(value, Decimal):
            return self.money(value)
        return str(value)

    def has(self, name: str) -> bool:
        return self.invoice.values.get(name) is not None

    def money(self, value: Decimal, style: str | None = None) -> str:
        """An amount as the vendor prints it; a printed currency counts as shown."""
        style = style or self.vendor.money
        if style != "column":
            self.shown.add("currency")
        return print_money(value, self.vendor.numbers, self.vendor.currency, style, self.vendor.negative)

    def rate(self, value: Decimal) -> str:
        places = max(0, -int(value.normalize().as_tuple().exponent))
        return print_number(value, self.vendor.numbers, places)

    def meta(self, *more: str) -> list[Pair]:
        """Label and value of the reference fields, in the vendor's order, then of the fields `more`."""
        names = list(META)
        own = self.vendor.chance("meta")
        if own.random() < 0.5:
            names[2:] = own.sample(names[2:], len(names) - 2)
        pairs = [(self.label(name), self.value(name)) for name in names if self.has(name)]
        if self.vendor.has("type_code"):
            pairs.insert(1, (self.term("type_code"), self.value("type_code")))
        if self.vendor.money == "column" or "buyer_vat_id" in more:
            pairs.append((self.term("currency"), self.value("currency")))
        pairs += [(self.label(name), self.value(name)) for name in more if self.has(name)]
        if own.random() < 0.5:
            pairs.append((self.term("contact"), self.invoice.contact))
        return pairs

    def address(self, role: str) -> list[str]:
        """Name and postal address of `seller` or `buyer`, a line each; what they hold counts as shown."""
        party = self.vendor.party if role == "seller" else self.invoice.buyer
        self.shown |= {f"{role}_{part}" for part in ("name", "street", "postcode", "city")}
        return [*self.postal(party), *self.country(role)]

    def country(self, role: str) -> list[str]:
        """The country as a line of its own, where the vendor prints it."""
        party = self.vendor.party if role == "seller" else self.invoice.buyer
        if not self.vendor.has("country"):
            return []
        self.shown.add(f"{role}_country")
        return [load_data("wording")["countries"][self.vendor.language][party.country]]

    def postal(self, party: Party) -> list[str]:
        """Name, street and town in the order of the country."""
        if party.country in {"US", "CA"}:
            return [party.name, party.street, f"{party.city}, {party.region} {party.postcode}"]
        if party.country in {"GB", "IE"}:
            return [party.name, party.street, party.city, party.postcode]
        return [party.name, party.street, f"{party.postcode} {party.city}"]

    def site(self) -> list[str]:
        """The delivery address, a trap for whoever looks for the buyer; empty where there is none."""
        return self.postal(self.invoice.site) if self.invoice.site else []

    def registration(self) -> list[Pair]:
        """The seller's VAT and tax numbers with their labels."""
        names = ("seller_vat_id", "seller_tax_number")
        return [(self.label(name), self.value(name)) for name in names if self.has(name)]

    def account(self) -> list[Pair]:
        """IBAN and BIC with their labels."""
        return [(name.upper(), self.value(name)) for name in ("iban", "bic") if self.has(name)]

    def contacts(self) -> list[str]:
        return [f"{self.term('phone')} {self.vendor.phone}", self.vendor.email, self.vendor.web]

    def page_number(self) -> str:
        return self.term("page").format(page=self.page, pages=self.pages)

    def totals(self) -> list[tuple[str, str, bool]]:
        """Label, amount and weight (bold or not) of each row of the totals."""
        invoice = self.invoice
        rows: list[tuple[str, str, bool]] = []
        self.shown |= {"line_total", "amount_due"}
        if invoice.discount:
            rows.append((self.term("line_total"), self.value("line_total"), False))
            rows.append(
                (f"{self.term('discount')} {self.rate(invoice.discount_rate)} %", self.money(-invoice.discount), False)
            )
        rows.append((self.term("net_total"), self.value("net_total"), False))
        rows += [(self.tax_label(tax.rate), self.money(tax.amount), False) for tax in invoice.taxes]
        if len(invoice.taxes) > 1:
            rows.append((self.term("tax_total"), self.value("tax_total"), False))
        self.shown.add("tax_total")
        rows.append((self.label("grand_total") + self.code(), self.value("grand_total"), True))
        if self.has("prepaid"):
            rows.append((self.term("prepaid"), self.value("prepaid"), False))
        if self.has("prepaid") or self.vendor.chance("due").random() < 0.4:
            rows.append((self.term("amount_due") + self.code(), self.value("amount_due"), True))
        return rows

    def tax_label(self, rate: Decimal) -> str:
        return self.term("tax").format(rate=self.rate(rate))

    def code(self) -> str:
        """The currency's code after the label of a total, where amounts alone do not say it."""
        if self.vendor.money == "column" or self.vendor.currency == "CAD":
            self.shown.add("currency")
            return f" {self.vendor.currency}"
        return ""

    def terms(self) -> list[Pair]:
        """Terms of payment with their label, where there are any."""
        return [(self.term("payment_terms"), self.value("payment_terms"))] if self.has("payment_terms") else []

    def tax_rows(self) -> list[tuple[str, str, str]]:
        """Rate, base and amount of each tax."""
        return [
            (f"{self.rate(tax.rate)} %", self.money(tax.base, "column"), self.money(tax.amount, "column"))
            for tax in self.invoice.taxes
        ]
