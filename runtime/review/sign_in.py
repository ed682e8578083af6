"""Signing in and out, and another password for oneself."""

import hmac
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from runtime.errors import ReviewError
from runtime.review.guard import Call, RefusedError, Services, address_of, read_form, refusal, set_cookie

WRONG = "Name or password is wrong."
LOGIN = "review-login"
"""The cookie that a form to sign in must match: nobody can sign another person in to a session of theirs."""


async def sign_in_form(request: Request) -> Response:
    """`GET /login`."""
    return _form(request, "", 200)


async def sign_in(request: Request) -> Response:
    """`POST /login`: always a new session, whatever cookie came along."""
    services: Services = request.app.state.services
    if services.settings.proxy_header is not None:
        return refusal(request, services, RefusedError(403, "People sign in at the proxy."))
    try:
        form = await read_form(request)
    except RefusedError as error:
        return refusal(request, services, error)
    nonce = request.cookies.get(LOGIN, "")
    if not nonce or not hmac.compare_digest(form.get("csrf", "").encode(), nonce.encode()):
        return _form(request, "The form was out of date. Please try again.", 403)
    return await run_in_threadpool(_try, request, form.get("name", "").strip(), form.get("password", ""))


def _try(request: Request, name: str, password: str) -> Response:
    services: Services = request.app.state.services
    address = address_of(request)
    if services.sessions.must_wait(name, address):
        return _form(request, "Too many failed attempts. Wait 15 minutes.", 429)
    user = services.users.check(name, password)
    if user is None:
        services.sessions.note_failure(name, address)
        known = services.users.get(name)
        services.audit.append("user.refused", (known.name,) if known else (), "nobody")
        return _form(request, WRONG, 401)
    old = services.sessions.get(request.cookies.get(services.cookie, ""))
    if old is not None:
        services.sessions.end(old.digest)
    services.sessions.forget_failures(name)
    cookie, _ = services.sessions.begin(user)
    services.audit.append("user.sign_in", (user.name,), user.name)
    response = RedirectResponse("/", 303)
    set_cookie(response, services, cookie)
    response.delete_cookie(LOGIN, path="/login")
    return response


def sign_out(call: Call) -> Response:
    """`POST /logout`."""
    call.services.sessions.end(call.session.digest)
    call.services.audit.append("user.sign_out", (call.actor,), call.actor)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(call.services.cookie, path="/", secure=call.services.settings.secure, httponly=True)
    return response


def account(call: Call) -> Response:
    """`GET /account`."""
    return call.page("account.html", message="")


def change_password(call: Call) -> Response:
    """`POST /account`: the old password once more, then sign in anew everywhere."""
    services, address = call.services, address_of(call.request)
    if services.settings.proxy_header is not None:
        raise RefusedError(403, "Passwords are kept at the proxy.")
    if services.sessions.must_wait(call.actor, address):
        return call.page("account.html", 429, message="Too many failed attempts. Wait 15 minutes.")
    if services.users.check(call.actor, call.form.get("password", "")) is None:
        services.sessions.note_failure(call.actor, address)
        return call.page("account.html", 401, message="The old password is wrong.")
    try:
        services.users.set_password(call.actor, call.form.get("new", ""), call.actor)
    except ReviewError as error:
        return call.page("account.html", 422, message=f"{str(error).capitalize()}.")
    return RedirectResponse("/login", 303)


def _form(request: Request, message: str, status: int) -> Response:
    services: Services = request.app.state.services
    nonce = secrets.token_urlsafe(24)
    text = services.html.get_template("login.html").render(csrf=nonce, message=message, user=None)
    response = HTMLResponse(text, status)
    secure = services.settings.secure
    response.set_cookie(LOGIN, nonce, 3600, path="/login", secure=secure, httponly=True, samesite="strict")
    return response
