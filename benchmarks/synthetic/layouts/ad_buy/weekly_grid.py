"""A coloured band and cards with labels above values; amounts in a card at the top, the schedule below."""

from collections.abc import Sequence

from reportlab.lib.pagesizes import LETTER, landscape

from benchmarks.synthetic.ad_buys import Spot
from benchmarks.synthetic.layouts.ad_buy.form import Columns, Form

SIZE = landscape(LETTER)

SCHEDULE: Columns = (
    (44.0, "left", "#"),
    (70.0, "left", "Program"),
    (210.0, "left", "Daypart"),
    (330.0, "left", "Week of"),
    (420.0, "left", "Through"),
    (520.0, "right", "Length"),
    (590.0, "right", "Spots"),
    (665.0, "right", "Unit rate"),
    (750.0, "right", "Cost"),
)


def draw(form: Form) -> None:
    buy = form.buy
    form.decorate = lambda: _every_page(form)
    form.decorate()
    _card(form, 40, 86, [("Advertiser", buy.advertiser), ("Brand", buy.product), ("Agency", buy.agency[0])])
    _card(
        form,
        285,
        86,
        [("Order Number", buy.contract), ("Buyer Reference", buy.other_number), ("Account Executive", buy.executive)],
    )
    _card(
        form,
        470,
        86,
        [
            ("Flight Start", form.day(buy.flight_from)),
            ("Flight End", form.day(buy.flight_to)),
            ("Total Spots", str(buy.count)),
        ],
    )
    _card(
        form,
        610,
        86,
        [
            ("Gross", form.dollars(buy.gross)),
            (f"Agency Commission ({buy.commission}%)", form.dollars(buy.agency_share)),
            ("Net", form.dollars(buy.net)),
        ],
    )
    rows = [_row(form, number, spot) for number, spot in enumerate(buy.spots, start=1)]
    form.table(206, 86, 570, SCHEDULE, rows, size=8, rules=True)


def _card(form: Form, x: float, y: float, rows: Sequence[tuple[str, str]]) -> None:
    for number, (label, value) in enumerate(rows):
        form.text(x, y + 10 + number * 34, label, 7, color="#667788")
        form.text(x, y + 23 + number * 34, value, 9.5, bold=True)


def _row(form: Form, number: int, spot: Spot) -> list[str]:
    return [
        str(number),
        spot.program,
        spot.time,
        form.day(spot.start),
        form.day(spot.end),
        f"{spot.length}s",
        str(spot.spots),
        form.dollars(spot.rate),
        form.dollars(spot.total),
    ]


def _every_page(form: Form) -> None:
    station = form.buy.station
    form.box(0, 0, form.width, 62, fill="#16324f", stroke=None)
    form.text(40, 40, f"{station.call}  {station.brand}", 18, bold=True, color="#ffffff")
    form.text(752, 32, "Broadcast Order Confirmation", 11, align="right", color="#ffffff")
    form.text(752, 48, f"{station.company}, {station.town}", 7.5, align="right", color="#ffffff")
    form.text(752, 592, f"Page {form.page} of {form.pages}", 7.5, align="right")
