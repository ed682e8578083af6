"""A landscape invoice: boxed references at the right, one row for each airing of a spot, totals at the end."""

from collections.abc import Iterator
from datetime import timedelta

from reportlab.lib.pagesizes import LETTER, landscape

from benchmarks.synthetic.layouts.ad_buy.form import Columns, Form

SIZE = landscape(LETTER)

SCHEDULE: Columns = (
    (40.0, "left", "Line"),
    (70.0, "left", "Description"),
    (215.0, "left", "Time"),
    (320.0, "left", "Day"),
    (360.0, "left", "Date"),
    (430.0, "left", "Length"),
    (475.0, "left", "Air Time"),
    (640.0, "right", "Rate"),
    (700.0, "right", "Ref #"),
)


def draw(form: Form) -> None:
    buy = form.buy
    form.decorate = lambda: _every_page(form)
    form.decorate()
    form.text(40, 150, "Billing Address:", 8, bold=True)
    form.lines(40, 164, list(buy.agency), 8.5)
    y = form.table(222, 216, 540, SCHEDULE, list(_airings(form)), fill="#dcdcdc")
    y = form.room(y, 70, 560, 230)
    totals = [
        ("Total Spots", str(buy.count)),
        ("Gross Total", form.dollars(buy.gross)),
        ("Agency Commission", form.dollars(buy.agency_share)),
        ("Net Amount Due", form.dollars(buy.net)),
    ]
    for number, (label, value) in enumerate(totals):
        form.text(600, y + 18 + number * 13, label, 8.5, bold=number in (1, 3), align="right")
        form.text(700, y + 18 + number * 13, value, 8.5, bold=number in (1, 3), align="right")
    form.text(40, y + 18, "We warrant that the announcements listed were aired as shown.", 7.5)


def _airings(form: Form) -> Iterator[list[str]]:
    count = 0
    for number, spot in enumerate(form.buy.spots, start=1):
        for airing in range(spot.spots):
            count += 1
            day = min(spot.start + timedelta(days=airing), spot.end)
            clock = f"{(7 * count) % 12 + 1}:{(13 * count) % 60:02d} {'AM' if count % 2 else 'PM'}"
            head = [str(number), spot.program, spot.time] if airing == 0 else ["", "", ""]
            yield [
                *head,
                day.strftime("%a"),
                form.day(day),
                f":{spot.length}",
                clock,
                form.dollars(spot.rate),
                str(count),
            ]


def _every_page(form: Form) -> None:
    buy, station = form.buy, form.buy.station
    form.text(40, 58, station.call, 26, bold=True)
    form.lines(40, 76, [station.brand, station.company, station.street, station.town, station.phone], 8)
    form.text(330, 56, "INVOICE", 16, bold=True, align="center")
    form.text(752, 36, f"Page {form.page} of {form.pages}", 7.5, align="right")
    left = [
        ("Advertiser", buy.advertiser),
        ("Product", buy.product),
        ("Agency", buy.agency[0]),
        ("Account Executive", buy.executive),
        ("Billing Type", "Cash"),
    ]
    right = [
        ("Invoice #", buy.other_number),
        ("Invoice Date", form.day(buy.flight_to + timedelta(days=3))),
        ("Order #", buy.contract),
        ("Order Flight", form.flight()),
        ("Billing Calendar", "Broadcast"),
    ]
    for x, gap, width, rows in ((290.0, 76.0, 240.0, left), (540.0, 72.0, 212.0, right)):
        for number, (label, value) in enumerate(rows):
            form.box(x, 76 + number * 15, width, 15)
            form.rule(x + gap, 76 + number * 15, x + gap, 91 + number * 15)
            form.text(x + 3, 86.5 + number * 15, label, 7.5)
            form.text(x + gap + 4, 86.5 + number * 15, value, 7.5)
