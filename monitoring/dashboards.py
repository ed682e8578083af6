"""Grafana dashboards as JSON, made from the definitions, and the files that provision them."""

from typing import Any

from monitoring.definitions import BOARDS, Board, Panel, panels

DATASOURCE = {"type": "prometheus", "uid": "factory"}
WIDTH, HEIGHT = 12, 8
"""Of a panel, in Grafana's grid of 24 columns."""


def dashboard(board: Board) -> dict[str, Any]:
    """One dashboard, two panels a row. `$type` chooses document types."""
    return {
        "uid": f"factory-{board}",
        "title": f"Code Factory: {BOARDS[board]}",
        "tags": ["code-factory"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_types()]},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels(board))],
    }


def provisioning() -> dict[str, str]:
    """Files by path below Grafana's `provisioning/`."""
    return {
        "provisioning/datasources/factory.yaml": (
            "apiVersion: 1\ndatasources:\n  - name: Factory\n    uid: factory\n    type: prometheus\n"
            "    access: proxy\n    url: http://127.0.0.1:9090\n"
        ),
        "provisioning/dashboards/factory.yaml": (
            "apiVersion: 1\nproviders:\n  - name: Code Factory\n    folder: Code Factory\n    type: file\n"
            "    options:\n      path: /etc/grafana/dashboards/factory\n"
        ),
    }


def _types() -> dict[str, Any]:
    return {
        "name": "type",
        "label": "Document type",
        "type": "query",
        "datasource": DATASOURCE,
        "query": "label_values(factory_documents_total, type)",
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
        "refresh": 2,
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": DATASOURCE,
        "gridPos": {"x": WIDTH * (number % 2), "y": HEIGHT * (number // 2), "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [{"refId": "A", "expr": panel.query, "legendFormat": panel.legend, "datasource": DATASOURCE}],
    }
