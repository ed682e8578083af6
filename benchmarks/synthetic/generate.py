"""Generates golden folders: the same kind, count and seed give the same bytes."""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.synthetic.ad_buy_samples import ad_buy_samples
from benchmarks.synthetic.charts import chart_samples
from benchmarks.synthetic.invoice_samples import inbox_samples, invoice_samples
from benchmarks.synthetic.receipt_samples import receipt_samples
from benchmarks.synthetic.write import Sample, write_folder

KINDS: dict[str, tuple[Callable[[int, int], Iterator[Sample]], int]] = {
    "invoice": (invoice_samples, 120),
    "invoice-inbox": (inbox_samples, 24),
    "receipt": (receipt_samples, 80),
    "ad_buy": (ad_buy_samples, 60),
    "chart": (chart_samples, 120),
}
"""Kind -> its samples, and how many the shipped folders hold."""


def generate(kind: str, folder: Path, count: int | None = None, seed: int = 7) -> int:
    """Write a golden folder of `kind` (a key of `KINDS`) and give the number of its documents. KeyError otherwise."""
    samples, usual = KINDS[kind]
    return write_folder(folder, samples(usual if count is None else count, seed))
