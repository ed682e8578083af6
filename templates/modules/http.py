"""HTTP calls for workflows: to allowed hosts only, with time limits, and patient with servers that fail for a while.

with HttpClient(HttpOptions(hosts=("api.example.org",))) as client:
    member = client.get("https://api.example.org/members", {"id": "41"})
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from templates.modules.health import Health, HostNotAllowedError, RefusedError, ServiceDownError

TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses of a server that may answer otherwise a moment later (RFC 9110, RFC 6585)."""
REDIRECTS = 3


@dataclass(frozen=True)
class HttpOptions:
    """Allowed hosts (`name` or `name:port`), seconds for a call in all and to connect, attempts, bytes of an answer."""

    hosts: tuple[str, ...]
    timeout_s: float = 10.0
    connect_s: float = 3.0
    attempts: int = 4
    most_bytes: int = 4 << 20
    insecure_loopback: bool = False
    """Whether plain `http` is allowed to a loopback address."""


class _AgainError(Exception):
    """An attempt that may be made again; `after` seconds where the server said so."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class HttpClient:
    """Calls with retries. `get` is repeated freely; `post` only with a key by which the server knows a repeat."""

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        limits = httpx.Timeout(options.timeout_s, connect=options.connect_s)
        # Neither proxies nor credentials of the environment may lead a call elsewhere.
        self._client = httpx.Client(timeout=limits, follow_redirects=False, trust_env=False)

    def get(self, url: str, parameters: Mapping[str, str] | None = None) -> Any:
        """The JSON answer. Raises HostNotAllowedError, ServiceDownError and RefusedError."""
        return self._patiently(lambda: self._send("GET", url, params=dict(parameters or {})))

    def post(self, url: str, body: Any, idempotency_key: str) -> Any:
        """Send JSON and give the JSON answer; every attempt carries the key. Raises as `get`."""
        headers = {"Idempotency-Key": idempotency_key}
        return self._patiently(lambda: self._send("POST", url, json=body, headers=headers))

    def health(self, url: str) -> Health:
        """Whether the address answers, in one attempt, without a failure of its own."""
        start = time.perf_counter()
        try:
            self._send("GET", url)
        except _AgainError as error:
            return Health(False, (time.perf_counter() - start) * 1000, str(error))
        except (HostNotAllowedError, RefusedError) as error:
            return Health(False, (time.perf_counter() - start) * 1000, type(error).__name__)
        return Health(True, (time.perf_counter() - start) * 1000)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> "HttpClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _patiently(self, work: Callable[[], Any]) -> Any:
        backoff = wait_exponential_jitter(min=0.1, max=5.0)

        def pause(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            after = error.after if isinstance(error, _AgainError) else 0.0
            return max(min(after, self._options.timeout_s), backoff(state))

        try:
            for attempt in Retrying(
                stop=stop_after_attempt(self._options.attempts),
                wait=pause,
                retry=retry_if_exception_type(_AgainError),
                reraise=True,
            ):
                with attempt:
                    return work()
        except _AgainError as error:
            raise ServiceDownError(f"http: {error} after {self._options.attempts} attempts") from None
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _send(self, method: str, url: str, **parts: Any) -> Any:
        for _ in range(REDIRECTS + 1):
            answer, content = self._one(method, self._allowed(url), **parts)
            if not answer.is_redirect:
                return self._read(answer, content)
            if method != "GET":
                raise RefusedError(
                    f"http: status {answer.status_code}: a call that changes something is not redirected"
                )
            url = str(answer.url.join(answer.headers["location"]))
            parts.pop("params", None)
        raise RefusedError(f"http: more than {REDIRECTS} redirects")

    def _one(self, method: str, url: httpx.URL, **parts: Any) -> tuple[httpx.Response, bytes]:
        """One exchange, cut off at the time limit and the size limit: a server that drips bytes holds nobody."""
        end = time.monotonic() + self._options.timeout_s
        try:
            with self._client.stream(method, url, **parts) as answer:
                content = bytearray()
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > self._options.most_bytes:
                        raise RefusedError(f"http: answer of more than {self._options.most_bytes} bytes")
                    if time.monotonic() > end:
                        raise _AgainError("timeout")
                return answer, bytes(content)
        except httpx.TimeoutException:
            raise _AgainError("timeout") from None
        except httpx.TransportError as error:
            raise _AgainError(type(error).__name__) from None

    def _read(self, answer: httpx.Response, content: bytes) -> Any:
        if answer.status_code in TRY_AGAIN:
            wait = answer.headers.get("retry-after", "")
            raise _AgainError(f"status {answer.status_code}", float(wait) if wait.isdigit() else 0.0)
        if answer.status_code >= 400:
            raise RefusedError(f"http: status {answer.status_code}")
        if not content:
            return None
        try:
            return httpx.Response(200, content=content).json()
        except ValueError:
            raise RefusedError("http: the answer is not JSON") from None

    def _allowed(self, url: str) -> httpx.URL:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            raise HostNotAllowedError("http: not a valid address") from None
        names = {parsed.host, f"{parsed.host}:{parsed.port}"}
        if not names & set(self._options.hosts) or parsed.userinfo:
            raise HostNotAllowedError("http: the address leads to a host that is not allowed")
        loopback = parsed.host in ("127.0.0.1", "localhost", "::1")
        if parsed.scheme != "https" and not (parsed.scheme == "http" and loopback and self._options.insecure_loopback):
            raise HostNotAllowedError("http: only https is allowed")
        return parsed
