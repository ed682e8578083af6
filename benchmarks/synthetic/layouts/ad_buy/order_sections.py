"""An order on upright paper: sections for order, agency, advertiser, underlined values, billing plan, schedule."""

from decimal import Decimal
from itertools import groupby

from reportlab.lib.pagesizes import LETTER

from benchmarks.synthetic.ad_buys import Spot
from benchmarks.synthetic.layouts.ad_buy.form import Columns, Form

SIZE = LETTER
Pairs = list[tuple[str, str]]

SCHEDULE: Columns = (
    (40.0, "left", "Ln"),
    (62.0, "left", "Start"),
    (115.0, "left", "End"),
    (168.0, "left", "Inventory"),
    (300.0, "left", "Time"),
    (400.0, "right", "Len"),
    (440.0, "right", "Spots"),
    (500.0, "right", "Rate"),
    (570.0, "right", "Amount"),
)
PLAN: Columns = (
    (40.0, "left", "Month"),
    (150.0, "right", "# Spots"),
    (240.0, "right", "Gross Amount"),
    (330.0, "right", "Net Amount"),
)


def draw(form: Form) -> None:
    buy = form.buy
    form.decorate = lambda: _every_page(form)
    form.decorate()
    y = 120.0
    for title, left, right in _sections(form):
        form.text(36, y, title, 9, bold=True)
        form.pairs(340, y, right, 95, underline=130)
        y = form.pairs(95, y, left, 70, underline=160) + 10
    y = _plan(form, y)
    rows = [_row(form, number, spot) for number, spot in enumerate(buy.spots, start=1)]
    y = form.room(form.table(y + 8, 110, 720, SCHEDULE, rows), 24, 750, 110)
    form.text(400, y + 16, "Totals", 8.5, bold=True, align="right")
    form.text(440, y + 16, str(buy.count), 8.5, bold=True, align="right")
    form.text(570, y + 16, form.dollars(buy.gross), 8.5, bold=True, align="right")


def _sections(form: Form) -> list[tuple[str, Pairs, Pairs]]:
    """Title, pairs at the left, pairs at the right."""
    buy, station = form.buy, form.buy.station
    return [
        (
            "Orders",
            [
                ("Order / Rev:", f"{buy.contract} / {buy.revision}"),
                ("Alt Order #:", buy.other_number),
                ("Product Desc:", buy.product),
                ("Flight Dates:", form.flight()),
                ("Order Type:", "GENERAL"),
            ],
            [
                ("Station:", f"{station.call}-DT"),
                ("Primary AE:", buy.executive),
                ("Sales Office:", "HOUSE"),
                ("Entered:", form.day(buy.printed)),
            ],
        ),
        (
            "Agency",
            [("Name:", buy.agency[0]), ("Address:", buy.agency[1]), ("", buy.agency[2])],
            [("Billing Type:", "Cash"), ("Billing Cycle:", "EOM/EOC"), ("Agency Commission:", f"{buy.commission}%")],
        ),
        (
            "Advertiser",
            [("Name:", buy.advertiser), ("Demographic:", "A35+"), ("Revenue Code:", "POL")],
            [("Unit Code:", "General")],
        ),
    ]


def _plan(form: Form, y: float) -> float:
    """Spots and amounts by the month in which a line starts."""
    form.text(36, y, "Bill Plan", 9, bold=True)
    share = 1 - form.buy.commission / 100
    rows = []
    for month, spots in groupby(sorted(form.buy.spots, key=lambda s: s.start), key=lambda s: s.start.strftime("%B %Y")):
        group = list(spots)
        gross = sum((spot.total for spot in group), Decimal(0))
        rows.append([month, str(sum(s.spots for s in group)), form.dollars(gross), form.dollars(gross * share)])
    rows.append(["Totals", str(form.buy.count), form.dollars(form.buy.gross), form.dollars(form.buy.net)])
    return form.table(y + 6, 110, 740, PLAN, rows, size=8)


def _row(form: Form, number: int, spot: Spot) -> list[str]:
    return [
        str(number),
        form.day(spot.start),
        form.day(spot.end),
        spot.program,
        spot.time,
        f":{spot.length}",
        str(spot.spots),
        form.dollars(spot.rate),
        form.dollars(spot.total),
    ]


def _every_page(form: Form) -> None:
    station = form.buy.station
    form.text(306, 66, "ORDER", 17, bold=True, align="center")
    form.text(
        576, 40, f"Print Date {form.day(form.buy.printed)}   Page {form.page} of {form.pages}", 7.5, align="right"
    )
    form.text(36, 56, station.call, 22, bold=True)
    form.text(36, 72, f"{station.brand} · {station.company}", 8)
    form.text(36, 83, f"{station.street}, {station.town}", 8)
