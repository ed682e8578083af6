"""`factory review serve` as a process, and `factory review user`."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from runtime.audit import AuditLog
from runtime.review.users import Users
from runtime.store import Store


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_the_first_start_makes_an_admin_and_answers(home: Path) -> None:
    port = free_port()
    start = [sys.executable, "-c", "from cli.main import main; main()"]
    command = [*start, "review", "serve", "--port", str(port), "--admin", "boss", "--json"]
    environment = {**os.environ, "FACTORY_HOME": str(home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            answer = None
            for _ in range(600):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=5) as answer:
                        assert "default-src 'none'" in answer.headers["content-security-policy"]
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            assert answer is not None
        finally:
            server.send_signal(signal.SIGINT)
        text = server.stdout.read() if server.stdout else ""
    said = json.loads(text)
    assert said["url"] == f"http://127.0.0.1:{port}/" and said["admin"] == "boss"
    found = Users(Store(), AuditLog()).check("boss", said["password"])
    assert found is not None and found.role == "admin"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "0.0.0.0"], "reached over the network"),
        (["--host", "192.0.2.7"], "reached over the network"),
        (["--tls-cert", "a.pem"], "both --tls-cert and --tls-key"),
        (["--tls-cert", "a.pem", "--tls-key", "b.pem"], "no such file"),
    ],
)
def test_nothing_goes_over_a_network_in_the_clear(options: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["review", "serve", *options])
    assert result.exit_code == 2 and message in " ".join(result.output.split())


def test_people_on_the_command_line() -> None:
    def call(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["review", "user", *words])
        return result.exit_code, result.output

    code, text = call("boss", "--role", "admin", "--json")
    first = json.loads(text)
    assert code == 0 and first["role"] == "admin"
    second = json.loads(call("boss", "--role", "admin", "--json")[1])
    people = Users(Store(), AuditLog())
    assert people.check("boss", first["password"]) is None and people.check("boss", second["password"]) is not None
    assert call("ann", "--no-password")[0] == 0
    ann = people.get("ann")
    assert ann is not None and ann.role == "reviewer"
    assert call("ann", "--shut-out")[0] == 0 and people.get("ann") != ann
    assert call("boss", "--role", "auditor")[0] == 2, "the last admin stays"
    assert call("nobody-here", "--shut-out")[0] == 2 and call("x y")[0] == 2 and call("z", "--role", "king")[0] == 2
