"""Notes reach people by the channels that are named; a channel that is down holds nobody up."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from runtime.audit import AuditLog
from runtime.durable.messages import Note
from runtime.durable.worker import activities_of, claims_of
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.store import Store

NOTE = Note("review", ["ab" * 16, "b1"])


@dataclass
class Channel:
    """A webhook: what it got, and what it answers."""

    port: int = 0
    status: int = 200
    got: list[bytes] = field(default_factory=list)


@pytest.fixture
def channel() -> Iterator[Channel]:
    made = Channel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:
            assert format

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def notify(registry: Registry, attempt: int) -> tuple[bool, list[str]]:
    """What the activity answers, and what was audited."""
    store, environment = Store(), ActivityEnvironment()
    activities = activities_of(registry, store, claims_of(None, None), AuditLog())
    environment.info = type(environment.info)(**{**vars(environment.info), "attempt": attempt})
    try:
        answer = environment.run(activities.notify, NOTE)
    finally:
        store.close()
    return answer, [entry.action for entry in AuditLog().entries()]


def test_a_note_is_sent_and_audited(registry: Registry, channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTORY_NOTIFY", f"json://127.0.0.1:{channel.port}/")
    assert notify(registry, 1) == (True, ["document.review"])
    assert len(channel.got) == 1 and b"ab" * 16 in channel.got[0]


def test_a_channel_that_is_down_is_tried_again_then_noted(
    registry: Registry, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORY_NOTIFY", f"json://127.0.0.1:{channel.port}/")
    channel.status = 503
    with pytest.raises(ApplicationError, match="does not answer"):
        notify(registry, 1)
    assert notify(registry, 3) == (False, ["document.review", "notify.unsent"])


def test_an_address_of_no_kind_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTORY_NOTIFY", "carrier-pigeon://roof")
    with pytest.raises(UsageError, match="FACTORY_NOTIFY"):
        notify(registry, 1)
