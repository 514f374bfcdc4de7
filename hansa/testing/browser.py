"""A real browser before a live server, for tests that walk the pages as people do."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, sync_playwright

from hansa.testing.cast import Person

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 700},
    "zoomed": {"width": 195, "height": 422},  # a phone at twice the size
    "turned": {"width": 844, "height": 390},
    "tablet": {"width": 820, "height": 1180},
    "desktop": {"width": 1280, "height": 900},
}
GRAVE = ("serious", "critical")
RUN_AXE = "exclude => axe.run({exclude}, {resultTypes: ['violations']}).then(results => results.violations)"


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the test tells what went wrong."""


@contextmanager
def live_server() -> Iterator[str]:
    """Serve the application from threads of this process; yields its address, such as `http://127.0.0.1:41234`."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler, connections_override={})
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close_all()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Raises FileNotFoundError where none is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's loop runs in the thread that tests query from
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """Somebody before a screen. Each page that they come to is checked by axe, and must keep the console quiet."""

    page: Page
    address: str
    script: bool = True
    complaints: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        """Go to a path of the site."""
        self.page.goto(self.address + path)
        self.look()

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the visible button, or follow the visible link, of this name; then look at where that leads."""
        self.find(name, exact=exact).click()
        self.page.locator("[aria-busy=true]").wait_for(state="detached")
        self.page.wait_for_load_state()
        self.look()

    def find(self, name: str, *, exact: bool = True) -> Locator:
        """The first visible button or link of this name."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        return button.or_(self.page.get_by_role("link", name=name, exact=exact)).filter(visible=True).first

    def fill(self, **fields: str) -> None:
        """Type into the fields of a form, by their names."""
        for name, text in fields.items():
            self.page.locator(f"[name={name}]:visible").fill(text)

    def reads(self, text: str) -> bool:
        """Whether the page shows this text, or a longer one with it."""
        return self.page.get_by_text(text).filter(visible=True).count() > 0

    def look(self) -> None:
        """Hold the page to the promises that every page keeps; axe is a script itself, so not without."""
        self.seen.append(self.page.url.removeprefix(self.address))
        if not self.script:
            return
        grave = grave_violations(self.page)
        sideways = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not grave, f"{self.page.url}: {grave}"
        assert not sideways, f"{self.page.url} scrolls sideways"
        assert not self.complaints, f"{self.page.url}: {self.complaints}"

    def picture(self, file: Path, *, dark: bool = False) -> None:
        """Take a picture of the whole page."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.screenshot(path=file, full_page=True)
        self.page.emulate_media(color_scheme="light")

    def _hear(self, message: ConsoleMessage) -> None:
        refused = "the server responded with a status of 4"  # a form with mistakes, a page that is not there
        if message.type == "error" and refused not in message.text:
            self.complaints.append(message.text)


def grave_violations(page: Page, *exclude: str) -> list[str]:
    """What axe finds seriously wrong with a page, a line each, except inside what these selectors name."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN_AXE, [[selector] for selector in exclude])
    return [
        f"{broken['id']}: {broken['help']} at {broken['nodes'][0]['html'][:200]}"
        for broken in found
        if broken["impact"] in GRAVE
    ]


def visitor(
    browser: Browser, address: str, person: Person | None = None, size: str = "phone", script: bool = True
) -> Visitor:
    """A fresh window of a size in `SIZES`, with `person` logged in; without `script` the site's own does not run."""
    context = browser.new_context(
        base_url=address,
        viewport=SIZES[size],
        has_touch=size != "desktop",
        is_mobile=size == "phone",
        java_script_enabled=script,
        locale="en-GB",
    )
    context.set_default_timeout(10_000)
    if person:
        client = Client()
        client.force_login(person.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return Visitor(context.new_page(), address, script)
