"""A browser without scripts for tests: every page it fetches is checked, every form is sent as it stands.

What is checked is in `tests/pages.py`; opting out is a keyword, so that it shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from functools import cached_property
from typing import Any, Self

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.globals import _cv_app
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import TestResponse

from tests import pages
from tests.factories import PASSWORD
from vsportal.extensions import db
from vsportal.models import User

TOKEN = re.compile(r'name="csrf_token"\s+value="([^"]+)"')
Data = Mapping[str, Any] | Iterable[tuple[str, str]]


class Page:
    """An answer: a page, a fragment, or something that is no page at all."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers: Headers = response.headers
        self.body: str = response.get_data().decode(errors="replace")  # a file is not always text

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page parsed; when it is asked for, because that costs more than the page."""
        return BeautifulSoup(self.body, "html5lib" if self.is_whole else "html.parser")

    @property
    def is_html(self) -> bool:
        """True for pages and fragments."""
        return self.response.mimetype == "text/html"

    @property
    def is_whole(self) -> bool:
        """True for a page, False for a fragment."""
        return self.is_html and self.body.lstrip().lower().startswith("<!doctype")

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("Location", "")

    @property
    def title(self) -> str:
        """The page's title."""
        return _words(self.soup.title)

    @property
    def h1(self) -> str:
        """The page's heading."""
        return _words(self.soup.h1)

    @property
    def text(self) -> str:
        """All that is to be read in the main part, or in the fragment."""
        return _words(self.soup.main or self.soup)

    def one(self, selector: str) -> Tag:
        """The only element that a CSS selector finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{selector} finds {len(found)} elements on this page, not one."
        return found[0]

    def links(self) -> dict[str, str]:
        """Words of each link → where it leads."""
        return {_words(a): str(a["href"]) for a in self.soup.find_all("a", href=True)}

    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return [_words(li) for li in self.soup.select(".govuk-error-summary__list li")]

    def notices(self) -> list[str]:
        """What the last page left to be said."""
        return [_words(p) for p in self.soup.select(".vs-notice[role]")]

    def form(self, action: str = "", *, button: str = "") -> Form:
        """The form that leads to `action` or has a button with these words; without either, the only one."""
        found = [
            f
            for f in self.soup.find_all("form")
            if (not action or f.get("action", "").partition("?")[0] == action)
            and (not button or any(_words(b) == button for b in f.find_all("button")))
        ]
        if not action and not button:
            found = [f for f in found if not f.get("action", "").endswith(("/sign-out", "/session/names"))]
        assert len(found) == 1, f"{len(found)} forms lead to “{action or button or 'somewhere'}”, not one."
        return Form(found[0])


class Form:
    """A form as it stands on a page: what a browser would send of it."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.action = str(tag.get("action", ""))

    def fields(self, button: str = "") -> MultiDict[str, str]:
        """Successful controls, in order; `button`: the words of the button that is pressed."""
        found: list[tuple[str, str]] = []
        for control in self.tag.select("input[name], textarea[name], select[name]"):
            if not control.has_attr("disabled"):
                found += [(str(control["name"]), value) for value in _values(control)]
        for pressed in self.tag.find_all("button"):
            if button and _words(pressed) == button and pressed.has_attr("name"):
                found.append((str(pressed["name"]), str(pressed.get("value", ""))))
        return MultiDict(found)


def _values(control: Tag) -> list[str]:
    """What a control sends."""
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        options = control.find_all("option")
        chosen = [o for o in options if o.has_attr("selected")] or options[:1]
        return [str(o.get("value", _words(o))) for o in chosen]
    kind = str(control.get("type", "text"))
    if kind in ("submit", "button", "image", "reset"):
        return []
    if kind in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [str(control.get("value", ""))]


def _words(tag: Tag | None) -> str:
    """The text of an element with its spaces in order."""
    return " ".join(tag.get_text(" ").split()) if tag else ""


class PageClient:
    """Somebody with a browser. Each request runs as in life: a context and a session of its own."""

    def __init__(self, app: Flask, *, htmx: bool = False, browser: Any = None) -> None:  # Flask's test client
        self.app = app
        self.token = ""
        self._browser = browser or app.test_client()
        self._headers = {"HX-Request": "true"} if htmx else {}
        self._is_htmx = htmx
        self._at = ""
        self._fragments: PageClient | None = None

    @property
    def htmx(self) -> Self:
        """The same browser, asking as htmx does."""
        if self._is_htmx:
            return self
        self._fragments = self._fragments or type(self)(self.app, htmx=True, browser=self._browser)
        self._fragments.token = self.token
        return self._fragments  # type: ignore[return-value]

    def get(self, path: str, *, follow: bool = False, **checks: bool) -> Page:
        """Fetch a page; `follow`: go where it leads."""
        page = self._open(path, "GET", checks=checks)
        return self.follow(page) if follow else page

    def post(
        self,
        path: str,
        data: Data = (),
        *,
        token: bool = True,
        follow: bool = False,
        files: bool = False,
        **checks: bool,
    ) -> Page:
        """Send a form, with the token of the last page unless told otherwise."""
        sent = MultiDict(data.items(multi=True) if isinstance(data, MultiDict) else _pairs(data))
        if token and "csrf_token" not in sent:
            sent["csrf_token"] = self.token or self._first_token()
        kind = "multipart/form-data" if files else "application/x-www-form-urlencoded"
        page = self._open(path, "POST", checks=checks, data=sent, content_type=kind)
        return self.follow(page) if follow else page

    def submit(
        self,
        page: Page,
        changed: Data = (),
        *,
        action: str = "",
        button: str = "",
        **more: Any,  # as for post
    ) -> Page:
        """Send a form of a page as it stands there, with what is typed into it."""
        form = page.form(action, button=button)
        sent = form.fields(button)
        for name, values in MultiDict(_pairs(changed)).lists():
            sent.setlist(name, values)
        return self.post(form.action or page.response.request.path, sent, **more)

    def follow(self, page: Page, **checks: bool) -> Page:
        """Go where redirects lead."""
        for _ in range(5):
            if page.status not in (301, 302, 303, 307, 308):
                return page
            page = self._open(page.location, "GET", checks=checks)
        raise AssertionError("These redirects go round in circles.")

    def sign_in(self, user: User, password: str = PASSWORD) -> Page:
        """Sign in through the real form, and go on to the first page."""
        form = self.get("/sign-in")
        page = self.submit(form, {"email": user.email, "password": password}, action="/sign-in")
        return self.follow(page)

    # The cookie and what is in it

    def cookie(self) -> str:
        """The session cookie as the browser holds it."""
        found = self._browser.get_cookie("vsportal")
        return str(found.value) if found else ""

    def set_cookie(self, value: str) -> None:
        """Put another session cookie in its place."""
        self._browser.set_cookie("vsportal", value)

    def forget_cookies(self) -> None:
        """As a browser that was closed."""
        self._browser.delete_cookie("vsportal")
        self.token = ""

    def session(self) -> dict[str, Any]:  # what the cookie holds, as JSON has it
        """What the session cookie says."""
        with self._browser.session_transaction() as kept:
            return dict(kept)

    def change_session(self, **values: object) -> None:
        """Write into the session cookie what only the portal could."""
        with self._browser.session_transaction() as kept:
            kept.update(values)

    def _first_token(self) -> str:
        """A token for somebody who has not seen a page yet."""
        self.get("/privacy")
        return self.token or str(self.get("/sign-in").one("[name=csrf_token]")["value"])

    def _open(
        self, path: str, method: str, *, checks: Mapping[str, bool], **more: Any
    ) -> Page:  # as for werkzeug
        """One request in a context of its own, and its page checked."""
        db.session.commit()  # what the test has made is there for the request
        response = copy_context().run(self._alone, path, method, more)
        db.session.expire_all()  # and the test sees what the request has made
        page = Page(response)
        token = TOKEN.search(page.body) if page.is_html else None
        self.token = token[1] if token else self.token
        if method == "GET" and page.is_html and not self._is_htmx:
            self._at = f"http://localhost{path}"
        pages.check(page, htmx=self._is_htmx, **checks)
        return page

    def _alone(self, path: str, method: str, more: Mapping[str, Any]) -> TestResponse:
        """As in a process of its own: without the test's application context."""
        _cv_app.set(None)  # type: ignore[arg-type]
        opened: Callable[..., TestResponse] = self._browser.open
        came_from = {"Referer": self._at} if self._at else {}  # as a browser says it, within the portal
        return opened(path, method=method, headers=came_from | self._headers, buffered=True, **more)


def _pairs(data: Data) -> list[tuple[str, str]]:
    """Names and values, a list of values spread out."""
    pairs = data.items() if isinstance(data, Mapping) else data
    return [(k, str(one)) for k, v in pairs for one in (v if isinstance(v, list | tuple) else [v])]
