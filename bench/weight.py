"""What a first visit weighs: the sign-in page with everything it fetches, and a section, compressed."""

from __future__ import annotations

from dataclasses import dataclass

from bs4 import BeautifulSoup
from flask import Flask

from bench.calling import HOST, Person, Request, call
from vsportal.assets import vendored

FIRST_VISIT, A_SECTION = 100_000, 20_000
"""The most bytes that each may be."""
FONTS = ("atkinson-latin-400.woff2", "atkinson-latin-700.woff2")
"""Faces that the words of the page need; the others are fetched where their letters occur."""


@dataclass(frozen=True)
class Weight:
    """One thing that is fetched, as many bytes as are sent."""

    what: str
    bytes: int


def first_visit(app: Flask) -> list[Weight]:
    """The sign-in page and all that its head names."""
    page = call(app, Request("/sign-in"))
    soup = BeautifulSoup(page.text, "html.parser")
    named = [str(link["href"]) for link in soup.select("link[href]")]
    named += [str(script["src"]) for script in soup.select("script[src]")]
    named += [f"/static/{vendored(font)}" for font in FONTS]
    return [
        Weight("the sign-in page", page.compressed),
        *(Weight(path.rpartition("/")[2], sent(app, path)) for path in dict.fromkeys(named)),
    ]


def a_section(app: Flask, path: str, who: Person) -> Weight:
    """A page that one works on, without what is in the browser's cache already."""
    return Weight("the largest section to edit", call(app, Request(path), who.cookie).compressed)


def sent(app: Flask, path: str) -> int:
    """Bytes of a file as it is sent to a browser that takes it compressed."""
    environ = Request(path.removeprefix(HOST)).environ("")
    environ["HTTP_ACCEPT_ENCODING"] = "gzip"
    told: list[str] = []
    parts = app(environ, lambda status, _headers, _error=None: told.append(status))  # type: ignore[arg-type]
    body = b"".join(parts)
    if not told[0].startswith("200"):
        raise RuntimeError(f"{path} was answered with {told[0]}.")
    return len(body)
