"""What drift is judged on: counts over a window of documents, small, mergeable across workers, and without a value.

A window of any number of documents takes some kilobytes: histograms with fixed edges, counts of value shapes, and at
most `KEPT` layout signatures.
"""

import math
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from extractors.candidate import FieldValue, Kind, Record
from ocr.profile import Profile

BINS = 20
"""Equal bins of OCR quality, 0 to 1, and of the log-odds of confidence."""
ODDS = tuple(1 / (1 + math.exp(-0.8 * step)) for step in range(1 - BINS // 2, BINS // 2))
"""Where bins of confidence begin: from 0.998 to 0.992 is four times as many errors, and no change at all on a scale of
equal parts."""
SHAPES = 24
"""Shapes of values that are told apart for one field; what comes after is `other`."""
KEPT = 400
"""Layout signatures that a window keeps."""
EXAMPLES = 5
"""Sample documents that a window keeps for each thing that can go wrong."""
MOST = 200
"""Characters of a value that its format class looks at."""
LONGEST = 24
"""Characters of a format class."""
FALLBACKS = ("model", "ocr_retry")
"""Sources of answers that the compiled path did not give."""


@dataclass
class FieldWindow:
    """Counts of one field. `shapes` maps a format class to how often it was seen."""

    documents: int = 0
    missing: int = 0
    fallback: int = 0
    settled: int = 0
    overridden: int = 0
    confidence: list[int] = field(default_factory=lambda: [0] * BINS)
    shapes: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    """Record ids, at most `EXAMPLES` for each of missing, fallback, confidence, shape and override."""

    def add(self, value: FieldValue, kind: Kind, record: str) -> None:
        """Count one answer."""
        text, confidence = value.value, value.confidence
        self.documents += 1
        self.confidence[bisect_right(ODDS, confidence)] += 1
        if text is None:
            self.missing += 1
            self._sample("missing", record)
        else:
            shape = shape_of(text, kind)
            known = shape in self.shapes or len(self.shapes) < SHAPES
            self.shapes[shape if known else "other"] += 1
            self._sample("shape", record)
        if value.source in FALLBACKS:
            self.fallback += 1
            self._sample("fallback", record)
        if confidence < 0.5:
            self._sample("confidence", record)

    def review(self, overridden: bool, record: str) -> None:
        """Count one settled review item."""
        self.settled += 1
        if overridden:
            self.overridden += 1
            self._sample("override", record)

    def merge(self, other: "FieldWindow") -> None:
        """Add what another worker counted."""
        for name in ("documents", "missing", "fallback", "settled", "overridden"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.confidence = [a + b for a, b in zip(self.confidence, other.confidence, strict=True)]
        for shape, count in other.shapes.items():
            known = shape in self.shapes or len(self.shapes) < SHAPES
            self.shapes[shape if known else "other"] += count
        for what, ids in other.samples.items():
            self.samples[what] = [*self.samples.get(what, []), *ids][-EXAMPLES:]

    def _sample(self, what: str, record: str) -> None:
        kept = self.samples.get(what)
        if kept is None:
            self.samples[what] = [record]
        else:
            kept.append(record)
            if len(kept) > EXAMPLES:
                del kept[0]


@dataclass
class Window:
    """Counts of a window of documents. `layouts` are the signatures kept, with the record of each.

    A live window's layouts are judged once (`judge`) and then dropped: `placed` of them were, `novel` were new.
    """

    documents: int = 0
    fields: dict[str, FieldWindow] = field(default_factory=dict)
    checks: dict[str, list[int]] = field(default_factory=dict)
    """By check: how often it failed, and how often it was decided."""
    quality: list[int] = field(default_factory=lambda: [0] * BINS)
    languages: Counter[str] = field(default_factory=Counter)
    layouts: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    failing: dict[str, list[str]] = field(default_factory=dict)
    """By check: record ids."""
    placed: int = 0
    novel: int = 0
    strange: list[str] = field(default_factory=list)
    """Record ids of new layouts."""
    latest: list[str] = field(default_factory=list)
    """Record ids of the latest documents."""

    def add(self, record: Record, profile: Profile | None, kinds: Mapping[str, Kind], identity: str) -> None:
        """Count one record; `identity` is its id."""
        self.documents += 1
        self.latest = [*self.latest[1 - EXAMPLES :], identity]
        for name, value in record.fields.items():
            window = self.fields.get(name)
            if window is None:
                window = self.fields[name] = FieldWindow()
            window.add(value, kinds.get(name, "text"), identity)
        for check in record.checks:
            if check.passed is not None:
                counts = self.checks.setdefault(check.name, [0, 0])
                counts[0] += not check.passed
                counts[1] += 1
                if not check.passed:
                    self.failing[check.name] = [*self.failing.get(check.name, []), identity][-EXAMPLES:]
        if profile is not None:
            self.quality[_bin(profile.quality)] += 1
            if profile.language != "other":  # too few words to tell: not a language of its own
                self.languages[profile.language] += 1
            if profile.layout and len(self.layouts) < KEPT:
                self.layouts.append((identity, profile.layout))

    def merge(self, other: "Window") -> None:
        """Add what another worker counted in the same span."""
        self.documents += other.documents
        for name, window in other.fields.items():
            self.fields.setdefault(name, FieldWindow()).merge(window)
        for check, counts in other.checks.items():
            mine = self.checks.setdefault(check, [0, 0])
            self.checks[check] = [mine[0] + counts[0], mine[1] + counts[1]]
        for check, ids in other.failing.items():
            self.failing[check] = [*self.failing.get(check, []), *ids][-EXAMPLES:]
        self.quality = [a + b for a, b in zip(self.quality, other.quality, strict=True)]
        self.languages.update(other.languages)
        self.layouts = [*self.layouts, *other.layouts][:KEPT]
        self.placed, self.novel = self.placed + other.placed, self.novel + other.novel
        self.strange = [*self.strange, *other.strange][-EXAMPLES:]
        self.latest = [*self.latest, *other.latest][-EXAMPLES:]

    def judge(self, new: Callable[[Sequence[tuple[int, ...]]], Sequence[bool]]) -> None:
        """Count which layouts are new, and drop them."""
        found = [
            identity
            for (identity, _), is_new in zip(self.layouts, new([layout for _, layout in self.layouts]), strict=True)
            if is_new
        ]
        self.placed, self.novel = self.placed + len(self.layouts), self.novel + len(found)
        self.strange, self.layouts = [*self.strange, *found][-EXAMPLES:], []

    def to_dict(self) -> dict[str, Any]:
        """As JSON, for a file or another process."""
        return {
            "documents": self.documents,
            "fields": {name: vars(window) for name, window in self.fields.items()},
            "checks": self.checks,
            "quality": self.quality,
            "languages": self.languages,
            "layouts": self.layouts,
            "failing": self.failing,
            "placed": self.placed,
            "novel": self.novel,
            "strange": self.strange,
            "latest": self.latest,
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Window":
        """The inverse of `to_dict`. Raises KeyError or TypeError where the shape is wrong."""
        fields = {
            name: FieldWindow(**{**part, "shapes": Counter(part["shapes"])}) for name, part in data["fields"].items()
        }
        layouts = [(str(identity), tuple(numbers)) for identity, numbers in data["layouts"]]
        rest = {name: data[name] for name in _PLAIN}
        return Window(fields=fields, languages=Counter(data["languages"]), layouts=layouts, **rest)


_PLAIN = ("documents", "checks", "quality", "failing", "placed", "novel", "strange", "latest")


def merged(*windows: Window) -> Window:
    """All windows as one; the parts stay as they are."""
    total = Window()
    for window in windows:
        total.merge(window)
    return total


def shape_of(value: str, kind: Kind) -> str:
    """The format class of a value: letters as `A`, digits as `9`, lengths of digits in steps of two.

    >>> shape_of("AB-20417", "identifier"), shape_of("1234.50", "money")
    ('A-999999', '9999.99')

    An enum's or a boolean's value is one of a closed list; its class is a checksum of it.
    """
    if kind in ("enum", "boolean"):
        return f"#{zlib.crc32(value.encode()) % 4096:03x}"
    if kind in ("party", "address", "text"):
        return f"{min(len(value) // 16, 7)}"
    return _collapsed(value[:MOST].translate(_CLASSES))


class _Classes(dict[int, str]):
    """What a character counts as: any letter `A`, a digit `9`, all others themselves."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = "A" if letter.isalpha() else "9" if "0" <= letter <= "9" else letter
        return self[code]


_CLASSES = _Classes()


@lru_cache(maxsize=4096)
def _collapsed(classes: str) -> str:
    runs = ((letter, len(list(run))) for letter, run in groupby(classes))
    return "".join(
        "A" if letter == "A" else letter * (min(2 * ((count + 1) // 2), 8) if letter == "9" else count)
        for letter, count in runs
    )[:LONGEST]


def _bin(share: float) -> int:
    return BINS - 1 if share >= 1.0 else int(share * BINS) if share > 0.0 else 0
