"""`--metrics`: who listens to a batch."""

from collections.abc import Iterator
from contextlib import contextmanager

from runtime.observer import Observer
from runtime.store import Store


@contextmanager
def watched(target: str | None, store: Store, bar: Observer) -> Iterator[Observer]:
    """The bar, and where a target is given the metrics beside it. Raises UsageError."""
    if target is None:
        yield bar
        return
    from monitoring.metrics import Metrics, MetricsObserver, Observers
    from monitoring.reviewed import ReviewMetrics
    from monitoring.serve import exposed

    metrics = Metrics()
    with exposed(target, metrics, ReviewMetrics(metrics, store)):
        yield Observers([bar, MetricsObserver(metrics)])
