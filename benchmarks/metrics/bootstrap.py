"""Intervals of accuracy figures by resampling documents.

Source: Efron (1979), percentile bootstrap; documents are drawn, not fields, as the fields of a document err together.
"""

from collections.abc import Sequence

import numpy as np

RESAMPLES = 2000
SEED = 20261125


def interval(documents: Sequence[tuple[float, float]], level: float = 0.95) -> tuple[float, float]:
    """The interval of sum(right) / sum(counted) over documents; (0, 1) where nothing was counted.

    `documents`: for each document, how many answers were right and how many were counted.
    """
    table = np.asarray(documents, dtype=float).reshape(-1, 2)
    if not len(table) or not table[:, 1].sum():
        return (0.0, 1.0)
    drawn = np.random.default_rng(SEED).integers(0, len(table), (RESAMPLES, len(table)))
    right, counted = table[drawn, 0].sum(axis=1), table[drawn, 1].sum(axis=1)
    shares = right[counted > 0] / counted[counted > 0]
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high))
