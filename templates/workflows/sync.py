"""A synchronous handler: one request in, one response out, both JSON objects.

Generated: `handle`. Everything outside the two marker lines is trusted: it bounds the request, and answers every
failure with a status and a stable word, never with a value of the request or the text of an exception.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import cast

from templates.workflows.logic import Made, Values, own_functions

# --- generated functions begin ---
# --- generated functions end ---

Handle = Callable[[Values], Made]
MOST_BYTES = 1_000_000


def respond(request: bytes) -> bytes:
    """The response to one request: `{"status": "ok", "result": {...}}`, or `refused` or `failed` with a `reason`.

    Never raises. Numbers with a point are handed over as Decimal, so that nothing is lost on the way.
    """
    if len(request) > MOST_BYTES:
        return _answer("refused", reason="too_large")
    try:
        values = json.loads(request, parse_float=Decimal)
    except (ValueError, RecursionError):
        return _answer("refused", reason="not_json")
    if not isinstance(values, dict):
        return _answer("refused", reason="not_an_object")
    try:
        result = HANDLE(values)
        return _answer("ok", result=result)
    except Exception as error:  # whatever generated code raises is an answer
        return _answer("failed", reason=type(error).__name__)


def _answer(status: str, **parts: object) -> bytes:
    return json.dumps({"status": status, **parts}, default=_plain, sort_keys=True, ensure_ascii=False).encode()


def _plain(value: object) -> object:
    if isinstance(value, Decimal | Fraction):
        return str(value)
    raise TypeError(type(value).__name__)


def _no_handler(values: Values) -> Made:
    raise LookupError("nothing was generated for this template")


FUNCTIONS = own_functions(globals())
HANDLE = cast(Handle, FUNCTIONS.get("handle", _no_handler))
