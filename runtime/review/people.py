"""The admin's and the auditor's pages: who may review, and what was done."""

from collections import deque

from starlette.responses import RedirectResponse, Response

from runtime.errors import ReviewError
from runtime.review.guard import Call
from runtime.review.users import ALLOWED

LATEST = 300
"""Entries of the audit log that are shown."""


def list_users(call: Call) -> Response:
    """`GET /users`."""
    return _users(call, "")


def add_user(call: Call) -> Response:
    """`POST /users`."""
    proxy = call.services.settings.proxy_header is not None
    password = None if proxy else call.form.get("password", "")
    try:
        call.services.users.add(call.form.get("name", "").strip(), password, call.form.get("role", ""), call.actor)
    except ReviewError as error:
        return _users(call, f"{str(error)[:1].upper()}{str(error)[1:]}.", 422)
    return RedirectResponse("/users", 303)


def change_user(call: Call) -> Response:
    """`POST /users/NAME`: role, whether active, and another password where one is given."""
    name, users = call.request.path_params["name"], call.services.users
    try:
        users.change(name, call.form.get("role", ""), call.form.get("active") == "1", call.actor)
        if call.form.get("password"):
            users.set_password(name, call.form["password"], call.actor)
    except ReviewError as error:
        return _users(call, f"{str(error)[:1].upper()}{str(error)[1:]}.", 422)
    return RedirectResponse("/users", 303)


def audit(call: Call) -> Response:
    """`GET /audit`: the latest entries, of one subject or person where asked for, and whether the chain holds."""
    asked = call.request.query_params.get("about", "").strip()[:120]
    entries = call.services.audit.entries()
    kept = deque((one for one in entries if not asked or asked == one.actor or asked in one.subjects), LATEST)
    chain = call.services.audit.verify_chain()
    return call.page("audit.html", entries=list(reversed(kept)), chain=chain, about=asked)


def _users(call: Call, message: str, status: int = 200) -> Response:
    proxy = call.services.settings.proxy_header
    people = call.services.users.all()
    return call.page("users.html", status, people=people, roles=tuple(ALLOWED), message=message, proxy=proxy)
