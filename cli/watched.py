"""`--metrics` and `--repair`: who listens to a batch, and what drift sets off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.live import Live
from cli.output import err, escape
from cli.sources import golden_folder
from extractors.candidate import Kind
from factory.spec_file import file_of
from runtime.audit import AuditLog
from runtime.errors import UsageError
from runtime.observer import Observer
from runtime.registry import Registry
from runtime.shape import Shape
from runtime.store import Store

if TYPE_CHECKING:
    from monitoring.mend import Mended, Workshop


@contextmanager
def watched(
    target: str | None, store: Store, bar: Observer, kinds: Mapping[str, Kind], always: bool = False
) -> Iterator[Observer]:
    """The bar; where a target is given metrics and drift beside it, and `always` drift. Raises UsageError."""
    if target is None and not always:
        yield bar
        return
    from monitoring.metrics import Metrics, MetricsObserver, Observers
    from monitoring.reviewed import ReviewMetrics
    from monitoring.serve import exposed
    from monitoring.watch import DriftObserver

    metrics = Metrics()
    told = (bar,) if target is None else (bar, MetricsObserver(metrics))
    drift = DriftObserver(kinds, metrics, store=store)
    with exposed(target, metrics, ReviewMetrics(metrics, store)) if target is not None else nullcontext():
        yield Observers([*told, drift])
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


def workshop(spec: Path, name: str, registry: Registry, store: Store) -> "Workshop":
    """What `--repair SPEC` works on. Raises UsageError, SpecError, GoldenError: before the batch, not after it."""
    from monitoring.mend import Workshop

    shop = Workshop.of(file_of(spec), golden_folder(spec, None), registry, store, AuditLog())
    if shop.name != name:
        raise UsageError(f"--repair {spec}: is the spec of {shop.name}, and {name} runs; name the spec of what runs")
    return shop


def repaired(shop: "Workshop", quiet: bool) -> "Mended":
    """Repair what standing alarms point at. Raises ArtifactError, RegistryError."""
    from monitoring.mend import Mended, on_alarm
    from monitoring.watch import standing

    alarms = standing(shop.name, shop.registry.address(shop.name))
    if not alarms:
        return Mended()
    with Live(quiet) as live:
        return on_alarm(replace(shop, step=live.step), alarms)
