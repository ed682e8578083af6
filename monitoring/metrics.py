"""Metrics of a batch or a worker, in prometheus-client's terms. See `monitoring.definitions` for what there is."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import Metric as Family
from prometheus_client.registry import Collector

from extractors.candidate import FieldValue
from monitoring.definitions import METRICS, MOST, Metric
from monitoring.window import FALLBACKS
from runtime.local import GATE
from runtime.observer import NoObserver
from runtime.outcome import Extraction, Outcome

OTHER = "other"
TOGETHER = 128
"""Events that are counted at a time: some forty documents."""


class Metrics:
    """All metrics of this program in one registry. `of(name, *labels)` gives the child to count on.

    `pending` are called before the registry is read: whoever counts in batches catches up then. `working` are the
    documents at work, by type.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.pending: list[Callable[[], None]] = []
        self.working: dict[str, set[str]] = {}
        self.registry.register(_First(self.pending))
        self._metrics = {one.name: _make(one, self.registry) for one in METRICS if one.origin == "factory"}
        self._children: dict[tuple[str, ...], Any] = {}
        self._seen: dict[tuple[str, int], set[str]] = {}

    def of(self, name: str, *labels: str) -> Any:
        """The time series of these labels; a label's value beyond the first `MOST` counts as `other`."""
        key = (name, *labels)
        child = self._children.get(key)
        if child is None:
            bounded = [self._bounded(name, place, label) for place, label in enumerate(labels)]
            child = self._metrics[name].labels(*bounded)
            if bounded == list(labels):
                self._children[key] = child
        return child

    def _bounded(self, name: str, place: int, label: str) -> str:
        seen = self._seen.setdefault((name, place), set())
        if label in seen or len(seen) < MOST:
            seen.add(label)
            return label
        return OTHER


class _First(Collector):
    """The first that a registry asks. It has no metrics of its own."""

    def __init__(self, pending: Sequence[Callable[[], None]]) -> None:
        self._pending = pending

    def collect(self) -> Iterator[Family]:
        """Let everyone catch up."""
        for catch_up in self._pending:
            catch_up()
        yield from ()


class MetricsObserver(NoObserver):
    """Counts what a batch does. The batch's artifact gives the label `type`.

    Events are kept and counted `TOGETHER`, or when someone reads: one by one, between other work, takes three times as
    long.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self._waiting: deque[Outcome | tuple[str, float]] = deque()
        metrics.pending.append(self._catch_up)
        self._type = "none"
        self._working: set[str] = set()
        self._answers: dict[tuple[str, str, str], tuple[Any, Any]] = {}
        self._stages: dict[str, Any] = {}

    def batch_started(self, artifact: str, name: str) -> None:
        """Note which artifact is at work, and let the rates of rare events start at zero."""
        self._catch_up()
        self._type = name
        self._answers, self._stages = {}, {}
        working = self._working = self.metrics.working.setdefault(name, set())
        self.metrics.of("factory_in_flight", name).set_function(lambda: len(working))
        self.metrics.of("factory_artifact_info", name, artifact[:12]).set(1)
        for metric in ("violations", "retries", "dollars", "gate_findings"):
            self.metrics.of(f"factory_{metric}_total", name)
        for direction in ("input", "output"):
            self.metrics.of("factory_tokens_total", name, direction)
        for source in ("model", "ocr_retry"):
            self.metrics.of("factory_fallbacks_total", name, "any", source)
        self.metrics.of("factory_model_calls_total", name, "answered")
        self.metrics.of("factory_failures_total", name, "crash")

    def document_started(self, document: str) -> None:
        """One more at work."""
        self._working.add(document)

    def document_finished(self, outcome: Outcome) -> None:
        """Count the outcome and, of a new record, its answers."""
        self._working.discard(outcome.document or "")
        self._keep(outcome)

    def document_failed(self, outcome: Outcome) -> None:
        """Count the failure by its reason."""
        self._working.discard(outcome.document or "")
        self._keep(outcome)

    def stage(self, name: str, milliseconds: float) -> None:
        """The time of a stage."""
        self._keep((name, milliseconds))

    def _keep(self, event: Outcome | tuple[str, float]) -> None:
        self._waiting.append(event)
        if len(self._waiting) >= TOGETHER:
            self._catch_up()

    def _catch_up(self) -> None:
        """Count what waits. A reader's thread may do so while the batch goes on: taking from a deque is atomic."""
        while self._waiting:
            try:
                event = self._waiting.popleft()
            except IndexError:  # the other thread took the last one
                return
            if isinstance(event, Outcome):
                self._count(event)
            else:
                self._stage(*event)

    def _count(self, outcome: Outcome) -> None:
        self.metrics.of("factory_documents_total", self._type, outcome.kind).inc()
        if outcome.kind == "failed":
            self.metrics.of("factory_failures_total", self._type, outcome.reason or OTHER).inc()
        if outcome.extraction is not None:
            self._record(outcome.extraction)

    def _stage(self, name: str, milliseconds: float) -> None:
        series = self._stages.get(name)
        if series is None:
            series = self._stages[name] = self.metrics.of("factory_stage_seconds", self._type, name)
        series.observe(milliseconds / 1000)

    def _record(self, extraction: Extraction) -> None:
        kind, record, of = self._type, extraction.record, self.metrics.of
        of("factory_pages_total", kind).inc(extraction.pages)
        for name, value in record.fields.items():
            self._answer(name, value)
        for row in record.line_items:
            for name, value in row.items():
                self._answer(f"line_items.{name}", value)
        for check in record.checks:
            if check.name == GATE:
                of("factory_gate_findings_total", kind).inc()
            else:
                of("factory_check_results_total", kind, check.name, _RESULTS[check.passed]).inc()
        if extraction.profile is not None:
            of("factory_ocr_confidence", kind, extraction.profile.source).observe(extraction.profile.quality)
        self._calls(extraction)

    def _answer(self, name: str, value: FieldValue) -> None:
        key = (name, value.source, value.status)
        series = self._answers.get(key)
        if series is None:
            of, kind = self.metrics.of, self._type
            series = self._answers[key] = (of("factory_fields_total", kind, *key), of("factory_confidence", kind, name))
        series[0].inc()
        series[1].observe(value.confidence)
        if value.source in FALLBACKS:
            self.metrics.of("factory_fallbacks_total", self._type, name, value.source).inc()

    def _calls(self, extraction: Extraction) -> None:
        for call in extraction.climbed.calls if extraction.climbed else ():
            of, kind, usage = self.metrics.of, self._type, call.usage
            of("factory_model_calls_total", kind, call.outcome).inc()
            of("factory_tokens_total", kind, "input").inc(usage.input_tokens)
            of("factory_tokens_total", kind, "output").inc(usage.output_tokens)
            of("factory_dollars_total", kind).inc(usage.dollars)
            of("factory_retries_total", kind).inc(max(0, usage.requests - 1))
            of("factory_violations_total", kind).inc(call.outcome == "invalid")


class Observers:
    """Several observers as one, each told in turn."""

    def __init__(self, parts: Sequence[Any]) -> None:
        self._parts = tuple(parts)

    def batch_started(self, artifact: str, name: str) -> None:
        """Tell all."""
        for part in self._parts:
            part.batch_started(artifact, name)

    def document_started(self, document: str) -> None:
        """Tell all."""
        for part in self._parts:
            part.document_started(document)

    def document_finished(self, outcome: Outcome) -> None:
        """Tell all."""
        for part in self._parts:
            part.document_finished(outcome)

    def document_failed(self, outcome: Outcome) -> None:
        """Tell all."""
        for part in self._parts:
            part.document_failed(outcome)

    def stage(self, name: str, milliseconds: float) -> None:
        """Tell all."""
        for part in self._parts:
            part.stage(name, milliseconds)


_RESULTS = {True: "passed", False: "failed", None: "unknown"}


def _make(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    if metric.kind == "histogram":
        return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
    if metric.kind == "gauge":
        return Gauge(metric.name, metric.help, metric.labels, registry=registry)
    return Counter(metric.name, metric.help, metric.labels, registry=registry)
