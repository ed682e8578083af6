"""Makes up the truth of an invoice: who bills whom for what, and every sum to the cent."""

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks.synthetic import identifiers
from benchmarks.synthetic.model import Invoice, Line, Party, Tax, Vendor, load_data

CENT = Decimal("0.01")
RATES = {"DE": 19, "AT": 20, "CH": "8.1", "FR": 20, "GB": 20, "IE": 23, "US": "8.25"}
NUMBERS = (
    "{y}-{n:05d}",
    "RE{yy}{n:05d}",
    "F{y}{m:02d}{n:03d}",
    "{n:06d}",
    "INV-{n:05d}",
    "{n:04d}/{yy}",
    "{yy}-{n:04d}-{m:02d}",
)


def make_invoice(vendor: Vendor, index: int, seed: int) -> Invoice:
    """The `index`-th document of `vendor`: each index has its own mix of long tables, credit, deposit, discount."""
    chance = random.Random(f"{seed}/{vendor.party.name}/{index}")  # noqa: S311  # made-up documents, no secrets
    credit = vendor.has("credit") and index % 5 == 2
    abroad = vendor.has("country") and index % 2 == 1
    buyer = _buyer(vendor, abroad, chance)
    rows = chance.randint(24, 34) if vendor.has("long") and index % 5 in (1, 3) else chance.randint(2, 8)
    lines = _lines(vendor, rows, credit, abroad, index % 5 == 3, chance)
    discounted = vendor.has("discount") and index % 2 == 0 and not credit
    sums = _Sums(lines, Decimal(chance.choice([3, 5, 10])) if discounted else Decimal(0), vendor)
    prepaid = (
        (sums.grand * Decimal("0.3")).quantize(CENT)
        if vendor.has("prepaid") and index % 2 == 0 and not credit
        else None
    )
    values = _dates_and_numbers(vendor, index, chance)
    values |= _parties(vendor.party, buyer, abroad, vendor)
    values |= {
        "type_code": "381" if credit else "380",
        "currency": vendor.currency,
        "iban": vendor.iban,
        "bic": vendor.bic,
        "line_total": sums.rows,
        "net_total": sums.net,
        "tax_total": sums.tax,
        "grand_total": sums.grand,
        "prepaid": prepaid,
        "amount_due": sums.grand - (prepaid or 0),
    }
    if credit:
        values |= {"due_date": None, "payment_terms": None}
    contact = chance.choice(load_data("buyers")["people"])
    site = _site(vendor, buyer, chance) if vendor.has("delivery") else None
    return Invoice(
        vendor, buyer, site, credit, contact, values, lines, sums.taxes, sums.discount, Decimal(0), sums.discount_rate
    )


class _Sums:
    """Totals of a table: tax is rounded once for each rate, on the base after discount."""

    def __init__(self, lines: tuple[Line, ...], discount_rate: Decimal, vendor: Vendor) -> None:
        self.discount_rate = discount_rate
        self.rows = sum((line.line_total for line in lines), Decimal(0))
        bases: dict[Decimal, Decimal] = {}
        for line in lines:
            bases[line.tax_rate] = bases.get(line.tax_rate, Decimal(0)) + line.line_total
        cut = {rate: _round(base * discount_rate / 100) for rate, base in bases.items()}
        self.taxes = tuple(
            Tax(rate, base - cut[rate], _round((base - cut[rate]) * rate / 100)) for rate, base in sorted(bases.items())
        )
        self.discount = sum(cut.values(), Decimal(0))
        self.net = self.rows - self.discount
        self.tax = sum((tax.amount for tax in self.taxes), Decimal(0))
        self.grand = self.net + self.tax


def _round(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _buyer(vendor: Vendor, abroad: bool, chance: random.Random) -> Party:
    home = vendor.party.country
    countries = [country for country in ("DE", "FR", "AT", "IE") if country != home] if abroad else [home]
    country = chance.choice(countries)
    name, *place = chance.choice(load_data("buyers")[country])
    own = random.Random(name)  # noqa: S311  # made-up documents, no secrets
    return _party(name, place, country, identifiers.vat_id(country, own))


def _site(vendor: Vendor, buyer: Party, chance: random.Random) -> Party:
    data = load_data("buyers")
    place = chance.choice(data["site_streets"][buyer.country])
    return _party(f"{buyer.name}, {chance.choice(data['sites'][vendor.language])}", place, buyer.country)


def _party(name: str, place: list[str], country: str, vat_id: str | None = None) -> Party:
    """A party from a row of buyers.yaml: street, postcode, town and in North America the region."""
    street, postcode, city, *region = place
    return Party(name, street, postcode, city, country, region[0] if region else "", vat_id)


def _parties(seller: Party, buyer: Party, abroad: bool, vendor: Vendor) -> dict[str, Any]:
    values: dict[str, Any] = {"seller_tax_number": seller.tax_number}
    for role, party in (("seller", seller), ("buyer", buyer)):
        values |= {
            f"{role}_name": party.name,
            f"{role}_vat_id": party.vat_id,
            f"{role}_street": party.street,
            f"{role}_postcode": party.postcode,
            f"{role}_city": party.city,
            f"{role}_country": party.country,
        }
    if not abroad and vendor.chance("buyer_vat").random() < 0.5:
        values["buyer_vat_id"] = None
    return values


def _dates_and_numbers(vendor: Vendor, index: int, chance: random.Random) -> dict[str, Any]:
    issue = date(2025, 1, 6) + timedelta(days=chance.randint(0, 650))
    days = vendor.chance("terms").choice([10, 14, 30, 45])
    terms = vendor.chance("terms").choice(load_data("wording")["terms"][vendor.language]).format(days=days)
    pattern = vendor.chance("number").choice(NUMBERS)
    number = pattern.format(y=issue.year, yy=issue.year % 100, m=issue.month, n=chance.randint(40, 900) * 10 + index)
    own = vendor.chance("habits")
    prints_due, prints_delivery, prints_customer = own.random() < 0.7, own.random() < 0.6, own.random() < 0.75
    customer = f"{own.choice(['K', 'C-', '', '10'])}{identifiers.digits(chance, 5)}"
    order = chance.choice(
        [
            f"PO-{identifiers.digits(chance, 6)}",
            identifiers.digits(chance, 8),
            f"B{issue.year % 100}/{identifiers.digits(chance, 4)}",
        ]
    )
    return {
        "invoice_number": number,
        "issue_date": issue,
        "due_date": issue + timedelta(days=days) if prints_due else None,
        "delivery_date": issue - timedelta(days=chance.randint(0, 12)) if prints_delivery else None,
        "customer_id": customer if prints_customer else None,
        "order_reference": order if chance.random() < 0.7 else None,
        "payment_terms": terms,
    }


def _lines(
    vendor: Vendor, count: int, credit: bool, abroad: bool, row_discount: bool, chance: random.Random
) -> tuple[Line, ...]:
    goods = load_data("goods")[vendor.language]
    step = vendor.chance("position").choice([1, 1, 10])
    sign = -1 if credit else 1
    lines: list[Line] = []
    shelf: list[Any] = []
    for number in range(1, count + 1):
        turn = (number - 1) % len(goods[vendor.trade])
        shelf = chance.sample(goods[vendor.trade], len(goods[vendor.trade])) if turn == 0 else shelf
        item = shelf[turn]
        text = f"{item[0]}, {chance.choice(goods['details'])}" if chance.random() < 0.35 else item[0]
        quantity = _quantity(item[1], item[2], chance) * sign
        price = identifiers.prices(item[2], chance)
        rate = Decimal(0) if abroad else _rate(vendor, item)
        own = vendor.chance(item[0])
        code = f"{own.choice(['A', 'X', 'ST', '4'])}{identifiers.digits(own, 5)}"
        lines.append(Line(str(number * step), code, text, item[1], quantity, price, _round(quantity * price), rate))
    if row_discount and not credit:
        last = lines[-1]
        off = -_round(
            sum((line.line_total for line in lines if line.tax_rate == last.tax_rate), Decimal(0)) * Decimal("0.05")
        )
        text = f"{vendor.words['row_discount']} 5 %"
        lines.append(Line(str((count + 1) * step), "", text, "", None, None, off, last.tax_rate))
    return tuple(lines)


def _quantity(unit: str, price: float, chance: random.Random) -> Decimal:
    if unit in {"Std", "h", "hour", "hr", "kg", "t", "m3", "m2"}:
        return Decimal(chance.randint(2, 90)) / 4 if price < 100 else Decimal(chance.randint(1, 12)) / 2
    if unit in {"Psch", "forfait", "job", "lot", "Mon", "month"}:
        return Decimal(1)
    return Decimal(chance.choice([1, 1, 2, 3, 4] if price > 100 else [1, 2, 3, 4, 5, 8, 10, 12, 20, 25, 50, 120]))


def _rate(vendor: Vendor, item: list[Any]) -> Decimal:
    country = vendor.party.country
    if country == "CA":
        return Decimal("14.975") if vendor.party.region == "QC" else Decimal(13)
    if len(item) > 3 and country == "CH":
        return Decimal("2.6") if item[3] == 7 else Decimal("8.1")
    return Decimal(str(item[3])) if len(item) > 3 else Decimal(str(RATES[country]))
