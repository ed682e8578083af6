"""Every route: who may, with what, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from extractors.candidate import Record
from ocr.document import Document
from runtime.audit import AuditLog
from runtime.errors import RunError
from runtime.review.app import PAGES, review_app
from runtime.review.guard import BODY, BURST, CSP, Decided, Settings
from runtime.review.queue import list_open
from runtime.review.users import ALLOWED, Role
from runtime.store import Store
from runtime.tables import documents
from tests.runtime.review.conftest import HOSTILE, Waiting, client_of, fill, record_of, services_of, sign_in, write_pdf

PASSWORD = "correct horse battery"
HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}


def address(path: str, desk: Waiting) -> str:
    item = next(item.id for item in list_open(desk.store) if item.record == desk.records[0])
    return path.format(record=desk.records[0], item=item, number=1, name="someone")


def test_each_route_wants_a_session_a_role_and_a_token(desk: Waiting) -> None:
    for method, path, _, permission in PAGES:
        client = client_of(desk)  # a quick machine would use up one page's requests
        url = address(path, desk)
        assert client.request(method, url).status_code == 401, path
        for role in ALLOWED:
            token = sign_in(client, role, role)
            if permission not in ALLOWED[role]:
                assert client.request(method, url, data={"csrf": token}).status_code == 403, (role, path)
            elif method == "POST":
                for sent in ({}, {"csrf": ""}, {"csrf": token[:-1]}, {"csrf": "é"}):
                    answer = client.post(url, data=sent)
                    assert answer.status_code == (403 if sent else 415), (path, sent)
                elsewhere = {"sec-fetch-site": "cross-site"}
                assert client.post(url, data={"csrf": token}, headers=elsewhere).status_code == 403, path
            else:
                assert client.get(url).status_code == 200, (role, path)
    assert len(list_open(desk.store)) == 4, "nothing was decided by all that"


def test_signing_in(desk: Waiting) -> None:
    client = client_of(desk)
    people = services_of(client).users
    people.add("ann", PASSWORD, "reviewer", "root")
    assert client.get("/", headers=HTML).headers["location"] == "/login"
    client.cookies.set("review", "chosen-by-someone-else")  # a session that was planted

    def attempt(name: str, password: str, token: str | None = None) -> int:
        client.get("/login")
        sent = token if token is not None else client.cookies["review-login"]
        return client.post("/login", data={"name": name, "password": password, "csrf": sent}).status_code

    assert attempt("ann", "wrong") == 401 and attempt("bob", PASSWORD) == 401
    assert attempt("ann", PASSWORD, "") == 403 and attempt("ann", PASSWORD, "other") == 403
    assert client.get("/").status_code == 401
    client.get("/login")
    form = {"name": "ann", "password": PASSWORD, "csrf": client.cookies["review-login"]}
    answer = client.post("/login", data=form)
    given = next(text for text in answer.headers.get_list("set-cookie") if text.startswith("review="))
    made = given.removeprefix("review=").partition(";")[0]
    assert answer.status_code == 303 and made != "chosen-by-someone-else" and len(made) >= 43
    client.cookies.clear()
    client.cookies.set("review", "chosen-by-someone-else")
    assert client.get("/").status_code == 401
    client.cookies.set("review", made)
    assert client.get("/").status_code == 200
    actions = [(entry.action, entry.actor, entry.subjects) for entry in desk.audit.entries()]
    assert actions[1:] == [
        ("user.refused", "nobody", ("ann",)),
        ("user.refused", "nobody", ()),
        ("user.sign_in", "ann", ("ann",)),
    ]
    assert "bob" not in desk.audit.path.read_text() and PASSWORD not in desk.audit.path.read_text()


def test_many_wrong_passwords_make_wait_even_for_the_right_one(desk: Waiting) -> None:
    client = client_of(desk)
    services = services_of(client)
    services.users.add("ann", PASSWORD, "reviewer", "root")
    for _ in range(10):
        services.sessions.note_failure("ann", "127.0.0.1")
    client.get("/login")
    form = {"name": "ann", "password": PASSWORD, "csrf": client.cookies["review-login"]}
    assert client.post("/login", data=form).status_code == 429


@pytest.mark.parametrize("secure", [False, True])
def test_cookies_are_out_of_reach(desk: Waiting, secure: bool) -> None:
    client = client_of(desk, Settings(secure=secure))
    services_of(client).users.add("ann", PASSWORD, "reviewer", "root")
    client.get("/login")
    form = {"name": "ann", "password": PASSWORD, "csrf": client.cookies["review-login"]}
    answer = client.post("/login", data=form)
    cookie = next(text for text in answer.headers.get_list("set-cookie") if not text.startswith("review-login"))
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= parts and ("secure" in parts) is secure
    assert cookie.startswith("__Host-review=" if secure else "review=") and "domain" not in cookie.lower()
    assert ("strict-transport-security" in answer.headers) is secure


def test_security_headers_stand_on_every_answer(desk: Waiting) -> None:
    client = client_of(desk)
    for path in ("/login", "/", "/nowhere", "/static/review.css", "/static/../app.py", f"/documents/{'0' * 32}"):
        answer = client.get(path)
        assert answer.headers["content-security-policy"] == CSP, path
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"
    assert "unsafe" not in CSP


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_other_hosts_get_nothing(desk: Waiting, host: str) -> None:
    assert client_of(desk).get("/login", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e", "0" * 32, "'; DROP TABLE records; --", "%00", "a" * 5000],
)
@pytest.mark.parametrize("rest", ["", "/pages", "/pages/1"])
def test_document_ids_lead_nowhere_else(desk: Waiting, name: str, rest: str) -> None:
    client = client_of(desk)
    sign_in(client, "ann")
    answer = client.get(f"/documents/{name}{rest}")
    assert answer.status_code in (404, 422) and "root:" not in answer.text


@pytest.mark.parametrize("number", ["0", "2", "-1", "999999999999", "x", "1.png", "%2e%2e"])
def test_there_are_no_other_pages(desk: Waiting, number: str) -> None:
    client = client_of(desk)
    sign_in(client, "ann")
    assert client.get(f"/documents/{desk.records[0]}/pages/{number}").status_code in (404, 422)


def test_a_file_that_changed_or_moved_is_not_shown(desk: Waiting, tmp_path: Path) -> None:
    client = client_of(desk)
    sign_in(client, "ann")
    assert client.get(f"/documents/{desk.records[1]}/pages/1").headers["content-type"] == "image/webp"
    desk.paths[0].write_bytes(desk.paths[1].read_bytes())
    answer = client.get(f"/documents/{desk.records[0]}/pages/1", headers=JSON)
    assert answer.status_code == 422 and "changed" in answer.json()["error"]
    with desk.store.engine.begin() as connection:
        connection.execute(update(documents).values(path="/etc/passwd"))
    client = client_of(desk)
    sign_in(client, "ann")
    answer = client.get(f"/documents/{desk.records[0]}/pages", headers=JSON)
    assert answer.status_code == 422 and "root" not in answer.text


def test_what_documents_say_is_text(tmp_path: Path) -> None:
    def hostile(document: Document) -> Record:
        record = record_of(document)
        fields = {name: replace(value, value=HOSTILE) for name, value in record.fields.items()}
        return replace(record, fields=fields, line_items=({"price": replace(fields["total"], value=HOSTILE)},))

    store = Store()
    path = write_pdf(tmp_path / "<img src=x onerror=alert(3)>.pdf", 1)
    waiting = Waiting(store, AuditLog(), (), (path,))
    records = fill(store, [path], hostile)
    client = client_of(waiting)
    sign_in(client, "ann")
    for url in ("/", f"/documents/{records[0]}"):
        text = client.get(url).text
        assert "<script>alert" not in text and "<img src=x" not in text
    assert "&lt;script&gt;alert" in client.get(f"/documents/{records[0]}").text


@pytest.mark.parametrize(
    ("form", "field", "decision", "value"),
    [
        ({"decision": "save", "value": "80.00"}, "total", "accept", "80.00"),
        ({"decision": "accept", "value": "ignored"}, "total", "accept", "80.00"),
        ({"decision": "save", "value": "1.234,5 EUR"}, "total", "correct", "1234.5"),
        ({"decision": "save", "value": "  "}, "total", "reject", None),
        ({"decision": "reject", "value": "80.00"}, "total", "reject", None),
        ({"decision": "save", "value": "HL-001"}, "order_number", "correct", "HL-001"),
    ],
)
def test_decisions(desk: Waiting, form: dict[str, str], field: str, decision: str, value: str | None) -> None:
    client = client_of(desk)
    token = sign_in(client, "ann")
    record = desk.records[0]
    item = next(one.id for one in list_open(desk.store) if one.record == record and one.field == field)
    url = f"/documents/{record}/items/{item}"
    answer = client.post(url, data={**form, "csrf": token}, headers=JSON)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["decision"], said["value"], said["open"]) == (decision, value, 1)
    assert desk.store.record(record).record.fields[field].value == value
    assert client.post(url, data={**form, "csrf": token}, headers=JSON).status_code == 409
    entry = list(desk.audit.entries())[-1]
    assert (entry.action, entry.actor, entry.subjects) == (f"review.{decision}", "ann", (item, record))
    assert desk.audit.verify_chain().whole


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "save", "value": "eighty"},
        {"decision": "correct", "value": "x" * 2001},
        {"decision": "burn", "value": "1"},
        {"decision": "save", "value": "9.50", "page": "1", "x0": "nan", "y0": "1", "x1": "2", "y1": "2"},
        {"decision": "save", "value": "9.50", "page": "7", "x0": "1", "y0": "1", "x1": "2", "y1": "2"},
        {"decision": "save", "value": "9.50", "page": "1", "x0": "9", "y0": "1", "x1": "2", "y1": "2"},
        {"decision": "save", "value": "9.50", "page": "one"},
    ],
)
def test_what_is_no_value_or_no_box_is_refused(desk: Waiting, form: dict[str, str]) -> None:
    client = client_of(desk)
    token = sign_in(client, "ann")
    item = next(one.id for one in list_open(desk.store) if one.record == desk.records[0] and one.field == "total")
    answer = client.post(f"/documents/{desk.records[0]}/items/{item}", data={**form, "csrf": token}, headers=JSON)
    assert answer.status_code in (400, 422) and answer.json()["error"]
    assert desk.store.record(desk.records[0]).record.fields["total"].status == "low_confidence"


def test_a_box_that_was_drawn_stays_with_the_value(desk: Waiting) -> None:
    client = client_of(desk)
    token = sign_in(client, "ann")
    record = desk.records[0]
    item = next(one.id for one in list_open(desk.store) if one.record == record and one.field == "total")
    box = {"page": "1", "x0": "400", "y0": "290", "x1": "9999", "y1": "305"}
    form = {"decision": "save", "value": "96.50", "csrf": token, **box}
    assert client.post(f"/documents/{record}/items/{item}", data=form).status_code == 303
    value = desk.store.record(record).record.fields["total"]
    assert value.source == "person" and value.box is not None
    assert (value.box.page, value.box.x0, value.box.x1) == (1, 400.0, 595.0)


def test_an_item_of_another_document_is_not_there(desk: Waiting) -> None:
    client = client_of(desk)
    token = sign_in(client, "ann")
    item = next(one.id for one in list_open(desk.store) if one.record == desk.records[1])
    answer = client.post(f"/documents/{desk.records[0]}/items/{item}", data={"decision": "accept", "csrf": token})
    assert answer.status_code == 404


def test_bodies_and_requests_have_a_limit(desk: Waiting) -> None:
    client = client_of(desk)
    token = sign_in(client, "ann")
    assert client.post("/next", data={"csrf": token, "x": "y" * BODY}).status_code == 413
    assert client.post("/next", data={f"n{n}": "1" for n in range(60)}).status_code == 400
    assert client.post("/next", files={"csrf": ("a.txt", token)}).status_code == 415
    statuses = [client.get("/static/icon.svg").status_code for _ in range(int(BURST) + 40)]
    assert statuses[0] == 200 and 429 in statuses


@pytest.mark.parametrize(
    ("peer", "name", "status"),
    [
        ("127.0.0.1", "ann", 200),
        ("10.0.0.5", "ann", 401),
        ("127.0.0.1", "nobody-here", 401),
        ("127.0.0.1", None, 401),
    ],
)
def test_a_proxy_names_people_and_nobody_else_may(desk: Waiting, peer: str, name: str | None, status: int) -> None:
    client = client_of(desk, Settings(proxy_header="x-remote-user"), peer)
    services_of(client).users.add("ann", None, "reviewer", "root")
    headers = {"x-remote-user": name} if name else {}
    assert client.get("/", headers=headers).status_code == status
    client.get("/login")
    assert client.post("/login", data={"name": "ann", "password": PASSWORD}).status_code == 403


def test_without_a_proxy_its_header_means_nothing(desk: Waiting) -> None:
    client = client_of(desk)
    services_of(client).users.add("ann", None, "admin", "root")
    assert client.get("/", headers={"x-remote-user": "ann"}).status_code == 401


def test_a_proxys_session_goes_with_its_person(desk: Waiting) -> None:
    client = client_of(desk, Settings(proxy_header="x-remote-user"))
    for name in ("ann", "bob"):
        services_of(client).users.add(name, None, "reviewer", "root")
    assert "ann" in client.get("/", headers={"x-remote-user": "ann"}).text
    assert ">bob<" in client.get("/", headers={"x-remote-user": "bob"}).text
    assert client.get("/").status_code == 401, "the cookie alone is not enough"


def test_admins_look_after_people(desk: Waiting) -> None:
    client = client_of(desk)
    token = sign_in(client, "boss", "admin")
    form = {"csrf": token, "name": "carl", "password": PASSWORD, "role": "reviewer"}
    assert client.post("/users", data=form).status_code == 303
    assert client.post("/users", data=form).status_code == 422
    form = {"csrf": token, "role": "auditor"}
    assert client.post("/users/carl", data=form).status_code == 303
    carl = services_of(client).users.get("carl")
    assert carl is not None and (carl.role, carl.active) == ("auditor", False)
    assert client.post("/users/boss", data={"csrf": token, "role": "reviewer", "active": "1"}).status_code == 422


def test_roles_are_what_the_docs_say() -> None:
    assert set(ALLOWED) == set(Role.__args__)  # type: ignore[attr-defined]  # a Literal
    assert "decide" not in ALLOWED["auditor"] and "users" not in ALLOWED["reviewer"] | ALLOWED["auditor"]


def test_whatever_waits_elsewhere_is_told_and_its_failure_takes_nothing_back(desk: Waiting) -> None:
    heard: list[Decided] = []

    def tell(decided: Decided) -> None:
        heard.append(decided)
        if len(heard) == 2:
            raise RunError("nobody answers")

    app = review_app(desk.store, desk.audit, told=tell)
    client = TestClient(app, base_url="http://localhost", follow_redirects=False, client=("127.0.0.1", 1))
    token = sign_in(client, "ann")
    record = desk.records[0]
    items = {one.field: one.id for one in list_open(desk.store) if one.record == record}
    said = [
        client.post(f"/documents/{record}/items/{items[name]}", data={**form, "csrf": token}, headers=JSON).json()
        for name, form in (("total", {"decision": "save", "value": "96.50"}), ("order_number", {"decision": "accept"}))
    ]
    assert heard == [
        Decided(items["total"], record, "correct", "ann", "96.50"),
        Decided(items["order_number"], record, "accept", "ann", None),
    ]
    assert said[0]["note"] == "" and "could not be told" in said[1]["note"] and said[1]["open"] == 0
    assert [entry.action for entry in desk.audit.entries()][-2:] == ["review.accept", "review.untold"]


def test_looking_is_in_the_audit_log_whoever_looks(desk: Waiting) -> None:
    client = client_of(desk)
    url = f"/documents/{desk.records[0]}"
    for name, role in (("ann", "reviewer"), ("bob", "reviewer"), ("olga", "auditor")):
        sign_in(client, name, role)
        assert client.get(url).status_code == 200
    looks = [(entry.action, entry.actor) for entry in desk.audit.entries() if entry.subjects == (desk.records[0],)]
    assert looks == [("review.open", "ann"), ("review.view", "bob"), ("review.view", "olga")]


def test_the_whole_way_in_both_kinds_of_store(waiting: Waiting) -> None:
    client = client_of(waiting)
    token = sign_in(client, "ann")
    assert "order-1.pdf" in client.get("/").text
    url = client.post("/next", data={"csrf": token}).headers["location"]
    for item in [one for one in list_open(waiting.store) if url.endswith(one.record)]:
        form = {"csrf": token, "decision": "save", "value": "96.50" if item.field == "total" else "HL-001"}
        assert client.post(f"{url}/items/{item.id}", data=form).headers["location"] == url
    assert "HL-001" in client.get(url).text
    following = client.post("/next", data={"csrf": token, "besides": url.rsplit("/", 1)[1]}).headers["location"]
    assert following != url and following.rsplit("/", 1)[1] in waiting.records
    assert client.post("/logout", data={"csrf": token}).headers["location"] == "/login"
    assert client.get("/").status_code == 401 and waiting.audit.verify_chain().whole
