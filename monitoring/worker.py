"""A worker's metrics at one address: this program's own, and those that the Temporal SDK serves beside them.

Drift is watched too: all workers with one home folder add to one stream for each artifact.
"""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import make_server

from prometheus_client import CONTENT_TYPE_LATEST, exposition, generate_latest

from monitoring.metrics import Metrics, MetricsObserver, Observers
from monitoring.watch import DriftObserver
from runtime.durable.dev_server import free_port
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.shape import Shape
from runtime.store import Store

SDK_SECONDS = 5.0


class WorkerObservers:
    """Observers for each artifact whose documents this worker stores: metrics and drift. Threads share them."""

    def __init__(self, metrics: Metrics, registry: Registry, store: Store) -> None:
        self._metrics, self._registry, self._store = metrics, registry, store
        self._made: dict[tuple[str, str], tuple[Observers, DriftObserver]] = {}
        self._lock = threading.Lock()

    def __call__(self, artifact: str, name: str) -> Observers:
        """The observers of an artifact, by address and name."""
        with self._lock:
            if (artifact, name) not in self._made:
                fields = Shape.of(self._registry.get(artifact)).fields
                kinds = {field: part.kind for field, part in fields.items()}
                drift = DriftObserver(kinds, self._metrics, store=self._store)
                both = Observers([MetricsObserver(self._metrics), drift])
                both.batch_started(artifact, name)
                self._made[artifact, name] = (both, drift)
            return self._made[artifact, name][0]

    def save(self) -> None:
        """Hand in what drift has counted."""
        for _, drift in list(self._made.values()):
            drift.save()


@contextmanager
def worker_metrics(target: str, registry: Registry, store: Store) -> Iterator[tuple[str, WorkerObservers]]:
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
    observers = WorkerObservers(metrics, registry, store)
    try:
        yield sdk, observers
    finally:
        observers.save()
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
