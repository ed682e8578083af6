"""The one list of metrics: code, docs, dashboards and alerts are all made from it.

Labels hold names that the spec's author or this program chose (types, fields, words of a closed list), never a value
from a document, a path or an id. `Metrics` keeps each label to `MOST` values; what comes after is `other`.
"""

from dataclasses import dataclass
from typing import Literal

Board = Literal["overview", "document", "drift", "cost", "temporal", "review"]
Kind = Literal["counter", "gauge", "histogram"]
BOARDS: dict[Board, str] = {
    "overview": "Overview",
    "document": "Document type",
    "drift": "Drift",
    "cost": "Cost",
    "temporal": "Temporal workers",
    "review": "Review",
}
MOST = 200
"""Values that one label may take."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


@dataclass(frozen=True)
class Panel:
    """A plot: its title, PromQL (`$__rate_interval` and `$type` are filled in), the legend and Grafana's unit."""

    board: Board
    title: str
    query: str
    legend: str = ""
    unit: str = "short"


@dataclass(frozen=True)
class Metric:
    """`name` as Prometheus stores it (a counter's ends in `_total`)."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    buckets: tuple[float, ...] = ()
    origin: Literal["factory", "temporal"] = "factory"
    """`temporal`: the Temporal SDK serves it, where a worker is given a metrics address."""

    @property
    def queried(self) -> str:
        """The name as queries write it."""
        return f"{self.name}_bucket" if self.kind == "histogram" else self.name


def _rate(name: str, by: str) -> str:
    return f'sum by ({by}) (rate({name}{{type=~"$type"}}[$__rate_interval]))'


def _quantile(share: float, name: str, by: str) -> str:
    buckets = f'sum by (le, {by}) (rate({name}_bucket{{type=~"$type"}}[$__rate_interval]))'
    return f"histogram_quantile({share}, {buckets})"


def _of(name: str) -> str:
    return f'sum(rate({name}{{type=~"$type"}}[$__rate_interval]))'


_FIELDS = "factory_fields_total"
_BY_FIELD = 'sum by (field) (rate(factory_fields_total{type=~"$type"}[$__rate_interval]))'

METRICS: tuple[Metric, ...] = (
    Metric("factory_documents_total", "counter", "Documents by outcome: recorded, known, duplicate, failed.",
           ("type", "outcome"), (
               Panel("overview", "Documents a second by outcome",
                     _rate("factory_documents_total", "outcome"), "{{outcome}}"),
               Panel("document", "Documents a second", _rate("factory_documents_total", "type"), "{{type}}"),
           )),
    Metric("factory_failures_total", "counter", "Documents without a record, by reason.", ("type", "reason"),
           (Panel("overview", "Failures a second by reason", _rate("factory_failures_total", "reason"), "{{reason}}"),
            )),
    Metric("factory_in_flight", "gauge", "Documents at work.", ("type",),
           (Panel("overview", "Documents at work", 'sum by (type) (factory_in_flight{type=~"$type"})', "{{type}}"),)),
    Metric("factory_pages_total", "counter", "Pages read.", ("type",),
           (Panel("overview", "Pages a second", _rate("factory_pages_total", "type"), "{{type}}"),)),
    Metric(_FIELDS, "counter", "Answers by field, source and status.", ("type", "field", "source", "status"), (
        Panel("overview", "Compiled-path hit rate",
              '(sum(rate(factory_fields_total{type=~"$type",source="compiled",status="found"}[$__rate_interval])) '
              "or vector(0)) / "
              + _of(_FIELDS), "hit rate", "percentunit"),
        Panel("document", "Answers by status", _rate(_FIELDS, "status"), "{{status}}"),
        Panel("document", "Missing by field",
              'sum by (field) (rate(factory_fields_total{type=~"$type",status="not_found"}[$__rate_interval])) / '
              + _BY_FIELD + " or 0 * " + _BY_FIELD, "{{field}}", "percentunit"),
    )),
    Metric("factory_confidence", "histogram", "Calibrated confidence of answers.", ("type", "field"),
           (Panel("document", "Median confidence by field", _quantile(0.5, "factory_confidence", "field"),
                  "{{field}}", "percentunit"),), SHARES),
    Metric("factory_fallbacks_total", "counter", "Answers that the compiled path did not give, by field and rung.",
           ("type", "field", "source"),
           (Panel("overview", "Fallback rate", _of("factory_fallbacks_total") + " / " + _of(_FIELDS), "fallback rate",
                  "percentunit"),)),
    Metric("factory_violations_total", "counter", "Model answers that broke their Pydantic schema.", ("type",),
           (Panel("cost", "Schema violations a second", _rate("factory_violations_total", "type"), "{{type}}"),)),
    Metric("factory_retries_total", "counter", "Model requests beyond the first of a call.", ("type",),
           (Panel("cost", "Retries a second", _rate("factory_retries_total", "type"), "{{type}}"),)),
    Metric("factory_model_calls_total", "counter", "Model calls by how they ended.", ("type", "outcome"),
           (Panel("cost", "Model calls a second", _rate("factory_model_calls_total", "outcome"), "{{outcome}}"),)),
    Metric("factory_tokens_total", "counter", "Tokens of run-time model calls.", ("type", "direction"),
           (Panel("cost", "Tokens a second", _rate("factory_tokens_total", "direction"), "{{direction}}"),)),
    Metric("factory_dollars_total", "counter", "US dollars of run-time model calls, by the list prices.", ("type",),
           (Panel("cost", "Dollars an hour", f"3600 * {_rate('factory_dollars_total', 'type')}", "{{type}}",
                  "currencyUSD"),
            Panel("cost", "Dollars a thousand documents",
                  f"1000 * {_of('factory_dollars_total')} / {_of('factory_documents_total')}", "dollars",
                  "currencyUSD"))),
    Metric("factory_stage_seconds", "histogram", "Time of a stage: read, extract, write.", ("type", "stage"),
           (Panel("overview", "Median latency by stage", _quantile(0.5, "factory_stage_seconds", "stage"),
                  "{{stage}}", "s"),
            Panel("document", "99th percentile latency by stage",
                  _quantile(0.99, "factory_stage_seconds", "stage"), "{{stage}}", "s")), SECONDS),
    Metric("factory_check_results_total", "counter", "Cross-field checks by result: passed, failed, unknown.",
           ("type", "check", "result"),
           (Panel("document", "Checks a second", _rate("factory_check_results_total", "result"), "{{result}}"),)),
    Metric("factory_gate_findings_total", "counter", "Documents of which the input gate left something out.",
           ("type",),
           (Panel("overview", "Gate findings a second", _rate("factory_gate_findings_total", "type"), "{{type}}"),)),
    Metric("factory_ocr_confidence", "histogram", "Mean word confidence of a document's first page.",
           ("type", "source"),
           (Panel("document", "Median OCR confidence", _quantile(0.5, "factory_ocr_confidence", "source"),
                  "{{source}}", "percentunit"),), SHARES),
    Metric("factory_artifact_info", "gauge", "1 for the artifact at work; `version` is its address, 12 digits.",
           ("type", "version"),
           (Panel("overview", "Artifact at work", 'max by (type, version) (factory_artifact_info{type=~"$type"})',
                  "{{type}} {{version}}"),)),
    Metric("factory_drift_alarm", "gauge", "1 while a detector's alarm stands.", ("type", "field", "detector"),
           (Panel("drift", "Alarms that stand", 'max by (field, detector) (factory_drift_alarm{type=~"$type"})',
                  "{{field}} {{detector}}"),)),
    Metric("factory_drift_size", "gauge", "How far the live window is from the reference, in the detector's unit.",
           ("type", "field", "detector"),
           (Panel("drift", "Size of change", 'max by (field, detector) (factory_drift_size{type=~"$type"})',
                  "{{field}} {{detector}}"),)),
    Metric("factory_review_open", "gauge", "Fields that wait for a person.", ("type",),
           (Panel("review", "Queue depth", 'sum by (type) (factory_review_open{type=~"$type"})', "{{type}}"),)),
    Metric("factory_review_oldest_seconds", "gauge", "Age of the item that waits longest.", ("type",),
           (Panel("review", "Oldest item", 'max by (type) (factory_review_oldest_seconds{type=~"$type"})', "{{type}}",
                  "s"),)),
    Metric("factory_review_settled", "gauge", "Settled review items by decision.", ("type", "field", "decision"),
           (Panel("review", "Override rate by field",
                  'sum by (field) (factory_review_settled{type=~"$type",decision!="accept"}) / '
                  'sum by (field) (factory_review_settled{type=~"$type"})', "{{field}}", "percentunit"),)),
    Metric("factory_accuracy", "gauge", "Estimated accuracy with its 95 % Wilson interval; basis `reviewed` counts "
           "doubtful answers only, `audited` those drawn at random.", ("type", "basis", "bound"),
           (Panel("review", "Estimated accuracy", 'max by (basis, bound) (factory_accuracy{type=~"$type"})',
                  "{{basis}} {{bound}}", "percentunit"),)),
    Metric("temporal_worker_task_slots_available", "gauge", "Free slots of a Temporal worker.", ("worker_type",),
           (Panel("temporal", "Free slots", "sum by (worker_type) (temporal_worker_task_slots_available)",
                  "{{worker_type}}"),), origin="temporal"),
    Metric("temporal_num_pollers", "gauge", "Pollers of a Temporal worker.", ("poller_type",),
           (Panel("temporal", "Pollers", "sum by (poller_type) (temporal_num_pollers)", "{{poller_type}}"),),
           origin="temporal"),
    Metric("temporal_activity_execution_latency", "histogram", "Time of an activity, in seconds.",
           ("activity_type",),
           (Panel("temporal", "95th percentile of activities",
                  "histogram_quantile(0.95, sum by (le, activity_type) "
                  "(rate(temporal_activity_execution_latency_bucket[$__rate_interval])))",
                  "{{activity_type}}", "s"),), origin="temporal"),
    Metric("temporal_workflow_completed", "counter", "Workflows that ended well.", ("workflow_type",),
           (Panel("temporal", "Workflows completed a second",
                  "sum by (workflow_type) (rate(temporal_workflow_completed[$__rate_interval]))",
                  "{{workflow_type}}"),), origin="temporal"),
)  # fmt: skip


def panels(board: Board) -> list[Panel]:
    """All plots of one dashboard, in the order of the list."""
    return [panel for metric in METRICS for panel in metric.panels if panel.board == board]
