"""A model server on loopback that speaks the Anthropic and OpenAI protocols and misbehaves on demand."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from inference.model import ModelName, parse_model

Protocol = Literal["anthropic", "openai"]
PROTOCOLS: tuple[Protocol, ...] = ("anthropic", "openai")


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    text: str | Callable[[str], str] = "{}"
    """The model's answer, or a function of the request's body that gives it."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut_body: bool = False
    """Whether the HTTP body ends in the middle of its JSON."""
    at_limit: bool = False
    """Whether the answer ended at the limit on output tokens."""
    input_tokens: int = 50
    output_tokens: int = 10
    counts: bool = True
    """Whether the response says what it took."""


class ModelServer:
    """Answers with `replies` in turn, the last one for ever; keeps the bodies of all requests."""

    def __init__(self, protocol: Protocol, replies: tuple[Reply, ...]) -> None:
        self.protocol = protocol
        self.replies = replies
        self.bodies: list[dict[str, Any]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def model(self) -> ModelName:
        base = f"http://127.0.0.1:{self._http.server_port}"
        return parse_model(f"{self.protocol}-compatible:tester@{base}{'/v1' if self.protocol == 'openai' else ''}")

    def prompt(self, index: int) -> str:
        """All that request `index` says, as one text."""
        return json.dumps(self.bodies[index], ensure_ascii=False)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        expected = "/v1/messages" if self.protocol == "anthropic" else "/v1/chat/completions"
        assert handler.path.split("?")[0] == expected, handler.path
        with self._lock:
            reply = self.replies[min(len(self.bodies), len(self.replies) - 1)]
            self.bodies.append(body)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(reply.delay)
        content = json.dumps(self._content(reply, body)).encode()
        with self._lock:
            self._at_once -= 1
        try:
            handler.send_response(reply.status)
            for name, value in {**reply.headers, "content-type": "application/json"}.items():
                handler.send_header(name, value)
            content = content[: len(content) // 2] if reply.cut_body else content
            handler.send_header("content-length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)
        except OSError:
            pass  # the client gave up waiting

    def _content(self, reply: Reply, body: dict[str, Any]) -> dict[str, Any]:
        if reply.status != 200:
            return {"type": "error", "error": {"type": "test_error", "message": f"echo: {json.dumps(body)}"}}
        text = reply.text if isinstance(reply.text, str) else reply.text(json.dumps(body))
        counted = reply.counts
        if self.protocol == "anthropic":
            return {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "tester",
                "content": [{"type": "text", "text": text}],
                "stop_reason": "max_tokens" if reply.at_limit else "end_turn",
                "stop_sequence": None,
                "usage": {
                    "input_tokens": reply.input_tokens if counted else 0,
                    "output_tokens": reply.output_tokens if counted else 0,
                },
            }
        usage = {
            "prompt_tokens": reply.input_tokens,
            "completion_tokens": reply.output_tokens,
            "total_tokens": reply.input_tokens + reply.output_tokens,
        }
        finish = "length" if reply.at_limit else "stop"
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
        whole = {"id": "c1", "object": "chat.completion", "created": 1, "model": "tester", "choices": [choice]}
        return {**whole, "usage": usage} if counted else whole

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def model_server(protocol: Protocol, *replies: Reply) -> Iterator[ModelServer]:
    """A running server, for the length of a `with` block."""
    server = ModelServer(protocol, replies)
    try:
        yield server
    finally:
        server.close()
