"""Metrics at a port of the loopback, or in a file for node_exporter's textfile collector."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

from prometheus_client import exposition, generate_latest

from monitoring.metrics import Metrics
from monitoring.reviewed import ReviewMetrics
from runtime.errors import UsageError
from runtime.files import write_atomic

HOST = "127.0.0.1"
WRITE_SECONDS = 10.0


@contextmanager
def exposed(target: str, metrics: Metrics, review: ReviewMetrics | None = None) -> Iterator[None]:
    """Serve `metrics` while the block runs: `target` is a port, or a file that ends in `.prom`. Raises UsageError."""
    if target.isdigit():
        with _served(int(target), metrics, review):
            yield
    elif target.endswith(".prom"):
        with _written(Path(target), metrics, review):
            yield
    else:
        raise UsageError(f"--metrics {target}: give a port such as 9464, or a file that ends in .prom")


@contextmanager
def _served(port: int, metrics: Metrics, review: ReviewMetrics | None) -> Iterator[None]:
    app = exposition.make_wsgi_app(metrics.registry)

    def fresh(environ: Any, start_response: Any) -> Any:
        if review is not None:
            review.refresh()
        return app(environ, start_response)

    try:
        server = make_server(HOST, port, fresh, handler_class=exposition._SilentHandler)
    except (OSError, OverflowError) as error:
        raise UsageError(f"--metrics {port}: cannot be opened ({error}); choose a free port") from None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _written(path: Path, metrics: Metrics, review: ReviewMetrics | None) -> Iterator[None]:
    ended = threading.Event()

    def write(last: bool = False) -> None:
        if review is not None:
            review.refresh(at_once=last)
        write_atomic(path, generate_latest(metrics.registry))

    def keep() -> None:
        while not ended.wait(WRITE_SECONDS):
            write()

    try:
        write()
    except OSError as error:
        raise UsageError(f"--metrics {path}: cannot be written ({error.strerror}); choose another file") from None
    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        write(last=True)
