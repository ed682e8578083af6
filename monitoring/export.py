"""All files for Grafana and Prometheus, in one folder."""

import json
from pathlib import Path

import yaml

from monitoring.alerts import rule_tests, rules
from monitoring.dashboards import dashboard, provisioning
from monitoring.definitions import BOARDS

SCRAPE = """scrape_configs:
  - job_name: code-factory
    scrape_interval: 15s
    static_configs:
      - targets: ["127.0.0.1:9464"]
rule_files: [factory.rules.yml]
"""


def export(folder: Path) -> list[Path]:
    """Write dashboards, provisioning, rules with their tests, and an example of Prometheus' configuration."""
    files = {f"dashboards/{board}.json": json.dumps(dashboard(board), indent=1) + "\n" for board in BOARDS}
    files |= {f"grafana/{path}": text for path, text in provisioning().items()}
    files["prometheus/factory.rules.yml"] = yaml.safe_dump(rules(), sort_keys=False, width=200)
    files["prometheus/factory.rules.test.yml"] = yaml.safe_dump(rule_tests(), sort_keys=False, width=200)
    files["prometheus/prometheus.yml"] = SCRAPE
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in files]
