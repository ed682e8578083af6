"""Versions on trial: what new documents run on, and back to what ran before where the trial does worse.

The registry says which version is on trial; here its records are judged. Worse means: the share of records that wait
for a person, or of settled items that were corrected, is larger by a one-sided two-proportion z-test at 1 %.
`factory run` asks when it begins, a batch on Temporal for each of its pages; what is at work finishes on the artifact
that it began with. What a shadow answers otherwise is kept beside the names:

    REGISTRY/rollouts/NAME.jsonl      one line a document: hashes and field names
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from runtime.audit import AuditLog
from runtime.files import locked
from runtime.registry import Name, Registry, Trial
from runtime.store import Store
from runtime.tables import records, review_items

Z_WORSE = 2.326
"""One-sided 1 %."""
MINIMUM = 20
"""Records of either artifact before anything is said."""


@dataclass(frozen=True)
class Rates:
    """Of one artifact: its records, those of them with an item for a person, settled items, corrected ones."""

    records: int
    reviewed: int
    settled: int
    corrected: int


@dataclass(frozen=True)
class Choice:
    """What new documents of a name run on."""

    stable: str
    trial: Trial | None = None

    def artifacts(self, key: str) -> tuple[str, str | None]:
        """Artifact and shadow for the document of this key; the same key always gets the same answer."""
        trial = self.trial
        if trial is None or not trial.takes(key):
            return self.stable, None
        return (trial.artifact, None) if trial.mode == "canary" else (self.stable, trial.artifact)


class Rollouts:
    """The trials of a registry, judged by the records of a store."""

    def __init__(self, registry: Registry, store: Store, audit: AuditLog) -> None:
        self._registry, self._store, self._audit = registry, store, audit
        self._folder = registry.root / "rollouts"

    def decide(self, name: str) -> Choice:
        """What new documents run on now; rolls back first where the version on trial does worse."""
        entry, stable = self._registry.show(name), self._registry.address(name)
        if entry.trial is None:
            return Choice(stable)
        trial, since = entry.trial, began(entry)
        why = worse(self.rates(stable, since), self.rates(trial.artifact, since))
        if why is None:
            return Choice(stable, trial)
        self._audit.append("artifact.rollback", (trial.artifact, why))
        return Choice(self._registry.end_trial(name, trial.artifact, why))

    def rates(self, artifact: str, since: str = "") -> Rates:
        """Counts of one artifact's records of `since` or later, from the store.

        Versions are compared on documents of the same time: before a trial the stream may have been another one.
        """
        recent = (records.c.artifact == artifact) & (records.c.created >= since)
        own = select(review_items).join(records, records.c.id == review_items.c.record).where(recent)
        with self._store.engine.connect() as connection:

            def count(query: Select[Any]) -> int:
                return int(connection.scalar(query) or 0)

            made = count(select(func.count()).select_from(records).where(recent))
            found = own.subquery()
            reviewed = count(select(func.count(func.distinct(found.c.record))))
            settled = count(select(func.count()).where(found.c.state == "settled"))
            corrected = count(
                select(func.count()).where(found.c.state == "settled", found.c.decision.in_(("correct", "reject")))
            )
        return Rates(made, reviewed, settled, corrected)

    def note_difference(self, name: str, document: str, stable: str, shadow: str, fields: list[str]) -> None:
        """One line for a document: which fields the shadow answers otherwise. None are noted too: they count."""
        line = {"document": document, "stable": stable, "shadow": shadow, "fields": fields}
        with locked(self._folder / f".{name}.lock"), (self._folder / f"{name}.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def differences(self, name: str, shadow: str) -> dict[str, int]:
        """How many documents this shadow was compared on, and in how many each field differed."""
        path = self._folder / f"{name}.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        last = {one["document"]: one for one in lines if one["shadow"] == shadow}
        counts = {"documents": len(last)}
        for one in last.values():
            for field in one["fields"]:
                counts[field] = counts.get(field, 0) + 1
        return counts


def began(entry: Name) -> str:
    """When the last trial of a name began, ISO 8601 in UTC; empty where there was none."""
    return next((event.time for event in reversed(entry.events) if event.action in ("canary", "shadow")), "")


def worse(stable: Rates, candidate: Rates) -> str | None:
    """Why the candidate is worse, or None where that is not shown."""
    pairs = (
        ("review rate", (stable.reviewed, stable.records), (candidate.reviewed, candidate.records)),
        ("correction rate", (stable.corrected, stable.settled), (candidate.corrected, candidate.settled)),
    )
    for what, before, after in pairs:
        if min(before[1], after[1]) >= MINIMUM and _z(before, after) > Z_WORSE:
            return f"{what} {after[0] / after[1]:.1%} against {before[0] / before[1]:.1%}"
    return None


def _z(before: tuple[int, int], after: tuple[int, int]) -> float:
    """The pooled two-proportion z statistic; positive where `after` is larger."""
    pooled = (before[0] + after[0]) / (before[1] + after[1])
    spread = math.sqrt(pooled * (1 - pooled) * (1 / before[1] + 1 / after[1]))
    return 0.0 if spread == 0 else (after[0] / after[1] - before[0] / before[1]) / spread
