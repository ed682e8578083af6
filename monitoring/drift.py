"""Has the stream of documents changed since the artifact was measured? Who says so, about which field, since when.

A reference window (golden documents and the first of production) is compared with a live one, block by block:

- rates (missing, fallback, check failures, new layouts, overrides): Fisher's exact test (1922), one-sided;
- confidence and OCR quality: Kolmogorov-Smirnov on binned counts (conservative: Noether 1963), and the population
  stability index with the customary 0.2 as its least size (Siddiqi 2006; Yurdakul & Naranjo 2020 on its distribution);
- value shapes and languages: Pearson's chi-squared test with rare classes joined, and the same index.

A step makes many tests: Holm's correction (1979) keeps the chance of any false one under `alpha`. An alarm is raised
only where the same test speaks `raise_after` steps in a row with a size that matters, and falls only after
`clear_after` quiet ones: both against flicker.
"""

import math
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, hypergeom, kstwobign

from extractors.candidate import Kind, Record
from extractors.model import Floats
from monitoring.window import EXAMPLES, FieldWindow, Window, merged
from ocr.profile import Profile

DOCUMENT = "document"
"""Stands in the place of a field's name for what concerns whole documents."""
LIKELY = 0.001
"""Of one test, not corrected for the others: enough to say why where an alarm says that."""
SHARE = 0.6
"""Of the first percentile of the reference layouts' resemblance to their nearest neighbour."""


@dataclass(frozen=True)
class DriftOptions:
    """Sizes in documents; `alpha` a step; least sizes of a change in shares (rates) and as index (distributions)."""

    block: int = 50
    blocks: int = 4
    alpha: float = 0.001
    rate: float = 0.08
    index: float = 0.2
    raise_after: int = 2
    clear_after: int = 4


@dataclass(frozen=True)
class Finding:
    """One test of one step: `size` is the change of a rate, or the stability index."""

    field: str
    detector: str
    size: float
    p: float
    samples: tuple[str, ...]
    least: float


@dataclass(frozen=True)
class Alarm:
    """A finding that stood. `since` counts documents of the live stream, `samples` are record ids."""

    field: str
    detector: str
    size: float
    p: float
    since: int
    raised: int
    samples: tuple[str, ...]


class DriftMonitor:
    """Watches one artifact's stream. Memory does not grow with it: it holds `blocks` + 2 windows."""

    def __init__(self, reference: Window, kinds: Mapping[str, Kind], options: DriftOptions | None = None) -> None:
        self.options = options or DriftOptions()
        self.kinds = kinds
        self.documents = 0
        self.alarms: dict[tuple[str, str], Alarm] = {}
        self.findings: tuple[Finding, ...] = ()
        self._reference = reference
        self._novelty = Novelty([layout for _, layout in reference.layouts])
        self._blocks: deque[Window] = deque(maxlen=self.options.blocks)
        self._open = Window()
        self._loud: Counter[tuple[str, str]] = Counter()
        self._quiet: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], int] = {}

    def add(self, record: Record, profile: Profile | None, identity: str) -> list[Alarm]:
        """Count one record; give the alarms that it raised, if a block is full."""
        self._open.add(record, profile, self.kinds, identity)
        self.documents += 1
        return self._step() if self._open.documents >= self.options.block else []

    def review(self, field: str, overridden: bool, record: str) -> None:
        """Count what a person decided about an answer."""
        self._open.fields.setdefault(field, FieldWindow()).review(overridden, record)

    def merge(self, window: Window) -> list[Alarm]:
        """Take in what a worker counted; give the alarms that it raised, if a block is full."""
        self._open.merge(window)
        self.documents += window.documents
        return self._step() if self._open.documents >= self.options.block else []

    def _step(self) -> list[Alarm]:
        self._blocks.append(self._open)
        self._open = Window()
        live = merged(*self._blocks)
        self.findings = tuple(compare(self._reference, live, self._novelty))
        loud = {(one.field, one.detector) for one in significant(self.findings, self.options.alpha)}
        return [alarm for one in self.findings if (alarm := self._judge(one, loud)) is not None]

    def _judge(self, found: Finding, loud: set[tuple[str, str]]) -> Alarm | None:
        key = (found.field, found.detector)
        least = self.options.index if found.least == 0 else self.options.rate
        if key in loud and found.size >= least:
            self._first.setdefault(key, max(0, self.documents - self.options.block))
            self._loud[key] += 1
            self._quiet[key] = 0
        elif found.size < least / 2 or key not in self.alarms:
            self._loud[key] = 0
            self._quiet[key] += 1
        if key in self.alarms and self._quiet[key] >= self.options.clear_after:
            del self.alarms[key]
        if key not in self.alarms and not self._loud[key]:
            self._first.pop(key, None)
        if key in self.alarms or self._loud[key] < self.options.raise_after:
            return None
        alarm = Alarm(found.field, found.detector, round(found.size, 4), found.p, self._first[key], self.documents,
                      found.samples)  # fmt: skip
        self.alarms[key] = alarm
        return alarm


class Novelty:
    """Tells layouts that resemble none of the reference's: by less than `SHARE` of what its own have in common.

    A label renamed leaves most of a layout as it was; a new vendor's has little in common with any that is known.
    """

    def __init__(self, known: Sequence[tuple[int, ...]]) -> None:
        self._known = np.asarray([one for one in known if one], dtype=np.int64)
        self._columns = np.ascontiguousarray(self._known.T)
        self._seen: dict[str, bool] = {}
        own = sorted(self.nearest(one, but=place) for place, one in enumerate(self._known))
        self.limit = SHARE * own[len(own) // 100] if own else 0.0
        self.own = sum(one < self.limit for one in own)

    def nearest(self, layout: Sequence[int], but: int | None = None) -> float:
        """How much the most similar known layout resembles this one."""
        if not len(self._known):
            return 0.0
        same = self._columns == np.asarray(layout, dtype=np.int64)[:, None]
        alike = np.add.reduce(same.view(np.uint8), axis=0, dtype=np.uint8)  # a signature has fewer than 256 numbers
        if but is not None:
            alike[but] = 0
        return float(alike.max()) / len(layout)

    def new(self, window: Window) -> list[str]:
        """Record ids of the window's documents with a layout that is new. What was asked last time is remembered."""
        self._seen = {
            identity: self._seen[identity] if identity in self._seen else self.nearest(layout) < self.limit
            for identity, layout in window.layouts
        }
        return [identity for identity, layout in window.layouts if self._seen[identity]]

    @property
    def size(self) -> int:
        return len(self._known)


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


def blame(alarms: Sequence[Alarm], findings: Sequence[Finding] = ()) -> str:
    """What to look at first: the source of documents where that changed, else the field with the clearest change.

    A new vendor breaks fields too, and one of them may be sure a step earlier. So where an alarm stands, a finding of
    this step about whole documents counts with p under `LIKELY` and half the size that an alarm of its own needs.
    """
    if any(alarm.field == DOCUMENT for alarm in alarms):
        return DOCUMENT
    options = DriftOptions()
    for found in findings if alarms else ():
        least = (options.index if found.least == 0 else options.rate) / 2
        if found.field == DOCUMENT and found.p < LIKELY and found.size >= least:
            return DOCUMENT
    fields = [alarm for alarm in alarms if alarm.detector != "check_failed"] or list(alarms)
    return min(fields, key=lambda alarm: (alarm.p, -alarm.size)).field if fields else ""


def _document(before: Window, live: Window, novelty: Novelty) -> Iterator[Finding]:
    samples = tuple(identity for identity, _ in live.layouts[-EXAMPLES:])
    if novelty.size and live.layouts:
        new = novelty.new(live)
        yield _rate(DOCUMENT, "new_layout", novelty.own, novelty.size, len(new), len(live.layouts), new)
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
    if not of or not live_of:
        return Finding(field, detector, 0.0, 1.0, (), 1.0)
    p = float(hypergeom.sf(live_hits - 1, of + live_of, hits + live_hits, live_of))
    return Finding(field, detector, live_hits / live_of - hits / of, p, tuple(samples[-EXAMPLES:]), 1.0)


def _spread(field: str, detector: str, before: Sequence[int], live: Sequence[int], samples: Sequence[str]) -> Finding:
    """Whether two histograms differ: Kolmogorov-Smirnov's p, and the stability index as size."""
    first, second = np.asarray(before, dtype=float), np.asarray(live, dtype=float)
    n, m = first.sum(), second.sum()
    if not n or not m:
        return Finding(field, detector, 0.0, 1.0, (), 0.0)
    gap = float(np.abs(first.cumsum() / n - second.cumsum() / m).max())
    p = float(kstwobign.sf(gap * math.sqrt(n * m / (n + m))))
    return Finding(field, detector, stability_index(first, second), p, tuple(samples[-EXAMPLES:]), 0.0)


def _classes(
    field: str, detector: str, before: Mapping[str, int], live: Mapping[str, int], samples: Sequence[str]
) -> Finding:
    """Whether two counts of classes differ; classes expected fewer than five times are joined."""
    names = sorted({*before, *live})
    table = np.asarray([[before.get(name, 0) for name in names], [live.get(name, 0) for name in names]], dtype=float)
    if not names or not table.sum(axis=1).all():
        return Finding(field, detector, 0.0, 1.0, (), 0.0)
    table = _joined(table)
    if table.shape[1] < 2:
        return Finding(field, detector, 0.0, 1.0, (), 0.0)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    p = float(chi2.sf(statistic, table.shape[1] - 1))
    return Finding(field, detector, stability_index(table[0], table[1]), p, tuple(samples[-EXAMPLES:]), 0.0)


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
