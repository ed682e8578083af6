"""A worker's metrics at one address: this program's own, and those that the Temporal SDK serves beside them."""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import make_server

from prometheus_client import CONTENT_TYPE_LATEST, exposition, generate_latest

from monitoring.metrics import Metrics, MetricsObserver
from runtime.durable.dev_server import free_port
from runtime.errors import UsageError

SDK_SECONDS = 5.0


class WorkerObservers:
    """One observer for each artifact whose documents this worker stores. Threads share them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._made: dict[tuple[str, str], MetricsObserver] = {}
        self._lock = threading.Lock()

    def __call__(self, artifact: str, name: str) -> MetricsObserver:
        """The observer of an artifact, by address and name."""
        with self._lock:
            if (artifact, name) not in self._made:
                self._made[artifact, name] = MetricsObserver(self._metrics)
                self._made[artifact, name].batch_started(artifact, name)
            return self._made[artifact, name]


@contextmanager
def worker_metrics(target: str) -> Iterator[tuple[str, WorkerObservers]]:
    """Serve both at `target`, HOST:PORT, meanwhile; gives where the SDK is to serve its own. Raises UsageError."""
    host, _, port = target.rpartition(":")
    metrics, sdk = Metrics(), f"127.0.0.1:{free_port()}"

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [generate_latest(metrics.registry), _of_sdk(sdk)]

    try:
        server = make_server(host, int(port), app, handler_class=exposition._SilentHandler)
    except (OSError, OverflowError, ValueError) as error:
        raise UsageError(f"--metrics {target}: cannot be opened ({error}); write HOST:PORT with a free port") from None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sdk, WorkerObservers(metrics)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _of_sdk(address: str) -> bytes:
    """What the SDK serves; nothing before it has started."""
    try:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=SDK_SECONDS) as answer:
            text: bytes = answer.read()
    except OSError:
        return b""
    return text
