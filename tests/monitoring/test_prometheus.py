"""A real Prometheus scrapes a running batch; rules pass promtool; dashboards, alerts and code name the same metrics."""

import asyncio
import json
import shutil
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import re2

from monitoring.alerts import ALERTS, Alert
from monitoring.definitions import BOARDS, METRICS, panels
from monitoring.export import export
from monitoring.metrics import Metrics, MetricsObserver
from monitoring.reviewed import ReviewMetrics
from monitoring.serve import exposed
from runtime.audit import AuditLog
from runtime.batch import BatchOptions, run_batch
from runtime.durable.messages import BatchInput
from runtime.durable.submit import submit
from runtime.registry import Registry
from runtime.review.queue import list_open, settle
from runtime.store import Store
from tests.monitoring.test_metrics import free_port
from tests.runtime.conftest import MODEL, SOURCE, make_artifact
from tests.runtime.durable.conftest import House
from tests.runtime.durable.test_worker import worker

ROOT = Path(__file__).parents[2]
NAMES = re2.compile(r"\b(?:factory|temporal)_[a-z_]+")
PROMTOOL, PROMETHEUS = shutil.which("promtool"), shutil.which("prometheus")


def named(query: str) -> set[str]:
    """The metrics that a query names."""
    return {name.removesuffix("_bucket") for name in NAMES.findall(query)}


def test_dashboards_and_alerts_name_every_metric_and_no_other(tmp_path: Path) -> None:
    files = [json.loads(path.read_text()) for path in export(tmp_path) if path.suffix == ".json"]
    queries = [target["expr"] for file in files for panel in file["panels"] for target in panel["targets"]]
    shown = set().union(*(named(query) for query in queries))
    alerted = set().union(*(named(alert.query) for alert in ALERTS))
    assert shown == {metric.name for metric in METRICS} and alerted <= shown
    assert len(files) == len(BOARDS) and all(file["panels"] for file in files)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_each_alert_has_a_runbook_that_says_what_to_do(alert: Alert) -> None:
    page = (ROOT / alert.runbook).read_text(encoding="utf-8")
    assert page.startswith(f"# {alert.name}\n") and "## What to do" in page


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian's package prometheus has it)")
@pytest.mark.parametrize("call", [("check", "factory.rules.yml"), ("test", "factory.rules.test.yml")])
def test_rules_pass_promtool(call: tuple[str, str], tmp_path: Path) -> None:
    export(tmp_path)
    command = [str(PROMTOOL), call[0], "rules", call[1]]
    done = subprocess.run(command, cwd=tmp_path / "prometheus", capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def prometheus(folder: Path, target: int) -> Iterator[str]:
    """A server that scrapes `target` every half second; its address."""
    port = free_port()
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 500ms}\nscrape_configs:\n"
        f"  - job_name: batch\n    static_configs: [{{targets: ['127.0.0.1:{target}']}}]\n"
    )
    command = [str(PROMETHEUS), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
               f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def ask(address: str, query: str) -> list[object]:
    """The series with a number that an instant query gives; none where the server does not answer yet."""
    url = f"{address}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return [one for one in json.load(answer)["data"]["result"] if one["value"][1] != "NaN"]
    except OSError:
        return []


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed (Debian's package prometheus)")
def test_each_query_of_our_metrics_returns_data_while_a_batch_runs(
    registry: Registry, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    doubtful = json.loads(MODEL.to_json())
    doubtful["fields"]["number"]["threshold"] = None
    slow = SOURCE.replace("from extractors", "import time\n\nfrom extractors", 1).replace(
        "    found = []\n", "    time.sleep(0.02)\n    found = []\n"
    )
    registry.publish(make_artifact(slow, model=type(MODEL).from_json(json.dumps(doubtful))))
    store, metrics, port = Store(), Metrics(), free_port()
    paths = inbox(1200)
    run_batch(registry, "note", paths[:8], store, options=BatchOptions(1))
    settle(store, AuditLog(), list_open(store)[0].id, "accept", "ann")
    for gauge in ("factory_drift_alarm", "factory_drift_size"):
        metrics.of(gauge, "note", "number", "missing").set(0)
    metrics.of("factory_check_results_total", "note", "any", "passed")
    batch = threading.Thread(
        target=run_batch, args=(registry, "note", paths, store),
        kwargs={"options": BatchOptions(1), "observer": MetricsObserver(metrics)},
    )  # fmt: skip
    ours = [panel for board in BOARDS if board != "temporal" for panel in panels(board)]
    empty: list[str] = []
    with exposed(str(port), metrics, ReviewMetrics(metrics, store)), prometheus(tmp_path, port) as address:
        batch.start()
        until = time.monotonic() + 40
        while time.monotonic() < until:
            queries = {p.title: p.query.replace("$type", ".*").replace("$__rate_interval", "10s") for p in ours}
            empty = [title for title, query in queries.items() if not ask(address, query)]
            if not empty:
                break
            time.sleep(0.5)
        running = batch.is_alive()
        batch.join()
    assert empty == [] and running


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed (Debian's package prometheus)")
def test_each_query_of_the_workers_dashboard_returns_data_from_a_worker_at_work(
    house: House, inbox: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    paths, port = inbox(12), free_port()
    queries = {panel.title: panel.query.replace("$__rate_interval", "60s") for panel in panels("temporal")}
    queries["Documents a second"] = 'rate(factory_documents_total{outcome="recorded"}[60s])'
    empty = list(queries)

    async def hand_in(part: int) -> None:
        folder, claims = tmp_path / f"part-{part}", house.activities.claims
        folder.mkdir()
        for path in paths[3 * part : 3 * part + 3]:
            path.rename(folder / path.name)
        client, options = await house.client(), BatchInput(f"measured-{part}", "note", "", 0)
        handle = await submit(client, house.registry, claims, str(folder), options, house.queue)
        await asyncio.wait_for(handle.result(), 120)

    with worker(house, port), prometheus(tmp_path, port) as address:
        for part in range(4):
            asyncio.run(hand_in(part))
            time.sleep(1.2)  # two scrapes see what this part counted
            empty = [title for title, query in queries.items() if not ask(address, query)]
            if not empty:
                break
    assert empty == []
