"""Photograph the review page over what `factory demo` recorded: `.venv/bin/python docs/record_review.py`.

Needs Chromium. It works on a copy of the store in the home folder; nothing is settled in yours.
"""

import os
import shutil
import socket
import tempfile
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from runtime.audit import AuditLog
from runtime.files import home
from runtime.review.app import review_app
from runtime.store import Store

IMAGES = Path(__file__).parent / "img"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def main() -> None:
    """Write `docs/img/review-*.png`."""
    recorded = home().resolve()
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for file in recorded.glob("store.sqlite*"):
            shutil.copy(file, folder)
        os.environ["FACTORY_HOME"] = folder
        app = review_app(Store(), AuditLog())
        services = app.state.services
        cookie, _ = services.sessions.begin(services.users.add("carla", None, "admin", "carla"))
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                context = browser.new_context(viewport={"width": 1360, "height": 850}, reduced_motion="reduce")
                context.add_cookies([{"name": "review", "value": cookie, "url": url}])
                _photograph(context.new_page(), url)
                browser.close()
        finally:
            server.should_exit = True
            thread.join()


def _photograph(page: Page, url: str) -> None:
    page.goto(url)
    page.screenshot(path=IMAGES / "review-queue.png")
    page.get_by_role("button", name="Start with the oldest").click()
    page.locator(".sheet img").first.evaluate("image => image.decode()")
    page.locator("form.item .value").first.press("Enter")  # one field accepted, the next one at work
    page.get_by_text("to go.").wait_for()
    page.screenshot(path=IMAGES / "review-document.png")
    page.locator(".checks").scroll_into_view_if_needed()
    page.screenshot(path=IMAGES / "review-rows.png")
    page.goto(f"{url}/audit")
    page.screenshot(path=IMAGES / "review-audit.png")


if __name__ == "__main__":
    main()
