"""Layouts of invoices: each module has `draw(paper)`, and `SIZE` or `FONT` where they are not A4 and Helvetica."""

from types import ModuleType

from benchmarks.synthetic.layouts.invoice import (
    boxed_form,
    centered_serif,
    din_letter,
    erp_mono,
    facture_boxes,
    minimal_air,
    narrative,
    right_rail,
    ruled_columns,
    sidebar,
    summary_first,
    swiss_slip,
    us_classic,
    wide_landscape,
    zebra_band,
)

LAYOUTS: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        boxed_form,
        centered_serif,
        din_letter,
        erp_mono,
        facture_boxes,
        minimal_air,
        narrative,
        right_rail,
        ruled_columns,
        sidebar,
        summary_first,
        swiss_slip,
        us_classic,
        wide_landscape,
        zebra_band,
    )
}
