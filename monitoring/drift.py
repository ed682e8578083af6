"""Has the stream of documents changed since the artifact was measured? Who says so, about which field, since when.

A reference window (the first documents of production) is compared with a live one, block by block; the tests stand in
`monitoring.detect`. An alarm is raised only where the same test speaks `raise_after` steps in a row with a size that
matters, and falls only after `clear_after` quiet ones: both against flicker.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extractors.candidate import Kind, Record
from monitoring.detect import DOCUMENT, Finding, Novelty, compare, significant
from monitoring.window import FieldWindow, Window, merged
from ocr.profile import Profile

LIKELY = 0.001
"""Of one test, not corrected for the others: enough to say why where an alarm says that."""
Key = tuple[str, str]
"""Field and detector."""


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

    def least(self, found: Finding) -> float:
        """The size that a finding of this sort needs."""
        return self.rate if found.is_rate else self.index


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
    """Watches one artifact's stream. Memory does not grow with it: it holds `blocks` + 2 windows.

    `state` is all that it knows beside the reference; `restore` goes on from it, in this process or another.
    """

    def __init__(self, reference: Window, kinds: Mapping[str, Kind], options: DriftOptions | None = None) -> None:
        self.options = options or DriftOptions()
        self.kinds = kinds
        self.documents = 0
        self.alarms: dict[Key, Alarm] = {}
        self.findings: tuple[Finding, ...] = ()
        self._reference = reference
        self._novelty = Novelty([layout for _, layout in reference.layouts])
        self._blocks: deque[Window] = deque(maxlen=self.options.blocks)
        self._open = Window()
        self._reviews: dict[str, FieldWindow] = {}
        self._loud: Counter[Key] = Counter()
        self._quiet: Counter[Key] = Counter()
        self._first: dict[Key, int] = {}

    def add(self, record: Record, profile: Profile | None, identity: str) -> list[Alarm]:
        """Count one record; give the alarms that it raised, if a block is full."""
        self._open.add(record, profile, self.kinds, identity)
        self.documents += 1
        return self._step() if self._open.documents >= self.options.block else []

    def merge(self, window: Window) -> list[Alarm]:
        """Take in what a worker counted; give the alarms that it raised, if a block is full."""
        window.judge(self._novelty.new)
        self._open.merge(window)
        self.documents += window.documents
        return self._step() if self._open.documents >= self.options.block else []

    def review(self, field: str, overridden: bool, record: str) -> None:
        """Count what a person decided about an answer. It counts in every step to come, and is no part of `state`."""
        self._reviews.setdefault(field, FieldWindow()).review(overridden, record)

    def state(self) -> dict[str, Any]:
        """What `restore` takes, as JSON."""
        return {
            "documents": self.documents,
            "blocks": [block.to_dict() for block in self._blocks],
            "open": self._open.to_dict(),
            "alarms": [asdict(alarm) for alarm in self.alarms.values()],
            "loud": [[*key, count] for key, count in self._loud.items() if count],
            "quiet": [[*key, count] for key, count in self._quiet.items() if count and key in self.alarms],
            "first": [[*key, place] for key, place in self._first.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from there. Raises KeyError, TypeError or ValueError where it is no state."""
        alarms = alarms_of(state)
        blocks = [Window.from_dict(block) for block in state["blocks"]]
        self.documents, self._open = int(state["documents"]), Window.from_dict(state["open"])
        self._blocks = deque(blocks, maxlen=self.options.blocks)
        self.alarms = {(alarm.field, alarm.detector): alarm for alarm in alarms}
        self._loud, self._quiet = Counter(_counts(state["loud"])), Counter(_counts(state["quiet"]))
        self._first = _counts(state["first"])

    def _step(self) -> list[Alarm]:
        self._open.judge(self._novelty.new)
        self._blocks.append(self._open)
        self._open = Window()
        live = merged(*self._blocks, Window(fields=self._reviews))
        self.findings = tuple(compare(self._reference, live, self._novelty))
        loud = {(one.field, one.detector) for one in significant(self.findings, self.options.alpha)}
        return [alarm for one in self.findings if (alarm := self._judge(one, loud)) is not None]

    def _judge(self, found: Finding, loud: set[Key]) -> Alarm | None:
        key = (found.field, found.detector)
        least = self.options.least(found)
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


def blame(alarms: Sequence[Alarm], findings: Sequence[Finding] = ()) -> str:
    """What to look at first: the source of documents where that changed, else the field with the clearest change.

    A new vendor breaks fields too, and one of them may be sure a step earlier. So where an alarm stands, a finding of
    this step about whole documents counts with p under `LIKELY` and half the size that an alarm of its own needs.
    """
    if any(alarm.field == DOCUMENT for alarm in alarms):
        return DOCUMENT
    options = DriftOptions()
    for found in findings if alarms else ():
        if found.field == DOCUMENT and found.p < LIKELY and found.size >= options.least(found) / 2:
            return DOCUMENT
    fields = [alarm for alarm in alarms if alarm.detector != "check_failed"] or list(alarms)
    return min(fields, key=lambda alarm: (alarm.p, -alarm.size)).field if fields else ""


def alarms_of(state: Mapping[str, Any]) -> list[Alarm]:
    """The alarms that stand in a `DriftMonitor.state`. Raises KeyError or TypeError where it is none."""
    return [Alarm(**{**one, "samples": tuple(one["samples"])}) for one in state["alarms"]]


def _counts(rows: Iterable[Sequence[Any]]) -> dict[Key, int]:
    return {(str(field), str(detector)): int(count) for field, detector, count in rows}
