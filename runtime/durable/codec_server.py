"""Temporal's remote codec protocol: operators with the token read histories; everyone else gets 401.

POST /encode and /decode take and give `{"payloads": [...]}` as Temporal's own JSON of payloads. Each request is
audited by count, never by content.
"""

import hmac
import json

from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payloads

from runtime.audit import AuditLog
from runtime.durable.codec import CodecError, PayloadKeys, SealingCodec
from runtime.errors import UsageError

MINIMUM_TOKEN = 16
MAX_BYTES = 32 * 2**20


def codec_server(keys: PayloadKeys, token: str, origin: str, audit: AuditLog) -> Starlette:
    """The application. Raises UsageError where the token is too short to keep anyone out."""
    if len(token) < MINIMUM_TOKEN:
        raise UsageError(f"the codec server needs a token of {MINIMUM_TOKEN} characters or more: FACTORY_CODEC_TOKEN")
    codec = SealingCodec(keys)

    async def answer(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            return JSONResponse({"error": "bring the token"}, 401)
        verb = request.url.path.rpartition("/")[2]
        body = await request.body()
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": "too large"}, 413)
        try:
            payloads = json_format.Parse(body, Payloads()).payloads
            changed = codec.seal(payloads) if verb == "encode" else codec.unseal(payloads)
        except (json_format.ParseError, UnicodeDecodeError):
            return JSONResponse({"error": "no payloads"}, 400)
        except CodecError as error:
            return JSONResponse({"error": str(error)}, 400)
        audit.append(f"codec.{verb}", (str(len(changed)),))
        return JSONResponse(json.loads(json_format.MessageToJson(Payloads(payloads=changed))))

    routes = [Route(f"/{verb}", answer, methods=["POST"]) for verb in ("encode", "decode")]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=[origin],
        allow_methods=["POST"],
        allow_headers=["authorization", "content-type", "x-namespace"],
    )
    return Starlette(routes=routes, middleware=[cors])
