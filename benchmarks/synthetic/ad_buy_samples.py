"""Ad buys as samples: PDFs of one to many pages."""

from collections.abc import Iterator

from benchmarks.synthetic.ad_buys import AdBuy, make_ad_buy, stations
from benchmarks.synthetic.forms import canonical
from benchmarks.synthetic.render import render_ad_buy
from benchmarks.synthetic.write import Sample


def ad_buy_samples(count: int, seed: int) -> Iterator[Sample]:
    """`count` buys, in turn from all stations."""
    sellers = stations()
    for number in range(count):
        index, place = divmod(number, len(sellers))
        yield _sample(make_ad_buy(sellers[place], index, seed), index)


def _sample(buy: AdBuy, index: int) -> Sample:
    fields = {
        "contract_num": buy.contract,
        "advertiser": buy.advertiser,
        "gross_amount": f"{buy.gross:.2f}",
        "flight_from": canonical(buy.flight_from),
        "flight_to": canonical(buy.flight_to),
    }
    station = buy.station
    extra = {"vendor": station.call, "layout": station.layout, "language": "en", "scan": False}
    return Sample(f"{station.call.lower()}-{index:02d}.pdf", render_ad_buy(buy).pdf(), fields, extra)
