"""Browser journeys: a live portal on a database of its own, Chromium, people who sign in by the form.

The database is seeded once; each journey makes its own child in it (`neighbourhood.py`). Who has
signed in once is signed in for the journeys after; a journey that signs out signs in for itself.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, StorageState
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.databases import SQLite, let_go, portal
from tests.e2e.neighbourhood import Neighbourhood, Person
from tests.e2e.pages.sign_in import SignIn
from tests.e2e.person import Arrive, Visitor


def chromium() -> str | None:
    """The machine's own Chromium: what CHROMIUM names, or one on the path; None for Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in (os.environ.get("CHROMIUM"), *map(shutil.which, names)) if path), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Chromium without a sandbox, a screen or calls of its own to anywhere."""
    quiet = (
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    )
    return {"executable_path": chromium(), "args": list(quiet), "headless": True}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on an SQLite file that only these journeys use."""
    made = SQLite(tmp_path_factory.mktemp("journeys"))
    with made.migrated("journeys") as address:
        app = portal(address)
        yield app
        let_go(app)


@pytest.fixture(scope="session")
def neighbourhood(seeded: Flask) -> Neighbourhood:
    """The people and places that journeys share."""
    made = Neighbourhood(seeded)
    made.settle()
    return made


class Silent(WSGIRequestHandler):
    """Requests are not listed: a journey makes thousands, and a failed one is told by the visitor."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def live(seeded: Flask) -> Iterator[str]:
    """The address of the portal, served by threads of this process."""
    server = make_server("127.0.0.1", 0, seeded, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def signed_in_before() -> dict[str, StorageState]:
    """Cookies of those who have signed in once, by e-mail address."""
    return {}


@pytest.fixture
def arrive(browser: Browser, live: str, signed_in_before: dict[str, StorageState]) -> Iterator[Arrive]:
    """Somebody comes with a browser: `arrive(person)` signed in, `arrive()` signed out.

    `afresh`: by a sign-in of their own. `width`: of the window in px. `script`: False without JavaScript.
    """
    come: list[Visitor] = []

    def one(
        person: Person | None = None, *, afresh: bool = False, width: int = 1280, script: bool = True
    ) -> Visitor:
        kept = signed_in_before.get(person.email) if person and not afresh else None
        context = browser.new_context(
            base_url=live,
            viewport={"width": width, "height": 800},
            storage_state=kept,
            java_script_enabled=script,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        visitor = Visitor(context.new_page(), script=script)
        come.append(visitor)
        if person and not kept:
            SignIn(visitor).open().sign_in(person)
            if not afresh:
                signed_in_before[person.email] = context.storage_state()
        return visitor

    yield one
    wrong = [line for visitor in come for line in visitor.wrong]
    for visitor in come:
        visitor.context.close()
    assert wrong == []
