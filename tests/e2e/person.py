"""Somebody with a browser: every page they come to is looked at by axe, and nothing may go wrong unseen.

A message of the console that is an error, an error in a script, a violation of the content policy
fails the journey. `SHOTS=folder` keeps a picture of every page at 1280 and at 320 px.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response

ANSWERED = (409, 422)
"""Statuses that the portal answers with on purpose: a conflict, an answer with a mistake."""
OFFLINE = re.compile("ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|htmx:")
WAITS = 5000
_pictures = count(1)
_axe = Axe()


@dataclass
class Visitor:
    """A person at a page."""

    page: Page
    statuses: set[int] = field(default_factory=lambda: set(ANSWERED))
    """Failures that this journey brings about, and that the console may therefore name."""
    wrong: list[str] = field(default_factory=list)
    offline: bool = False
    script: bool = True
    """False where JavaScript is off: there axe, a script itself, cannot look."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAITS)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status = re.search(r"(?:status of|Status Error Code) (\d+)", message.text)
        if status and int(status[1]) in self.statuses:
            return
        if self.offline and OFFLINE.search(message.text):
            return
        self.wrong.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.statuses:
            self.wrong.append(f"{response.status}: {response.request.method} {response.url}")

    @property
    def context(self) -> BrowserContext:
        """The browser that the page is in."""
        return self.page.context

    def open(self, path: str) -> Visitor:
        """Go to an address and look at it."""
        self.page.goto(path)
        return self.look()

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Visitor:
        """Follow a link by its words."""
        (within or self.page).get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Visitor:
        """Press a button that leads to another page."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=name).first.click()
        return self.look()

    def look(self) -> Visitor:
        """Look at the page one is on: no barrier, nothing wrong, no scrolling sideways."""
        self.page.wait_for_load_state("load")
        self.take_picture()
        if self.script:
            found = _axe.run(self.page)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        assert self.wrong == [], f"{self.page.url}: {self.wrong}"
        return self

    def fits(self) -> None:
        """The page does not scroll sideways."""
        root = "document.documentElement"
        wide = self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def take_picture(self) -> None:
        """Keep a picture of the page, wide and narrow, when SHOTS names a folder."""
        if not (folder := os.environ.get("SHOTS")):
            return
        was = self.page.viewport_size or {"width": 1280, "height": 800}
        name = re.sub(r"\W+", "-", self.page.url.split("/", 3)[-1])[-50:].strip("-")
        number = next(_pictures)
        for width in (320, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            tall = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": min(tall, 9000)})
            self.page.screenshot(path=Path(folder) / f"{number:03d}-{name}-{width}.png")
        self.page.set_viewport_size(was)

    @property
    def heading(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        """All that is to be read in the main part."""
        return self.page.locator("main").inner_text()


Arrive = Callable[..., Visitor]
"""The fixture `arrive`: somebody comes with a browser."""
