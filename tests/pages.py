"""What every page of the portal keeps to, whoever sees it: checked on each page a test fetches.

A page is parsed as strictly as the standard says; headers, forms, labels and names are looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import html5lib
from bs4 import Tag

from vsportal.extensions import db
from vsportal.models import Child

if TYPE_CHECKING:
    from tests.client import Page

LABELLED = "input:not([type=hidden]), select, textarea"
HANDLER = re.compile(r"^on[a-z]+$|^hx-on")


def check(
    page: Page,
    *,
    htmx: bool = False,
    may_fail: bool = False,
    names_in_title: bool = False,
    roots: bool = False,
    bare: bool = False,
) -> None:
    """Check an answer. `may_fail`: a 500 is expected; `names_in_title`: rule 14 does not apply;
    `roots`: a fragment may have several parts that are not out of band; `bare`: it is no page at all.
    """
    assert may_fail or page.status < 500, f"The portal failed with {page.status}; its log says why."
    if bare:
        return
    _headers(page)
    if not page.is_html or not page.body or 300 <= page.status < 400:
        return
    if page.is_whole:
        assert not htmx or page.status >= 400, (
            "htmx was given a whole page; it would be swapped into another."
        )
        _whole(page, names_in_title=names_in_title)
    else:
        assert htmx, "Without htmx a person gets a whole page, not a fragment."
        _fragment(page, roots=roots)
    _controls(page)
    _markup(page)


def _headers(page: Page) -> None:
    """Nothing about a child stays in a cache; the policy forbids what we do not use."""
    headers = page.headers
    assert headers["Cache-Control"] == "no-store", headers.get("Cache-Control")
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert {"default-src 'self'", "frame-ancestors 'none'"} <= {part.strip() for part in policy.split(";")}
    varies = {name.strip().lower() for name in headers.get("Vary", "").split(",")}
    assert {"cookie", "hx-request"} <= varies, headers.get("Vary")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def _whole(page: Page, *, names_in_title: bool) -> None:
    """A page parses strictly, has a language, one heading, and a title that names no child."""
    html5lib.HTMLParser(strict=True).parse(page.body)
    soup = page.soup
    assert soup.html is not None
    assert soup.html.get("lang"), "The page has no language."
    assert len(soup.find_all("h1")) == 1, f"A page has one h1, this has {len(soup.find_all('h1'))}."
    assert len(soup.find_all("main")) == 1
    assert page.h1, "The heading is empty."
    assert page.title.strip(" –"), "The title is empty."
    if soup.select_one(".govuk-error-summary"):
        assert page.title.startswith("Error: "), page.title
    if not names_in_title:
        _no_name(page.title)


def _no_name(title: str) -> None:
    """On a classroom screen the tab shows the title (rule 14)."""
    words = set(re.findall(r"\w+", title.casefold()))
    for child in db.session.query(Child.first_name, Child.last_name, Child.known_as):
        for name in filter(None, child):
            named = set(re.findall(r"\w+", name.casefold()))
            assert not named <= words, f"The title names a child: {title}"


def _fragment(page: Page, *, roots: bool) -> None:
    """A fragment has at most one part that is not out of band."""
    tops = [tag for tag in page.soup.children if isinstance(tag, Tag)]
    inside = [tag for tag in tops if not tag.has_attr("hx-swap-oob")]
    assert roots or len(inside) <= 1, f"{len(inside)} parts would be swapped into one place."
    assert not page.soup.select("html, body, main, h1"), "A fragment holds parts of a whole page."


def _controls(page: Page) -> None:
    """Every control has a name to be read out, and what describes it is there."""
    soup = page.soup
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    assert not [i for i, n in ids.items() if n > 1], f"Ids used twice: {[i for i, n in ids.items() if n > 1]}"
    labels = {str(tag["for"]) for tag in soup.find_all("label", attrs={"for": True})}
    for control in soup.select(LABELLED):
        named = control.get("id") in labels or control.get("aria-label") or control.get("aria-labelledby")
        assert named or control.find_parent("label"), f"Nothing says what this control is: {control}"
    if not page.is_whole:
        return
    for tag in soup.find_all(True):
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "list"):
            for wanted in str(tag.get(attribute) or "").split():
                assert wanted in ids, f"{attribute}=“{wanted}” leads nowhere: {str(tag)[:200]}"
        href = str(tag.get("href") or "")
        if tag.name == "a" and href.startswith("#") and len(href) > 1:
            assert href[1:] in ids, f"The link {href} leads nowhere."


def _markup(page: Page) -> None:
    """Forms say how and with which token they are sent; nothing is inline; scripts have their nonce."""
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    for form in page.soup.find_all("form"):
        method = str(form.get("method", "")).lower()
        assert method in ("get", "post"), f"A form does not say its method: {str(form)[:200]}"
        token = form.select_one("input[name=csrf_token]")
        assert (method == "get") == (token is None), f"A token belongs to what is posted: {str(form)[:200]}"
    for tag in page.soup.find_all(True):
        inline = [name for name in tag.attrs if name == "style" or HANDLER.match(name)]
        assert not inline, f"Inline {inline}: {str(tag)[:200]}"
        assert not str(tag.get("href") or tag.get("action") or "").lower().startswith("javascript:")
    for script in page.soup.find_all("script"):
        assert script.get("nonce") == (nonce[1] if nonce else "?"), (
            f"A script without its nonce: {str(script)[:200]}"
        )
        assert script.get("src"), "A script inline."
    assert not page.soup.find_all("style"), "A style inline."
