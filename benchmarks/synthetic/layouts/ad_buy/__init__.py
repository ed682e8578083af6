"""Layouts of ad buys: each module has `draw(form)` and `SIZE`, and `FONT` where that is not Helvetica."""

from types import ModuleType

from benchmarks.synthetic.layouts.ad_buy import (
    agreement,
    contract_wide,
    order_sections,
    rep_order,
    spot_invoice,
    weekly_grid,
)

LAYOUTS: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (agreement, contract_wide, order_sections, rep_order, spot_invoice, weekly_grid)
}
