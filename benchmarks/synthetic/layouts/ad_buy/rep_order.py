"""The order of a national sales representative: typewriter face, labels with colons, weekly totals."""

from reportlab.lib.pagesizes import LETTER

from benchmarks.synthetic.ad_buys import Spot
from benchmarks.synthetic.layouts.ad_buy.form import Columns, Form

SIZE = LETTER
FONT = "Courier"

SCHEDULE: Columns = (
    (44.0, "left", "LINE"),
    (80.0, "left", "DAY/TIME"),
    (180.0, "left", "PROGRAM"),
    (320.0, "left", "EFFECTIVE"),
    (470.0, "right", "RATE"),
    (510.0, "right", "SPTS"),
    (574.0, "right", "TOTAL"),
)


def draw(form: Form) -> None:
    buy, station = form.buy, form.buy.station
    form.decorate = lambda: _every_page(form)
    form.decorate()
    form.pairs(
        40,
        100,
        [
            ("STATION:", f"{station.call}-TV"),
            ("MARKET:", station.town.partition(",")[0].upper()),
            ("CONTRACT NO:", buy.contract),
            ("MOD NO:", str(buy.revision)),
            ("AGENCY EST:", buy.other_number),
        ],
        90,
        8.5,
    )
    form.pairs(
        300,
        100,
        [
            ("ADVERTISER:", buy.advertiser),
            ("PRODUCT:", buy.product),
            ("AGENCY:", buy.agency[0]),
            ("BUYER:", buy.executive),
            ("SALESPERSON:", "NY/" + buy.executive.split()[-1].upper()),
        ],
        80,
        8.5,
    )
    form.text(40, 186, f"FLIGHT: {form.flight(' TO ')}", 9, bold=True)
    rows = [_row(form, number, spot) for number, spot in enumerate(buy.spots, start=1)]
    y = form.room(form.table(200, 100, 700, SCHEDULE, rows), 80, 750, 100)
    form.pairs(
        300,
        y + 22,
        [
            ("TOTAL SPOTS", f"{buy.count:>16}"),
            ("GROSS ORDER TOTAL", f"{form.dollars(buy.gross):>16}"),
            (f"LESS {buy.commission}% COMM", f"{form.dollars(buy.agency_share):>16}"),
            ("NET TO STATION", f"{form.dollars(buy.net):>16}"),
        ],
        130,
        8.5,
    )
    form.text(40, y + 22, "SUBJECT TO STATION APPROVAL", 8)


def _row(form: Form, number: int, spot: Spot) -> list[str]:
    return [
        f"{number:03d}",
        spot.time,
        spot.program,
        f"{form.day(spot.start)}-{form.day(spot.end)}",
        form.dollars(spot.rate),
        str(spot.spots),
        form.dollars(spot.total),
    ]


def _every_page(form: Form) -> None:
    form.text(40, 50, "MERIDIAN SPOT SALES", 13, bold=True)
    form.text(40, 64, "ELECTRONIC ORDER CONFIRMATION", 9)
    form.text(574, 50, f"PAGE {form.page} OF {form.pages}", 8.5, align="right")
    form.text(574, 64, f"RUN DATE {form.day(form.buy.printed)}", 8.5, align="right")
    form.rule(40, 74, 574, 74, 1)
