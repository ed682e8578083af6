"""A landscape contract: references in three columns without boxes, weekdays in the grid, signatures at the foot."""

from datetime import timedelta

from reportlab.lib.pagesizes import LETTER, landscape

from benchmarks.synthetic.ad_buys import Spot
from benchmarks.synthetic.layouts.ad_buy.form import Columns, Form

SIZE = landscape(LETTER)

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WEEK: Columns = [(430.0 + 24 * number, "center", name) for number, name in enumerate(DAYS)]
SCHEDULE: Columns = (
    (44.0, "left", "Line"),
    (74.0, "left", "Dates"),
    (190.0, "left", "Program"),
    (310.0, "left", "Run Times"),
    (412.0, "right", "Len"),
    *WEEK,
    (624.0, "right", "Spots"),
    (682.0, "right", "Rate"),
    (750.0, "right", "Total"),
)


def draw(form: Form) -> None:
    buy = form.buy
    form.decorate = lambda: _every_page(form)
    form.decorate()
    rows = [_row(form, number, spot) for number, spot in enumerate(buy.spots, start=1)]
    y = form.table(226, 110, 520, SCHEDULE, rows, rules=True, fill="#eeeeee")
    y = form.room(y, 66, 570, 120)
    form.text(380, y + 20, "CONFIRMATION CONTRACT", 10, align="center")
    for x, title in ((40.0, "Accepted Agency/Advertiser:"), (300.0, "Accepted Station:"), (560.0, "Date:")):
        form.box(x, y + 28, 190, 26)
        form.text(x + 3, y + 36, title, 6.5)


def _week(spot: Spot) -> list[str]:
    """Airings from Monday to Sunday, dealt to the days of the line in turn."""
    cells = [0] * 7
    days = [(spot.start + timedelta(days=n)).weekday() for n in range((spot.end - spot.start).days + 1)]
    for number in range(spot.spots):
        cells[days[number % len(days)]] += 1
    return [str(count) if count else "" for count in cells]


def _row(form: Form, number: int, spot: Spot) -> list[str]:
    return [
        f"{number}.0",
        f"{form.day(spot.start)}-{form.day(spot.end)}",
        spot.program,
        spot.time,
        f":{spot.length}",
        *_week(spot),
        str(spot.spots),
        form.dollars(spot.rate),
        form.dollars(spot.total),
    ]


def _every_page(form: Form) -> None:
    buy, station = form.buy, form.buy.station
    form.text(752, 590, f"Page {form.page} of {form.pages}", 7.5, align="right")
    form.text(40, 590, f"Printed {form.day(buy.printed)}", 7.5)
    form.text(40, 62, station.call, 24, bold=True)
    form.lines(40, 78, [station.company, station.street, station.town], 8)
    if form.page > 1:
        form.text(752, 62, f"Contract # {buy.contract}", 11, bold=True, align="right")
        return
    form.box(40, 128, 200, 62)
    form.lines(48, 146, list(buy.agency), 9)
    form.text(260, 58, "Contract #", 11, bold=True)
    form.text(330, 58, buy.contract, 11, bold=True)
    form.pairs(
        260,
        76,
        [
            ("Schedule Dates", form.flight("-")),
            ("Advertiser", buy.advertiser),
            ("Agency", buy.agency[0]),
            ("Product", buy.product),
            ("Salesperson", buy.executive),
            ("Sales Office", "National"),
            ("Estimate #", buy.other_number.partition("-")[0]),
        ],
        70,
    )
    form.pairs(
        560,
        62,
        [
            ("Date Entered", form.day(buy.printed)),
            ("Revision", str(buy.revision)),
            ("Order Type", "Normal"),
            ("Total Spots", str(buy.count)),
            ("Gross Total", form.dollars(buy.gross)),
            ("Commission %", f"{buy.commission}.00"),
            ("Commission", form.dollars(buy.agency_share)),
            ("Net Total", form.dollars(buy.net)),
        ],
        90,
    )
