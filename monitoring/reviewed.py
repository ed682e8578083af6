"""What the review queue says: depth, age, overrides, and how accurate answers are."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select

from factory.score import wilson
from monitoring.metrics import Metrics
from runtime.record import place_of
from runtime.store import Store
from runtime.tables import AUDIT, records, review_items

EVERY = 10.0
"""Seconds for which an answer of the store is good enough."""
DECISIONS = ("accept", "correct", "reject")


class ReviewMetrics:
    """Puts the queue's state into gauges; asks the store at most every `EVERY` seconds."""

    def __init__(self, metrics: Metrics, store: Store) -> None:
        self._metrics, self._store, self._asked = metrics, store, float("-inf")

    def refresh(self, at_once: bool = False) -> None:
        """Read the store where it is time to."""
        if not at_once and time.monotonic() - self._asked < EVERY:
            return
        self._asked = time.monotonic()
        for kind, count, oldest in _open(self._store):
            self._metrics.of("factory_review_open", kind).set(count)
            self._metrics.of("factory_review_oldest_seconds", kind).set(_age(oldest) if oldest else 0.0)
        decided: Counter[tuple[str, str, str]] = Counter()
        bases: dict[tuple[str, str], Counter[bool]] = {}
        for kind, field, reason, decision, count in settled_counts(self._store):
            decided[kind, field, decision] += count
            basis = "audited" if reason == AUDIT else "reviewed"
            bases.setdefault((kind, basis), Counter())[decision == "accept"] += count
        for kind, field in {(kind, field) for kind, field, _ in decided}:
            for decision in DECISIONS:
                self._metrics.of("factory_review_settled", kind, field, decision).set(decided[kind, field, decision])
        for (kind, basis), counts in bases.items():
            right, total = counts[True], counts.total()
            low, high = wilson(right, total)
            for bound, share in (("low", low), ("mean", right / total), ("high", high)):
                self._metrics.of("factory_accuracy", kind, basis, bound).set(share)


def _open(store: Store) -> list[tuple[str, int, str | None]]:
    """Type, open items and when the oldest came; types whose queue is empty with 0."""
    waiting = select(records.c.name, func.count(), func.min(review_items.c.created)).join(
        review_items, records.c.id == review_items.c.record
    )
    with store.engine.connect() as connection:
        rows = connection.execute(waiting.where(review_items.c.state == "open").group_by(records.c.name)).all()
        known = connection.scalars(select(records.c.name).distinct()).all()
    found = {row[0]: (row[0], int(row[1]), str(row[2])) for row in rows}
    return [found.get(name, (name, 0, None)) for name in known]


def settled_counts(store: Store) -> Iterator[tuple[str, str, str, str, int]]:
    """Type, field (a column for cells), reason, decision, count."""
    query = (
        select(records.c.name, review_items.c.field, review_items.c.reason, review_items.c.decision, func.count())
        .join(review_items, records.c.id == review_items.c.record)
        .where(review_items.c.state == "settled")
        .group_by(records.c.name, review_items.c.field, review_items.c.reason, review_items.c.decision)
    )
    totals: Counter[tuple[str, str, str, str]] = Counter()
    with store.engine.connect() as connection:
        for kind, field, reason, decision, count in connection.execute(query):
            row, column = place_of(field)
            totals[(kind, f"line_items.{column}" if row >= 0 else field, reason, decision)] += count
    yield from ((*key, count) for key, count in totals.items())


def _age(moment: str) -> float:
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())
