"""Prometheus rules, each with a runbook, and unit tests of them for `promtool test rules`."""

from dataclasses import dataclass
from typing import Any

RUNBOOKS = "docs/runbooks"


@dataclass(frozen=True)
class Alert:
    """`series` is what makes it fire in its unit test, a value a minute; the labels that it then has are `labels`."""

    name: str
    query: str
    minutes: int
    severity: str
    summary: str
    series: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str], ...]

    @property
    def runbook(self) -> str:
        """The page's path in the repository."""
        return f"{RUNBOOKS}/{self.name}.md"


_NOTE = (("type", "note"),)
_FAILING = (('factory_documents_total{type="note",outcome="failed"}', "0+10x60"),
            ('factory_documents_total{type="note",outcome="recorded"}', "0+10x60"))  # fmt: skip

ALERTS: tuple[Alert, ...] = (
    Alert("FactoryDocumentsFail",
          'sum by (type) (rate(factory_documents_total{outcome="failed"}[10m])) / '
          "sum by (type) (rate(factory_documents_total[10m])) > 0.05",
          10, "page", "More than 5 % of documents have no record.", _FAILING, _NOTE),
    Alert("FactoryFallbackHigh",
          "sum by (type) (rate(factory_fallbacks_total[30m])) / sum by (type) (rate(factory_fields_total[30m])) > 0.2",
          30, "ticket", "More than a fifth of answers need the ladder.",
          (('factory_fallbacks_total{type="note",field="a",source="model"}', "0+5x90"),
           ('factory_fields_total{type="note",field="a",source="model",status="found"}', "0+10x90")), _NOTE),
    Alert("FactoryDrift", "max by (type, field, detector) (factory_drift_alarm) > 0", 0, "ticket",
          "A field or the documents themselves changed.",
          (('factory_drift_alarm{type="note",field="a",detector="missing"}', "1x60"),),
          (*_NOTE, ("field", "a"), ("detector", "missing"))),
    Alert("FactoryReviewOld", "max by (type) (factory_review_oldest_seconds) > 172800", 10, "ticket",
          "A field has waited for a person for more than two days.",
          (('factory_review_oldest_seconds{type="note"}', "200000x60"),), _NOTE),
    Alert("FactoryReviewGrows", "sum by (type) (factory_review_open) > 1000", 30, "ticket",
          "More than a thousand fields wait for a person.",
          (('factory_review_open{type="note"}', "2000x90"),), _NOTE),
    Alert("FactoryAccuracyLow", 'max by (type) (factory_accuracy{basis="audited",bound="high"}) < 0.95', 10, "page",
          "Answers drawn at random are right less often than 95 %, beyond chance.",
          (('factory_accuracy{type="note",basis="audited",bound="high"}', "0.9x60"),), _NOTE),
    Alert("FactoryGateFindings", "sum by (type) (increase(factory_gate_findings_total[1h])) > 20", 0, "page",
          "Many documents speak to a model: someone may be trying.",
          (('factory_gate_findings_total{type="note"}', "0+5x60"),), _NOTE),
    Alert("FactorySpendHigh", "sum by (type) (increase(factory_dollars_total[1h])) > 10", 0, "ticket",
          "More than 10 dollars an hour go to models.",
          (('factory_dollars_total{type="note"}', "0+1x60"),), _NOTE),
)  # fmt: skip


def rules() -> dict[str, Any]:
    """The content of the rules file."""
    return {"groups": [{"name": "code-factory", "rules": [_rule(alert) for alert in ALERTS]}]}


def rule_tests() -> dict[str, Any]:
    """For each alert: silent without its series, firing with them."""
    return {
        "rule_files": ["factory.rules.yml"],
        "evaluation_interval": "1m",
        "tests": [test for alert in ALERTS for test in (_silent(alert), _firing(alert))],
    }


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.query,
        "for": f"{alert.minutes}m",
        "labels": {"severity": alert.severity},
        "annotations": {"summary": alert.summary, "runbook_url": alert.runbook},
    }


def _firing(alert: Alert) -> dict[str, Any]:
    labels = {**dict(alert.labels), "severity": alert.severity}
    told = {"summary": alert.summary, "runbook_url": alert.runbook}
    found = [{"exp_labels": labels, "exp_annotations": told}]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in alert.series],
        "alert_rule_test": [{"eval_time": "55m", "alertname": alert.name, "exp_alerts": found}],
    }


def _silent(alert: Alert) -> dict[str, Any]:
    series = [{"series": 'factory_documents_total{type="note",outcome="recorded"}', "values": "0+10x60"}]
    asked = [{"eval_time": "55m", "alertname": alert.name, "exp_alerts": []}]
    return {"interval": "1m", "input_series": series, "alert_rule_test": asked}
