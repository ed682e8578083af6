"""The reviewer's pages: the queue, a document, its pages, and what is decided on them."""

import math
from dataclasses import asdict
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from extractors.normalise.text import collapse
from ocr.document import Box
from runtime.decide_again import decide_again
from runtime.errors import ReviewError, RunError
from runtime.review.guard import Call, Decided, RefusedError
from runtime.review.holds import HeldError, hold, release
from runtime.review.queue import Decision, settle
from runtime.review.sheet import WHY, Item, label_of, sheet
from runtime.review.split import split_document
from runtime.review.waiting import PAGE, Filter, next_record, totals, waiting
from runtime.tables import AUDIT

LONGEST = 2_000
"""Characters of a corrected value."""


def queue(call: Call) -> Response:
    """`GET /`: what waits, filtered, the longest waiting first."""
    chosen, page = _filter(call), _number(call.request.query_params.get("page"), 0, 10_000)
    listed = waiting(call.services.store, chosen, call.actor, page)
    first = next((one.record for one in listed if one.holder is None), None)
    if first and call.session.user.may("decide"):
        call.services.pages.read_ahead(first)
    return call.page(
        "queue.html",
        listed=listed,
        totals=totals(call.services.store),
        chosen=chosen,
        query=_query(chosen),
        page=page,
        more=len(listed) == PAGE,
        reasons=WHY,
    )


def take_next(call: Call) -> Response:
    """`POST /next`: hold the document that waited longest, and go there."""
    chosen, besides = _filter(call), call.form.get("besides", "")
    if besides:
        release(call.services.store, besides, call.actor)
    for _ in range(10):  # someone else may be quicker
        record = next_record(call.services.store, chosen, call.actor, besides)
        if record is None:
            break
        try:
            hold(call.services.store, call.services.audit, record, call.actor)
        except HeldError:
            continue
        return RedirectResponse(f"/documents/{record}{_query(chosen)}", 303)
    return RedirectResponse(f"/{_query(chosen)}", 303)


def document(call: Call) -> Response:
    """`GET /documents/RECORD`: held for who may decide; read-only where someone else holds it, and for auditors."""
    services, chosen = call.services, _filter(call)
    record: str = call.request.path_params["record"]
    services.pages.source(record)
    editable, held = call.session.user.may("decide"), 0
    if editable:
        try:
            held = hold(services.store, services.audit, record, call.actor)
        except HeldError:
            editable = False
    if not held:  # a hold has an entry of its own
        services.audit.append("review.view", (record,), call.actor)
    shown = sheet(services.store, record, call.actor, services.checks)
    following = next_record(services.store, chosen, call.actor, record) if editable else None
    if following:
        services.pages.read_ahead(following)
    return call.page(
        "document.html", sheet=shown, editable=editable, query=_query(chosen), chosen=chosen, label_of=label_of,
        following=following,
    )  # fmt: skip


def page_list(call: Call) -> Response:
    """`GET /documents/RECORD/pages`: number, width and height in page units, and words as [text, x0, y0, x1, y1]."""
    found = call.services.pages.document(call.request.path_params["record"])
    pages = [
        {
            "number": number,
            "width": page.width,
            "height": page.height,
            "words": [[word.text, word.x0, word.y0, word.x1, word.y1] for word in page.words],
        }
        for number, page in enumerate(found.pages, start=1)
    ]
    return JSONResponse({"pages": pages})


def picture(call: Call) -> Response:
    """`GET /documents/RECORD/pages/N`: the page's picture."""
    number = _number(call.request.path_params["number"], 0, 10_000)
    data = call.services.pages.picture(call.request.path_params["record"], number)
    return Response(data, media_type="image/webp")


def keep(call: Call) -> Response:
    """`POST /documents/RECORD/hold`: still at work."""
    record = call.request.path_params["record"]
    call.services.pages.source(record)
    return JSONResponse({"open": hold(call.services.store, call.services.audit, record, call.actor)})


def leave(call: Call) -> Response:
    """`POST /documents/RECORD/release`: back to the queue, for others to take."""
    release(call.services.store, call.request.path_params["record"], call.actor)
    return RedirectResponse(f"/{_query(_filter(call))}", 303)


def decide(call: Call) -> Response:
    """`POST /documents/RECORD/items/ITEM`: accept, correct or reject; an empty value rejects, an unchanged accepts."""
    services, record = call.services, call.request.path_params["record"]
    item = _item_of(call, record)
    decision, text = _decision(call, item)
    box = _box(call, record) if decision == "correct" else None
    settle(services.store, services.audit, item.id, decision, call.actor, text, box)
    if services.registry is not None:
        decide_again(services.store, services.registry, services.audit, record)
    note = "" if item.reason == AUDIT else _tell(call, Decided(item.id, record, decision, call.actor, text))
    shown = sheet(services.store, record, call.actor, services.checks)
    if not call.wants_json:
        return RedirectResponse(f"/documents/{record}{_query(_filter(call))}", 303)
    done = next(one for one in shown.items if one.id == item.id)
    value = done.value.value if done.value else None
    checks = [asdict(check) for check in shown.checks]
    return JSONResponse(
        {"decision": decision, "value": value, "open": len(shown.waiting), "checks": checks, "note": note}
    )


def split(call: Call) -> Response:
    """`POST /documents/RECORD/split`: the pages from `at` on are another document; both parts are read anew."""
    services, record = call.services, call.request.path_params["record"]
    hold(services.store, services.audit, record, call.actor)
    at = _number(call.form.get("at"), 0, 10_000)
    parts = split_document(services, record, at, call.actor)
    return RedirectResponse(f"/documents/{parts[0]}" if parts else "/", 303)


def _item_of(call: Call, record: str) -> Item:
    call.services.pages.source(record)
    found = sheet(call.services.store, record, call.actor, call.services.checks)
    for item in found.items:
        if item.id == call.request.path_params["item"]:
            if not item.open:
                raise RefusedError(409, "Someone settled this field already. Reload the page.")
            return item
    raise RefusedError(404, "There is no such field.")


def _tell(call: Call, decided: Decided) -> str:
    """Tell what waits for the decision. It stands in the store by now: a failure to tell takes nothing back."""
    if call.services.told is None:
        return ""
    try:
        call.services.told(decided)
    except RunError:
        call.services.audit.append("review.untold", (decided.item, decided.record), decided.actor)
        return "It is kept, but the workflow that waits for it could not be told."
    return ""


def _decision(call: Call, item: Item) -> tuple[Decision, str | None]:
    """What the form says. `save` is what Enter does: told by what became of the text."""
    action, text = call.form.get("decision", ""), call.form.get("value", "")
    if len(text) > LONGEST:
        raise ReviewError(f"a value has at most {LONGEST} characters")
    if action == "accept" or action == "reject":
        return ("accept", None) if action == "accept" else ("reject", None)
    if action not in ("save", "correct"):
        raise RefusedError(400, "Accept, correct or reject.")
    if not collapse(text):
        return "reject", None
    before = item.value.value if item.value else None
    if action == "save" and before is not None and collapse(text) == collapse(before):
        return "accept", None
    return "correct", text


def _box(call: Call, record: str) -> Box | None:
    """The box that was drawn, cut to its page; None where there is none. Raises ReviewError where it is no box."""
    sides = [call.form.get(name, "") for name in ("page", "x0", "y0", "x1", "y1")]
    if not any(sides):
        return None
    try:
        number, (x0, y0, x1, y1) = int(sides[0]), (float(side) for side in sides[1:])
    except ValueError:
        raise ReviewError("the box is not five numbers") from None
    pages = call.services.pages.document(record).pages
    if not 1 <= number <= len(pages) or not all(map(math.isfinite, (x0, y0, x1, y1))):
        raise ReviewError("the box is not on a page of the document")
    page = pages[number - 1]
    x0, x1 = max(0.0, x0), min(page.width, x1)
    y0, y1 = max(0.0, y0), min(page.height, y1)
    if x0 >= x1 or y0 >= y1:
        raise ReviewError("the box is empty")
    return Box(number, x0, y0, x1, y1)


def _filter(call: Call) -> Filter:
    asked = call.request.query_params
    text = {name: asked.get(name, "")[:120] for name in ("name", "reason", "field")}
    return Filter(**text, hours=_number(asked.get("hours"), 0, 24 * 365), free=asked.get("free") == "1")


def _query(chosen: Filter) -> str:
    set_ = {name: value for name, value in asdict(chosen).items() if value}
    if chosen.free:
        set_["free"] = "1"
    return f"?{urlencode(set_)}" if set_ else ""


def _number(text: str | None, least: int, most: int) -> int:
    """A whole number within bounds; the least where it is none."""
    return min(most, max(least, int(text))) if text and text.isascii() and text.isdigit() and len(text) < 9 else least
