"""One request as a server hands it to the application: signed in, timed, its statements counted.

No network and no test client: what is measured is the application with all its middleware.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter_ns, process_time_ns
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import EnvironBuilder

from bench.world import PASSWORD

HOST = "https://bench.example.org"


@dataclass(frozen=True)
class Request:
    """What is asked: a form when it is posted, by htmx or by a page."""

    path: str
    form: Mapping[str, str] | None = None
    htmx: bool = False

    def environ(self, cookie: str) -> dict[str, Any]:
        """As a server hands it over."""
        headers = {"Cookie": cookie, "Referer": f"{HOST}/", "Accept": "text/html"}
        if self.htmx:
            headers["HX-Request"] = "true"
        method = "GET" if self.form is None else "POST"
        form = {} if self.form is None else {"data": urlencode(self.form)}
        kind = {} if self.form is None else {"content_type": "application/x-www-form-urlencoded"}
        made = EnvironBuilder(self.path, HOST, method=method, headers=headers, **form, **kind)  # type: ignore[arg-type]
        return made.get_environ()


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    milliseconds: float
    processor: float
    """Milliseconds of this process alone: what it worked, without its waits for others."""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def compressed(self) -> int:
        """How many bytes it is as a proxy sends it."""
        return len(gzip.compress(self.body, 6))


def call(app: Flask, request: Request, cookie: str = "") -> Answer:
    """One request, from the server's call to the last byte."""
    environ, told = request.environ(cookie), []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:  # WSGI's own
        told.append((int(status[:3]), headers))

    begun, begun_work = perf_counter_ns(), process_time_ns()
    parts = app(environ, start_response)  # type: ignore[arg-type]
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    took, worked = perf_counter_ns() - begun, process_time_ns() - begun_work
    return Answer(*told[0], body, took / 1e6, worked / 1e6)


@dataclass(frozen=True)
class Person:
    """Somebody signed in: their cookie and the token of their forms."""

    cookie: str
    token: str


def sign_in(app: Flask, email: str) -> Person:
    """Sign in through the page, as a browser does."""
    page = call(app, Request("/sign-in"))
    form = {"email": email, "password": PASSWORD, "csrf_token": _token(page)}
    after = call(app, Request("/sign-in", form), _cookie(page))
    if after.status != 303:
        raise RuntimeError(f"Signing {email} in was answered with {after.status}: {after.text[:300]}")
    # The token of the signed-in session, and the cookie that goes with it.
    first = call(app, Request("/sessions"), _cookie(after))
    return Person(_cookie(first) or _cookie(after), _token(first))


def _token(answer: Answer) -> str:
    field = BeautifulSoup(answer.text, "html.parser").select_one("input[name=csrf_token]")
    if field is None:
        raise RuntimeError(f"There is no form token in an answer {answer.status}: {answer.text[:300]}")
    return str(field["value"])


def _cookie(answer: Answer) -> str:
    """What a browser would send back."""
    return "; ".join(v.partition(";")[0] for k, v in answer.headers if k.lower() == "set-cookie")
