"""Canary and shadow: a share of new documents on a candidate, and back to what ran before where it is worse.

    REGISTRY/rollouts/NAME.json       {"stable", "candidate", "share", "mode", "state", "reason"}
    REGISTRY/rollouts/NAME.jsonl      one line a document that the shadow answered otherwise: hashes and field names

Worse means: the share of records that wait for a person, or of settled items that were corrected, is larger by a
one-sided two-proportion z-test at 1 %. Pages of a batch ask anew, so a rollback reaches the next page of all batches;
what is at work finishes on the artifact it began with.
"""

import hashlib
import json
import math
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Select, func, select

from runtime.errors import UsageError
from runtime.files import locked, write_atomic
from runtime.registry import Registry
from runtime.store import Store
from runtime.tables import records, review_items

Z_WORSE = 2.326
"""One-sided 1 %."""
MINIMUM = 20
"""Records of either artifact before anything is said."""
Mode = Literal["canary", "shadow"]


@dataclass(frozen=True)
class Rollout:
    """`state`: running, promoted or rolled_back. `share` in 0..1 is of new documents."""

    stable: str
    candidate: str
    share: float
    mode: Mode
    state: str = "running"
    reason: str = ""


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
    rollout: Rollout | None = None

    def artifacts(self, key: str) -> tuple[str, str | None]:
        """Artifact and shadow for the document of this key; the same key always gets the same answer."""
        rollout = self.rollout
        if rollout is None or _point(key) >= rollout.share:
            return self.stable, None
        return (rollout.candidate, None) if rollout.mode == "canary" else (self.stable, rollout.candidate)


class Rollouts:
    """The rollouts of a registry, judged by the records of a store."""

    def __init__(self, registry: Registry, store: Store) -> None:
        self._registry, self._store = registry, store
        self._folder = registry.root / "rollouts"

    def start(self, reference: str, share: float, mode: Mode = "canary") -> Rollout:
        """Give `NAME@ADDRESS` a share of the new documents. Raises UsageError, RegistryError, ArtifactError."""
        name = reference.partition("@")[0]
        candidate, stable = self._registry.address(reference), self._registry.address(name)
        self._registry.get(candidate)
        if candidate == stable:
            raise UsageError(f"{name}: this version runs already; name another one, NAME@ADDRESS")
        with self._lock(name):
            running = self.show(name)
            if running is not None and running.state == "running":
                raise UsageError(f"{name}: a rollout runs already; `factory rollout promote` or `rollback` ends it")
            return self._write(name, Rollout(stable, candidate, share, mode))

    def show(self, name: str) -> Rollout | None:
        """The last rollout of the name."""
        path = self._path(name)
        return Rollout(**json.loads(path.read_text())) if path.exists() else None

    def promote(self, name: str) -> Rollout:
        """All new documents on the candidate."""
        with self._lock(name):
            rollout = self._running(name)
            self._registry.promote(f"{name}@{rollout.candidate}")
            return self._write(name, replace(rollout, state="promoted", reason="by command"))

    def rollback(self, name: str, reason: str = "by command") -> Rollout:
        """All new documents on what ran before."""
        with self._lock(name):
            return self._write(name, replace(self._running(name), state="rolled_back", reason=reason))

    def decide(self, name: str) -> Choice:
        """What new documents run on now; rolls back first where the candidate is worse."""
        rollout = self.show(name)
        if rollout is None or rollout.state != "running":
            return Choice(self._registry.address(name))
        why = worse(self.rates(rollout.stable), self.rates(rollout.candidate))
        if why is None:
            return Choice(rollout.stable, rollout)
        self.rollback(name, why)
        return Choice(rollout.stable)

    def rates(self, artifact: str) -> Rates:
        """Counts of one artifact's records, from the store."""
        items = select(review_items).join(records, records.c.id == review_items.c.record)
        own = items.where(records.c.artifact == artifact)
        with self._store.engine.connect() as connection:

            def count(query: Select[Any]) -> int:
                return int(connection.scalar(query) or 0)

            made = count(select(func.count()).select_from(records).where(records.c.artifact == artifact))
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
        with self._lock(name), (self._folder / f"{name}.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def differences(self, name: str) -> dict[str, int]:
        """Of the running or last shadow: how many documents were compared, and in how many each field differed."""
        rollout, path = self.show(name), self._folder / f"{name}.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        last = {one["document"]: one for one in lines if rollout and one["shadow"] == rollout.candidate}
        counts = {"documents": len(last)}
        for one in last.values():
            for field in one["fields"]:
                counts[field] = counts.get(field, 0) + 1
        return counts

    def _running(self, name: str) -> Rollout:
        rollout = self.show(name)
        if rollout is None or rollout.state != "running":
            raise UsageError(f"{name}: no rollout runs; `factory rollout start {name}@ADDRESS` begins one")
        return rollout

    def _write(self, name: str, rollout: Rollout) -> Rollout:
        write_atomic(self._path(name), (json.dumps(asdict(rollout), indent=1) + "\n").encode())
        return rollout

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _lock(self, name: str) -> AbstractContextManager[None]:
        return locked(self._folder / f".{name}.lock")


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


def _point(key: str) -> float:
    """A point in 0..1 that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64
