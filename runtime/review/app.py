"""The review page as one ASGI application: every route with the permission it needs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from runtime.audit import AuditLog
from runtime.registry import Registry
from runtime.review import desk, people, sign_in
from runtime.review.checks import Checks
from runtime.review.guard import Decided, Handler, RefusedError, Services, Settings, Shield, guarded, refusal
from runtime.review.pages import Pages
from runtime.review.sessions import Sessions
from runtime.review.users import Permission, Users
from runtime.review.waiting import age
from runtime.store import Store

HERE = Path(__file__).parent
LOCAL = ("127.0.0.1", "localhost", "[::1]")

PAGES: tuple[tuple[str, str, Handler, Permission], ...] = (
    ("GET", "/", desk.queue, "read"),
    ("POST", "/next", desk.take_next, "decide"),
    ("GET", "/documents/{record}", desk.document, "read"),
    ("GET", "/documents/{record}/pages", desk.page_list, "read"),
    ("GET", "/documents/{record}/pages/{number}", desk.picture, "read"),
    ("POST", "/documents/{record}/hold", desk.keep, "decide"),
    ("POST", "/documents/{record}/release", desk.leave, "decide"),
    ("POST", "/documents/{record}/split", desk.split, "decide"),
    ("POST", "/documents/{record}/items/{item}", desk.decide, "decide"),
    ("GET", "/audit", people.audit, "audit"),
    ("GET", "/users", people.list_users, "users"),
    ("POST", "/users", people.add_user, "users"),
    ("POST", "/users/{name}", people.change_user, "users"),
    ("GET", "/account", sign_in.account, "read"),
    ("POST", "/account", sign_in.change_password, "read"),
    ("POST", "/logout", sign_in.sign_out, "read"),
)


def review_app(
    store: Store,
    audit: AuditLog,
    registry: Registry | None = None,
    settings: Settings | None = None,
    hosts: tuple[str, ...] = LOCAL,
    told: Callable[[Decided], None] | None = None,
) -> Starlette:
    """The application for one store. `hosts` are the names it answers to: another site's name that points here gets
    nothing (DNS rebinding). `registry` is needed to split documents and
    to evaluate checks anew; `told` hears of each decision."""
    chosen = settings or Settings()
    users = Users(store, audit)
    services = Services(
        store, audit, users, Sessions(store, users), Pages(store), chosen, _html(), Checks(registry), registry, told
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        services.pages.close()

    async def missing(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = {404: "There is no such page.", 405: "That cannot be done here."}
        return refusal(request, services, RefusedError(status, words.get(status, "That did not work.")))

    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(Shield, secure=chosen.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
        exception_handlers={HTTPException: missing, 500: missing},
        lifespan=lifespan,
    )
    app.state.services = services
    return app


def _routes() -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route(path, guarded(handler, permission), methods=[method]) for method, path, handler, permission in PAGES
    ]
    routes.append(Route("/login", sign_in.sign_in_form, methods=["GET"]))
    routes.append(Route("/login", sign_in.sign_in, methods=["POST"]))
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    return routes


def _html() -> Environment:
    html = Environment(
        loader=FileSystemLoader(HERE / "html"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    html.filters["age"] = age
    html.filters["percent"] = lambda share: f"{share:.0%}"
    html.filters["plain"] = lambda name: str(name).replace("_", " ")
    return html
