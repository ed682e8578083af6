"""`--metrics`: who listens to a batch."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cli.output import err, escape
from extractors.candidate import Kind
from runtime.observer import Observer
from runtime.shape import Shape
from runtime.store import Store


@contextmanager
def watched(target: str | None, store: Store, bar: Observer, kinds: Mapping[str, Kind]) -> Iterator[Observer]:
    """The bar, and where a target is given the metrics beside it. Raises UsageError."""
    if target is None:
        yield bar
        return
    from monitoring.metrics import Metrics, MetricsObserver, Observers
    from monitoring.reviewed import ReviewMetrics
    from monitoring.serve import exposed
    from monitoring.watch import DriftObserver

    metrics = Metrics()
    with exposed(target, metrics, ReviewMetrics(metrics, store)):
        drift = DriftObserver(kinds, metrics, store=store)
        yield Observers([bar, MetricsObserver(metrics), drift])
        drift.save()
    for alarm in drift.alarms:
        err.print(
            f"[yellow]drift:[/] {escape(alarm.field)} {alarm.detector} {alarm.size:+.2f} since document {alarm.since}: "
            f" {', '.join(identity[:12] for identity in alarm.samples)}",
            highlight=False,
        )


def kinds_of(shape: Shape) -> dict[str, Kind]:
    """The type of each field outside the line items."""
    return {name: part.kind for name, part in shape.fields.items()}
