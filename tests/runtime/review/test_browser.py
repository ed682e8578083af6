"""The page as a person meets it: a real server and a real headless Chromium."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from runtime.registry import Registry
from runtime.review.app import review_app
from runtime.review.queue import count_open, list_open
from runtime.review.users import Role
from tests.runtime.review.conftest import CHECKED, HOSTILE, Waiting, fill, record_of

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PASSWORD = "correct horse battery"
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (Debian's package chromium)")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


def published() -> Registry:
    """A registry with what the documents were read with."""
    registry = Registry()
    registry.publish(CHECKED)
    return registry


class Site:
    """The page on a port of its own, the people who may sign in, and what browsers asked for or complained about."""

    def __init__(self, waiting: Waiting, browser: Any) -> None:
        self.waiting, self.browser = waiting, browser
        self.app = review_app(waiting.store, waiting.audit, published())
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.contexts: list[Any] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, args=([self.listening],), daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def page(self, name: str, role: Role = "reviewer") -> Any:
        """A browser of its own in which this person is signed in, at the queue."""
        services = self.app.state.services
        user = services.users.add(name, None, role, "test")
        cookie, _ = services.sessions.begin(user)
        page = self.stranger()
        page.context.add_cookies([{"name": "review", "value": cookie, "url": self.url}])
        page.goto(self.url)
        return page

    def stranger(self) -> Any:
        """A browser of its own in which nobody is signed in."""
        context = self.browser.new_context(viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message) or dialog.dismiss())
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.server.should_exit = True
        self.thread.join(20)
        self.listening.close()


@pytest.fixture
def site(desk: Waiting, chromium: Any) -> Iterator[Site]:
    """Closed at the end; no page may have asked another host for anything."""
    made = Site(desk, chromium)
    yield made
    made.close()
    assert made.requests and all(url.startswith((made.url, "data:")) for url in made.requests)


def field(page: Any, name: str) -> Any:
    return page.get_by_label(name, exact=True)


def press(page: Any, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def words_box(page: Any, site: Site, record: str, text: str) -> tuple[float, float, float, float]:
    """Where a word stands on the screen: left, top, right, bottom."""
    found = page.request.get(f"{site.url}/documents/{record}/pages").json()["pages"][0]
    x0, y0, x1, y1 = next(word[1:] for word in found["words"] if word[0] == text)
    side = page.locator(".sheet").first.bounding_box()
    scale = side["width"] / found["width"]
    return side["x"] + x0 * scale, side["y"] + y0 * scale, side["x"] + x1 * scale, side["y"] + y1 * scale


def test_a_document_with_two_doubtful_fields_by_keys_alone(site: Site) -> None:
    page = site.page("ann")
    first, second = site.waiting.records
    keys = press(page, "Enter")  # start with the oldest
    page.wait_for_url(f"**/documents/{first}")
    page.locator(".value:focus").wait_for()
    keys += press(page, "Enter")
    page.get_by_text("1 to go.").wait_for()
    keys += press(page, "Enter")
    page.get_by_text("Nothing left here.").wait_for()
    keys += press(page, "Enter")  # next document
    page.wait_for_url(f"**/documents/{second}")
    assert keys < 10
    fields = site.waiting.store.record(first).record.fields
    assert {fields[name].status for name in ("order_number", "total")} == {"found"}
    assert {item.record for item in list_open(site.waiting.store)} == {second}
    decided = [entry for entry in site.waiting.audit.entries() if entry.action == "review.accept"]
    assert len(decided) == 2 and {entry.actor for entry in decided} == {"ann"}
    assert site.complaints == []


def test_correcting_by_typing_clearing_and_dragging(site: Site) -> None:
    page = site.page("ann")
    record = site.waiting.records[0]
    page.goto(f"{site.url}/documents/{record}")
    page.locator(".sheet img").wait_for()
    page.locator(".sheet img").evaluate("image => image.decode()")
    assert page.locator("[data-check=paid]").get_attribute("class") == "bad"
    number, total = field(page, "Order number"), field(page, "Total")
    total.focus()
    left, top, right, bottom = words_box(page, site, record, "96.50")
    page.mouse.move(left - 3, top - 2)
    page.mouse.down()
    page.mouse.move(right + 3, bottom + 2, steps=4)
    page.mouse.up()
    assert total.input_value() == "96.50" and page.locator(":focus").get_attribute("id") == total.get_attribute("id")
    press(page, "Enter")
    page.get_by_text("1 to go.").wait_for()
    assert page.locator("[data-check=paid]").get_attribute("class") == "good", "checks count corrections at once"
    number.fill("mistaken")
    press(page, "Escape")
    assert number.input_value() == "HL"
    number.fill("HL-001")
    assert page.locator(".item:focus-within .save").inner_text() == "Correct"
    assert page.locator("[data-check=named]").get_attribute("class") == "good"
    press(page, "Enter")
    page.get_by_text("Nothing left here.").wait_for()
    assert page.locator("[data-check=named]").get_attribute("class") == "bad", "also of what held before"
    fields = site.waiting.store.record(record).record.fields
    assert (fields["total"].value, fields["total"].status, fields["total"].source) == ("96.50", "corrected", "person")
    box = fields["total"].box
    assert box is not None and box.page == 1 and 399 < box.x0 < box.x1 < 440 and 290 < box.y0 < box.y1 < 310
    assert fields["order_number"].value == "HL-001" and fields["order_number"].box is None
    page.reload()
    page.locator("#history").get_by_text("HL-001").wait_for()
    assert site.complaints == []


def test_a_value_of_another_type_is_explained_beside_the_field(site: Site) -> None:
    page = site.page("ann")
    page.goto(f"{site.url}/documents/{site.waiting.records[0]}")
    total = field(page, "Total")
    total.fill("eighty")
    press(page, "Enter")
    page.locator("form.item .said", has_text="Not readable as money; write an amount such as 1234.50.").wait_for()
    assert total.get_attribute("aria-invalid") == "true" and count_open(site.waiting.store) == 4
    described = total.get_attribute("aria-describedby").split()
    assert any("Not readable" in page.locator(f"#{name}").inner_text() for name in described)
    total.fill("")
    assert page.locator(".item:focus-within .save").inner_text() == "Reject"
    press(page, "Enter")
    page.get_by_text("Total: rejected").wait_for()
    assert site.waiting.store.record(site.waiting.records[0]).record.fields["total"].status == "not_found"


def test_two_reviewers_never_get_the_same_document(site: Site) -> None:
    ann, bob = site.page("ann"), site.page("bob")
    for page in (ann, bob):
        page.get_by_role("button", name="Start with the oldest").click()
        page.wait_for_url("**/documents/*")
    got = [page.url.rsplit("/", 1)[1] for page in (ann, bob)]
    assert sorted(got) == sorted(site.waiting.records)
    bob.goto(f"{site.url}/documents/{got[0]}")
    bob.get_by_text("ann is working on this document").wait_for()
    assert field(bob, "Total").is_disabled() and bob.locator(".save").count() == 0
    bob.goto(site.url)
    assert bob.locator("tr.held").inner_text().rstrip().endswith("ann")
    ann.get_by_role("button", name="Put back").click()
    ann.wait_for_url(f"{site.url}/")
    bob.goto(f"{site.url}/documents/{got[0]}")
    assert field(bob, "Total").is_enabled()


def test_signing_in_and_what_a_reviewer_may_not_open(site: Site) -> None:
    site.app.state.services.users.add("ann", PASSWORD, "reviewer", "test")
    page = site.stranger()
    page.goto(f"{site.url}/users")
    page.wait_for_url("**/login")
    for password in ("wrong password", PASSWORD):
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill(password)
        press(page, "Enter")
        if password != PASSWORD:
            page.get_by_role("alert").get_by_text("Name or password is wrong.").wait_for()
    page.get_by_role("heading", name="Waiting for a person").wait_for()
    assert page.evaluate("document.cookie") == "", "scripts see no cookie"
    assert page.get_by_role("link", name="People").count() == 0
    for path in ("/users", "/audit"):
        assert page.goto(site.url + path).status == 403
    page.goto(f"{site.url}/documents/{site.waiting.records[0]}")
    answer = page.evaluate(
        """async () => {
            const body = new URLSearchParams({ decision: "accept" });
            return (await fetch(document.querySelector("form.item").action, { method: "POST", body })).status;
        }"""
    )
    assert answer == 403, "no token, no decision"
    assert count_open(site.waiting.store) == 4


def test_text_of_documents_never_runs(site: Site, desk: Waiting, tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.runtime.review.conftest import write_pdf

    path = write_pdf(tmp_path / "x<img src=x onerror=alert(3)>.pdf", 9)
    (record,) = fill(
        desk.store,
        [path],
        lambda document: replace(
            record_of(document),
            fields={name: replace(value, value=HOSTILE) for name, value in record_of(document).fields.items()},
        ),
    )
    page = site.page("ann")
    page.goto(f"{site.url}/documents/{record}")
    page.locator(".sheet img").wait_for()
    assert field(page, "Total").input_value() == HOSTILE
    field(page, "Order number").fill(HOSTILE + "2")
    press(page, "Enter")
    page.get_by_text("1 to go.").wait_for()
    page.reload()
    page.locator("#history").get_by_text(HOSTILE + "2").wait_for()
    assert page.locator("main img[src=x], main script").count() == 0 and site.complaints == []


def test_every_control_has_a_name_and_letters_can_be_switched_off(site: Site) -> None:
    page = site.page("boss", "admin")
    nameless = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a")].filter(
        (one) => !(one.labels?.length || one.getAttribute("aria-label") || one.textContent.trim())
    ).map((one) => one.outerHTML)"""
    for path in ("/", "/users", "/audit", "/account", f"/documents/{site.waiting.records[0]}"):
        page.goto(site.url + path)
        assert page.evaluate(nameless) == [], path
        assert page.locator("h1").count() == 1 and page.locator("html[lang=en] main").count() == 1
    page.locator(".sheet img").wait_for()
    page.locator("#sheets").focus()
    press(page, "+")
    assert page.locator("#zoom").inner_text() == "120 %"
    press(page, "?")
    page.get_by_role("dialog", name="Keys").get_by_label("single letters do something").uncheck()
    press(page, "Escape")
    page.locator("#sheets").focus()
    press(page, "+", "r")
    assert page.locator("#zoom").inner_text() == "120 %" and count_open(site.waiting.store) == 4


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb or #rgb colours."""

    def light(colour: str) -> float:
        text = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(text[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_of_both_schemes_can_be_read() -> None:
    css = (Path(__file__).parents[3] / "runtime/review/static/review.css").read_text()
    schemes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colour = dict(re.findall(r"--([\w-]+): (#\w+)", scheme))
        for text, ground in (
            *((text, ground) for text in ("ink", "soft", "accent") for ground in ("card", "ground")),
            ("ink", "accent-soft"), ("accent-ink", "accent"), ("doubt", "doubt-soft"), ("good", "good-soft"),
            ("bad", "bad-soft"), ("bad", "card"), ("good", "card"),
        ):  # fmt: skip
            assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
        assert contrast(colour["strong"], colour["card"]) >= 3.0, "borders of controls"
