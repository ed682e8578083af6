"""A written agreement: the facts in numbered clauses of running text, the schedule as an exhibit."""

from reportlab.lib.pagesizes import LETTER

from benchmarks.synthetic.ad_buys import Spot
from benchmarks.synthetic.layouts.ad_buy.form import Columns, Form

SIZE = LETTER
FONT = "Times-Roman"

SCHEDULE: Columns = (
    (64.0, "left", "No."),
    (92.0, "left", "Program"),
    (205.0, "left", "Time"),
    (300.0, "left", "From"),
    (362.0, "left", "To"),
    (450.0, "right", "Spots"),
    (500.0, "right", "Rate"),
    (572.0, "right", "Charge"),
)


def draw(form: Form) -> None:
    buy, station = form.buy, form.buy.station
    form.decorate = lambda: _every_page(form)
    form.decorate()
    form.text(306, 120, "AGREEMENT FOR BROADCAST TIME", 14, bold=True, align="center")
    form.pairs(
        60,
        150,
        [
            ("Contract No.", buy.contract),
            ("Date of agreement", form.day(buy.printed)),
            ("Station", station.call),
            ("Client", buy.advertiser),
            ("Placed by", buy.agency[0]),
            ("Subject", buy.product),
        ],
        120,
        10.5,
    )
    clauses = [
        f"1. The station agrees to broadcast {buy.count} announcements during the period from "
        f"{form.flight(' to ')} as set out in the schedule below.",
        f"2. Total charges for the schedule are {form.dollars(buy.gross)} gross. An agency commission of "
        f"{buy.commission} per cent, {form.dollars(buy.agency_share)}, will be deducted where the order is placed by "
        f"a recognized agency, leaving {form.dollars(buy.net)} net.",
        "3. Payment is due in advance of the first broadcast unless the station has approved credit in writing.",
        "4. The client warrants that the announcements comply with the rules on sponsorship identification.",
    ]
    y = 268.0
    for clause in clauses:
        y = form.lines(60, y, form.wrap(clause, 490, 10.5), 10.5) + 6
    form.text(60, y + 10, "Schedule", 11, bold=True)
    rows = [_row(form, number, spot) for number, spot in enumerate(buy.spots, start=1)]
    y = form.room(form.table(y + 18, 110, 690, SCHEDULE, rows, size=8.5), 90, 740, 110)
    form.text(572, y + 18, f"Total {form.dollars(buy.gross)}", 9.5, bold=True, align="right")
    for x, name in ((60.0, "For the client"), (330.0, "For the station")):
        form.rule(x, y + 66, x + 200, y + 66)
        form.text(x, y + 77, name, 8.5)


def _row(form: Form, number: int, spot: Spot) -> list[str]:
    return [
        str(number),
        spot.program,
        spot.time,
        form.day(spot.start),
        form.day(spot.end),
        str(spot.spots),
        form.dollars(spot.rate),
        form.dollars(spot.total),
    ]


def _every_page(form: Form) -> None:
    station = form.buy.station
    form.text(60, 60, f"{station.brand} {station.call}", 17, bold=True)
    form.text(60, 76, f"{station.company} · {station.street} · {station.town} · {station.phone}", 9)
    form.rule(60, 84, 572, 84, 1)
    form.text(306, 770, f"Page {form.page} of {form.pages}", 8.5, align="center")
