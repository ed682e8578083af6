"""The tests of one step: how a live window differs from the reference, with the size and the chance of each difference.

- rates (missing, fallback, check failures, new layouts, overrides): Fisher's exact test (1922), one-sided;
- confidence and OCR quality: Kolmogorov-Smirnov on binned counts (conservative: Noether 1963), and the population
  stability index as size (Siddiqi 2006; Yurdakul & Naranjo 2020 on its distribution);
- value shapes and languages: Pearson's chi-squared test with rare classes joined, and the same index.

A step makes many tests: Holm's correction (1979) keeps the chance of any false one under `alpha`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, kolmogorov

from extractors.model import Floats
from monitoring.window import EXAMPLES, FieldWindow, Window

DOCUMENT = "document"
"""Stands in the place of a field's name for what concerns whole documents."""
SHARE = 0.6
"""Of the first percentile of the reference layouts' resemblance to their nearest neighbour."""


@dataclass(frozen=True)
class Finding:
    """One test of one step: `size` is the change of a rate, or the stability index."""

    field: str
    detector: str
    size: float
    p: float
    samples: tuple[str, ...]
    is_rate: bool


class Novelty:
    """Tells layouts that resemble none of the reference's: by less than `SHARE` of what its own have in common.

    A label renamed leaves most of a layout as it was; a new vendor's has little in common with any that is known.
    """

    def __init__(self, known: Sequence[tuple[int, ...]]) -> None:
        layouts = [one for one in known if one]
        self._columns = np.asarray(layouts, dtype=np.int64).astype(np.uint32).T.copy()
        own = sorted(self._nearest(layouts, themselves=True)) if layouts else []
        self.limit = SHARE * own[len(own) // 100] if own else 0.0
        self.own = sum(one < self.limit for one in own)

    @property
    def size(self) -> int:
        return int(self._columns.shape[-1])

    def new(self, layouts: Sequence[tuple[int, ...]]) -> list[bool]:
        """Of each layout, whether it resembles none that is known; without a reference nothing is new."""
        if not self.size or not layouts:
            return [False] * len(layouts)
        return [one < self.limit for one in self._nearest(layouts)]

    def _nearest(self, layouts: Sequence[Sequence[int]], themselves: bool = False) -> list[float]:
        """How much the most similar known layout resembles each of these, which may be the known ones `themselves`."""
        asked = np.asarray(layouts, dtype=np.int64).astype(np.uint32).T.copy()
        alike = np.zeros((asked.shape[1], self.size), dtype=np.uint8)  # a signature has fewer than 256 numbers
        for known, mine in zip(self._columns, asked, strict=True):
            alike += (known == mine[:, None]).view(np.uint8)
        if themselves:
            np.fill_diagonal(alike, 0)
        return [float(one) / len(asked) for one in alike.max(axis=1)]


def compare(before: Window, live: Window, novelty: Novelty) -> Iterator[Finding]:
    """All tests of one step."""
    yield from _document(before, live, novelty)
    for name, window in live.fields.items():
        if name in before.fields and window.documents:
            yield from _field(name, before.fields[name], window)
    for check, (failed, decided) in live.checks.items():
        old = before.checks.get(check, [0, 0])
        yield _rate(check, "check_failed", old[0], old[1], failed, decided, live.failing.get(check, []))


def significant(findings: Sequence[Finding], alpha: float) -> list[Finding]:
    """Those that Holm's step-down procedure keeps at family-wise error `alpha`."""
    kept: list[Finding] = []
    for place, one in enumerate(sorted(findings, key=lambda found: found.p)):
        if one.p > alpha / (len(findings) - place):
            break
        kept.append(one)
    return kept


def _document(before: Window, live: Window, novelty: Novelty) -> Iterator[Finding]:
    samples = live.latest[-EXAMPLES:]
    if novelty.size and live.placed:
        yield _rate(DOCUMENT, "new_layout", novelty.own, novelty.size, live.novel, live.placed, live.strange)
    yield _spread(DOCUMENT, "ocr_quality", before.quality, live.quality, samples)
    yield _classes(DOCUMENT, "language", before.languages, live.languages, samples)


def _field(name: str, before: FieldWindow, live: FieldWindow) -> Iterator[Finding]:
    def samples(what: str) -> list[str]:
        return live.samples.get(what, [])

    yield _rate(name, "missing", before.missing, before.documents, live.missing, live.documents, samples("missing"))
    yield _rate(name, "fallback", before.fallback, before.documents, live.fallback, live.documents, samples("fallback"))
    yield _spread(name, "confidence", before.confidence, live.confidence, samples("confidence"))
    yield _classes(name, "shape", before.shapes, live.shapes, samples("shape"))
    if live.settled:
        yield _rate(
            name, "override", before.overridden, before.settled, live.overridden, live.settled, samples("override")
        )


def _rate(
    field: str, detector: str, hits: int, of: int, live_hits: int, live_of: int, samples: Sequence[str]
) -> Finding:
    """Whether the live share is higher: Fisher's exact test."""
    size = live_hits / live_of - hits / of if of and live_of else 0.0
    p = 1.0 if size <= 0 else _tail(live_hits, live_of, hits + live_hits, of + live_of)
    return Finding(field, detector, size, p, tuple(samples[-EXAMPLES:]) if size > 0 else (), True)


def _tail(least: int, drawn: int, marked: int, total: int) -> float:
    """The chance that `drawn` of `total`, of which `marked` are marked, hold `least` marked ones or more.

    The hypergeometric tail; scipy's own takes a hundred times as long for one number.
    """
    count, others = least, total - marked
    term = math.exp(_choose(marked, count) + _choose(others, drawn - count) - _choose(total, drawn))
    sum_ = 0.0
    while term > 0.0:
        sum_ += term
        term *= (marked - count) * (drawn - count) / ((count + 1) * (others - drawn + count + 1))
        count += 1
    return min(1.0, sum_)


def _choose(n: int, k: int) -> float:
    """The logarithm of the binomial coefficient."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _spread(field: str, detector: str, before: Sequence[int], live: Sequence[int], samples: Sequence[str]) -> Finding:
    """Whether two histograms differ: Kolmogorov-Smirnov's p, and the stability index as size."""
    first, second = np.asarray(before, dtype=float), np.asarray(live, dtype=float)
    n, m = first.sum(), second.sum()
    if not n or not m:
        return Finding(field, detector, 0.0, 1.0, (), False)
    gap = float(np.abs(first.cumsum() / n - second.cumsum() / m).max())
    p = float(kolmogorov(gap * math.sqrt(n * m / (n + m))))
    return Finding(field, detector, stability_index(first, second), p, tuple(samples[-EXAMPLES:]), False)


def _classes(
    field: str, detector: str, before: Mapping[str, int], live: Mapping[str, int], samples: Sequence[str]
) -> Finding:
    """Whether two counts of classes differ; classes expected fewer than five times are joined."""
    names = sorted({*before, *live})
    table = np.asarray([[before.get(name, 0) for name in names], [live.get(name, 0) for name in names]], dtype=float)
    if not names or not table.sum(axis=1).all():
        return Finding(field, detector, 0.0, 1.0, (), False)
    table = _joined(table)
    if table.shape[1] < 2:
        return Finding(field, detector, 0.0, 1.0, (), False)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    p = float(chdtrc(table.shape[1] - 1, statistic))
    return Finding(field, detector, stability_index(table[0], table[1]), p, tuple(samples[-EXAMPLES:]), False)


def stability_index(before: Floats, live: Floats) -> float:
    """Population stability index: sum of (q - p) ln(q / p), half a case added to each class."""
    p = (before + 0.5) / (before + 0.5).sum()
    q = (live + 0.5) / (live + 0.5).sum()
    return float(((q - p) * np.log(q / p)).sum())


def _joined(table: Floats) -> Floats:
    smaller = table.sum(axis=1).min() / table.sum()
    rare = table.sum(axis=0) * smaller < 5
    common = table[:, ~rare]
    rest = table[:, rare].sum(axis=1, keepdims=True)
    return np.hstack([common, rest]) if rest.sum() * smaller >= 1 else common
