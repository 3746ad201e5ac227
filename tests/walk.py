"""A walk through everything one person can reach: every link, every address there is, every fragment.

It reads answers as they come, without the checks of `PageClient`: there are thousands of them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from urllib.parse import quote, urlsplit

from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.client import PageClient
from tests.world import Surroundings
from vsportal import editions
from vsportal.extensions import db

LINK = re.compile(r'(?:href|action|hx-get)="([^"]*)"')
ELSEWHERE = ("/static/", "/sign-out", "/sign-in")
OUTSIDE = "Zz0-Zz0_Zz0-Zz0_"
"""A reference that nobody has."""


def read(response: TestResponse) -> str:
    """What an answer says; of a PDF its text."""
    if response.mimetype != "application/pdf":
        return response.get_data(as_text=True)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.get_data())).pages)


@dataclass
class Walk:
    """What one person was given: each answer by method and address."""

    client: PageClient
    about: Surroundings
    leaves: Sequence[tuple[str, str]]
    """(section, leaf) of what is hidden in the plan, so that its own fragments are asked for."""
    given: dict[str, str] = field(default_factory=dict)

    def everywhere(self) -> dict[str, str]:
        """Walk: links from the first page, then every address the portal has, then what forms can ask."""
        self._follow(["/", *self._searches(), *self._addresses()])
        for section, leaf in self.leaves:
            self._ask(section, leaf)
        return self.given

    def finds(self, markers: Mapping[str, str]) -> set[str]:
        """Which of these texts stand anywhere in what was given."""
        whole = [html.unescape(body) for body in self.given.values()]
        return {name for name, text in markers.items() if any(text in body for body in whole)}

    def where(self, text: str) -> list[str]:
        """The addresses whose answer holds a text, but for a search that asked for it."""
        return [
            address
            for address, body in self.given.items()
            if text in html.unescape(body) and quote(text) not in address
        ]

    def _follow(self, waiting: list[str]) -> None:
        while waiting:
            path = waiting.pop().partition("#")[0]
            if not path.startswith("/") or path.startswith(ELSEWHERE) or f"GET {path}" in self.given:
                continue
            assert len(self.given) < 1500, "This walk does not come to an end."
            body = self._send(path, "GET")
            waiting += [html.unescape(link) for link in LINK.findall(body)]

    def _send(self, path: str, method: str, data: Mapping[str, object] | None = None) -> str:
        db.session.commit()
        headers = {"HX-Request": "true"} if path.endswith(("/draft", "/rows")) or "/fields/" in path else {}
        more = {"headers": headers, "data": data} if data is not None else {"headers": headers}
        response = self.client._browser.open(path, method=method, **more)
        db.session.expire_all()
        assert response.status_code < 500, f"{method} {path} failed."
        location = response.headers.get("Location", "")
        body = read(response)
        follow = f'\n<a href="{html.escape(urlsplit(location)._replace(scheme="", netloc="").geturl())}">'
        self.given[f"{method} {path}"] = body + (follow if location else "")
        return self.given[f"{method} {path}"]

    def _searches(self) -> Iterator[str]:
        """Links in what searches by name give; each answer is kept under the name that was asked for."""
        child = self.about.child
        for asked in (child.first_name, child.last_name, child.called, "a"):
            form = {"q": asked, "csrf_token": self.client.token}
            links = (html.unescape(link) for link in LINK.findall(self._send("/children", "POST", form)))
            for path in (link for link in links if link.startswith("/children?")):
                self.given[f"GET {path}&asked={quote(asked)}"] = body = self._send(path, "GET")
                del self.given[f"GET {path}"]
                yield from (html.unescape(found) for found in LINK.findall(body))

    def _addresses(self) -> Iterator[str]:
        """Every address that can be fetched, about this child; an argument nobody knows fails the walk."""
        known: dict[str, Sequence[str]] = {
            "ref": (self.about.child.ref, self.about.pep.ref),
            "section_id": editions.get(self.about.pep.edition).order,
            "field_id": sorted({leaf.partition(".")[0] for _, leaf in self.leaves}),
            "token": (OUTSIDE,),
            "kind": ("children",),
            "file_ref": (OUTSIDE,),
            "term_key": (self.about.pep.term_key,),
        }
        for rule in self.client.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint != "static":
                names = sorted(rule.arguments)
                if "key" in names:
                    continue  # of each leaf in its own section: `_ask` does
                unknown = set(names) - known.keys()
                assert not unknown, f"Teach the walk what {unknown} of {rule.rule} can be."
                for values in product(*(known[name] for name in names)):
                    path = rule.rule
                    for name, value in zip(names, values, strict=True):
                        path = path.replace(f"<{name}>", value)
                    yield path

    def _ask(self, section: str, leaf: str) -> None:
        """What forms can ask about one leaf: to be checked, saved as a draft, saved, and completed.

        Nothing is known of what stands there, so a save by somebody who may write is a conflict, and
        by anybody else it is passed over.
        """
        base = f"/peps/{self.about.pep.ref}/sections/{section}"
        typed = {leaf: "Something else", "page": "walk", "seen": "{}", "csrf_token": self.client.token}
        history = self._send(f"{base}/history/{leaf.partition('.')[0]}", "GET")
        self._follow([html.unescape(link) for link in LINK.findall(history) if link.startswith("/")])
        self._send(f"{base}/history/{leaf}", "GET")
        for version in re.findall(r'name="version" value="(\d+)"', history):
            chosen = {**typed, "leaf": leaf, "version": version, "seen": "00000000"}
            self._send(f"{base}/history/{leaf.partition('.')[0]}/restore", "POST", chosen)
        self._send(f"{base}/confirm", "POST", {**typed, "confirm": leaf.partition(".")[0]})
        self._send(f"{base}/fields/{leaf}", "POST", typed)
        self._send(f"{base}/draft", "POST", typed)
        self._send(base, "POST", typed)
        self._send(f"{base}/rows", "POST", {**typed, "add": leaf.partition(".")[0]})
        self._send(base, "POST", {**typed, leaf: "", "act": "complete"})
        self._send(f"{base}/check", "POST", {**typed, "complete": "no"})
