"""A synchronous handler on the loopback: POST a case to `/`; `/healthz` says that it is there.

Status 200 for a decision, 400 for a request that is none, 413 for one that is too large, 500 where handling failed.
"""

import json
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runtime.errors import RunError
from runtime.handled import ReviewCases
from runtime.handlers import Keep, respond
from runtime.load import LoadedWorkflow

HOST = "127.0.0.1"
STATUS = {"ok": 200, "refused": 400, "failed": 500}


def handler_app(loaded: LoadedWorkflow, keep: Keep) -> Starlette:
    """The application. `keep` gets the cases that a person has to see.

    A page of another host that points its name here is refused (DNS rebinding).
    """
    most: int = loaded.module.MOST_BYTES

    async def answer(request: Request) -> Response:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > most:
                return JSONResponse({"status": "refused", "reason": "too_large"}, 413)
        found = await run_in_threadpool(respond, loaded, bytes(body), keep)
        return Response(found, STATUS[json.loads(found)["status"]], media_type="application/json")

    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": "ok", "artifact": loaded.id})

    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False)
    return Starlette(routes=[Route("/", answer, methods=["POST"]), Route("/healthz", healthz)], middleware=[hosts])


def serve(loaded: LoadedWorkflow, port: int, tell: Callable[[str], None], store: str | None = None) -> None:
    """Serve until SIGTERM or SIGINT. `tell` hears the address. Raises RunError where the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        raise RunError(f"{HOST}:{port} cannot be listened on; name another --port") from None
    tell(f"http://{HOST}:{listener.getsockname()[1]}")
    cases = ReviewCases(loaded, store)
    config = uvicorn.Config(handler_app(loaded, cases.keep), log_level="warning", access_log=False, server_header=False)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        cases.close()
