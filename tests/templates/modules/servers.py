"""Real servers on loopback that fail as told: HTTP by a script of answers, SMTP that can refuse."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Web:
    """A server's address, the answers it still has to give by path, and what it was asked."""

    port: int
    script: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def web() -> Iterator[Web]:
    """Answers of a path are given in order, the last one for good. A float instead of a body drips for so long."""
    state = Web(0)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            path = self.path.partition("?")[0]
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            state.seen.append((self.command, self.path, dict(self.headers), body))
            answers = state.script[path]
            status, content = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", content)
                content = b""
            if isinstance(content, float):
                self.end_headers()
                end = time.monotonic() + content
                while time.monotonic() < end:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.05)
                return
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self._quietly()

        def do_POST(self) -> None:
            self._quietly()

        def _quietly(self) -> None:
            try:
                self._answer()
            except ConnectionError:
                self.close_connection = True  # the client gave up, which is what some tests want

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Mail:
    """An SMTP server's port, the messages it took, and how many it still turns away."""

    port: int
    refuse: int = 0
    messages: list[str] = field(default_factory=list)


@contextmanager
def mail() -> Iterator[Mail]:
    """The part of SMTP (RFC 5321) that a client without extensions needs."""
    state = Mail(0)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 loopback\r\n")
            for line in self.rfile:
                verb = line.strip().split(b" ")[0].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    self._take()
                elif verb == b"MAIL" and state.refuse > 0:
                    state.refuse -= 1
                    self.wfile.write(b"451 try again later\r\n")
                elif verb == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

        def _take(self) -> None:
            lines = []
            for line in self.rfile:
                if line == b".\r\n":
                    break
                lines.append(line.decode())
            state.messages.append("".join(lines))
            self.wfile.write(b"250 taken\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield state
        server.shutdown()
