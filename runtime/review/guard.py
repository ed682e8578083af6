"""What stands before every page: security headers, size and rate of requests, the session, the role, the CSRF token.

`guarded` wraps a plain function `(Call) -> Response`; there is no other way for one to become a route of the page.
"""

import hmac
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.audit import AuditLog
from runtime.errors import ReviewError
from runtime.registry import Registry
from runtime.review.checks import Checks
from runtime.review.holds import HeldError
from runtime.review.pages import Pages
from runtime.review.queue import Decision
from runtime.review.sessions import LIFE, Session, Sessions
from runtime.review.users import Permission, Users
from runtime.store import Store

BODY = 64 * 1024
"""Bytes of a request: forms are small, and there is nothing to upload."""
FIELDS = 40
RATE, BURST = 20.0, 120.0
"""Requests a second from one address over time, and at once."""
ADDRESSES = 10_000
CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cache-control": "no-store",
}
"""On every answer, also on errors. Referrers stay on this host: without any, browsers hide a form's origin."""


@dataclass(frozen=True)
class Settings:
    """How the page is reached. `secure`: over HTTPS, here or at a proxy. `proxy_header` names who signed in at a
    proxy, and is believed from the addresses `proxies` alone."""

    secure: bool = False
    proxy_header: str | None = None
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    home: Path | None = None


@dataclass(frozen=True)
class Decided:
    """A decision on one item, as it was taken. `text` is what a person wrote, for `correct` only."""

    item: str
    record: str
    decision: Decision
    actor: str
    text: str | None


@dataclass(frozen=True)
class Services:
    """All that a page needs to answer."""

    store: Store
    audit: AuditLog
    users: Users
    sessions: Sessions
    pages: Pages
    settings: Settings
    html: Environment
    checks: Checks
    registry: Registry | None = None
    told: Callable[[Decided], None] | None = None
    """Called with each decision once it is in the store: a workflow that waits for it goes on."""

    @property
    def cookie(self) -> str:
        """`__Host-` lets no other host or path set it; browsers allow the prefix over HTTPS alone."""
        return "__Host-review" if self.settings.secure else "review"


@dataclass(frozen=True)
class Call:
    """One request that was let through."""

    request: Request
    services: Services
    session: Session
    form: dict[str, str]

    @property
    def actor(self) -> str:
        return self.session.user.name

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("accept", "")

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A rendered page; every value in it is escaped."""
        found = self.services.html.get_template(template)
        text = found.render(user=self.session.user, csrf=self.session.csrf, **values)
        return HTMLResponse(text, status)


class RefusedError(Exception):
    """An answer other than the page, with its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


Handler = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(handler: Handler, permission: Permission) -> Endpoint:
    """A route's endpoint: signed in, allowed, and for a POST with the session's token."""

    async def endpoint(request: Request) -> Response:
        services: Services = request.app.state.services
        session, cookie = await run_in_threadpool(_session, request, services)
        if session is None:
            return _sign_in_first(request)
        try:
            if not session.user.may(permission):
                raise RefusedError(403, "Your role does not allow this.")
            form = await read_form(request) if request.method == "POST" else {}
            if request.method == "POST":
                check_token(request, form.get("csrf", ""), session.csrf)
            response = await run_in_threadpool(handler, Call(request, services, session, form))
        except (RefusedError, ReviewError) as error:
            response = refusal(request, services, error, session)
        if cookie:
            set_cookie(response, services, cookie)
        return response

    return endpoint


def refusal(request: Request, services: Services, error: Exception, session: Session | None = None) -> Response:
    """The page, or JSON where that was asked for, that says why not."""
    status = error.status if isinstance(error, RefusedError) else 409 if isinstance(error, HeldError) else 422
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": str(error)}, status)
    user = session.user if session else None
    csrf = session.csrf if session else ""
    text = services.html.get_template("refused.html").render(user=user, csrf=csrf, message=str(error), status=status)
    return HTMLResponse(text, status)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a small urlencoded form; nothing else is taken. Raises RefusedError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RefusedError(415, "Only plain forms are taken here.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY:
            raise RefusedError(413, "That is more than a form may hold.")
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        raise RefusedError(400, "That is not a form.") from None


def check_token(request: Request, sent: str, expected: str) -> None:
    """Raise RefusedError unless the form came from this page: by its token, and the browser's word where given."""
    token = request.headers.get("x-csrf-token") or sent
    same_site = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    if not same_site or not hmac.compare_digest(token.encode(), expected.encode()):
        raise RefusedError(403, "The form is out of date or came from elsewhere. Reload the page and try again.")


def set_cookie(response: Response, services: Services, cookie: str) -> None:
    """The session's cookie: out of scripts' reach, and never sent along from other sites."""
    secure = services.settings.secure
    response.set_cookie(services.cookie, cookie, int(LIFE), path="/", secure=secure, httponly=True, samesite="strict")


def address_of(request: Request) -> str:
    """Who asks. Behind a proxy that is the proxy."""
    return request.client.host if request.client else "local"


def _session(request: Request, services: Services) -> tuple[Session | None, str]:
    """The session of a request, and the cookie to set where a proxy's word began a new one."""
    session = services.sessions.get(request.cookies.get(services.cookie, ""))
    header = services.settings.proxy_header
    if header is None:
        return session, ""
    name = request.headers.get(header, "") if _is_proxy(request, services) else ""
    if session is not None and session.user.name == name:
        return session, ""
    user = services.users.get(name) if name else None
    if user is None or not user.active:
        return None, ""
    cookie, session = services.sessions.begin(user)
    services.audit.append("user.sign_in", (user.name, "proxy"), user.name)
    return session, cookie


def _is_proxy(request: Request, services: Services) -> bool:
    try:
        peer = ipaddress.ip_address(address_of(request))
        return any(peer in ipaddress.ip_network(one, strict=False) for one in services.settings.proxies)
    except ValueError:
        return False


def _sign_in_first(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        services: Services = request.app.state.services
        if services.settings.proxy_header is not None:
            return refusal(request, services, RefusedError(403, "The proxy names nobody who may review here."))
        return RedirectResponse("/login", 303)
    return JSONResponse({"error": "Your session has ended. Reload the page to sign in."}, 401)


class Shield:
    """Outermost: headers on every answer, and a bucket of requests for each address."""

    def __init__(self, app: ASGIApp, secure: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.clock = app, clock
        self.headers = dict(HEADERS)
        if secure:
            self.headers["strict-transport-security"] = "max-age=31536000"
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        client = scope.get("client")
        if not self._let_in(client[0] if client else "local"):
            busy = JSONResponse({"error": "Too many requests. Wait a moment."}, 429, {"retry-after": "5"})
            await busy(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

    def _let_in(self, address: str) -> bool:
        """Token bucket: `BURST` at once, filled again by `RATE` a second."""
        moment = self.clock()
        with self._lock:
            left, before = self._buckets.pop(address, (BURST, moment))
            left = min(BURST, left + (moment - before) * RATE)
            self._buckets[address] = (left - 1.0 if left >= 1.0 else left, moment)
            if len(self._buckets) > ADDRESSES:
                self._buckets.popitem(last=False)
        return left >= 1.0
