"""One line of a plan for a subject teacher without an account: a start page, the line, thank you.

Whatever is not open – unknown, run out, used, ended, opened in another browser – is one and the same page.
"""

import json
from typing import Any

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.editions import answers
from vsportal.editions.reading import Value, plain
from vsportal.guards import public
from vsportal.http import afterwards
from vsportal.sharing import blueprint, links
from vsportal.sharing.lines import Linked, linked_by

COOKIE = "line"
"""What a browser that opened a link keeps, for that link’s own address alone."""
KEPT = int(links.OPEN_FOR.total_seconds())

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/row/<token>")
@public
def row(token: str) -> Answer:
    """The start page, with nothing of a child on it: programs that look at mail follow links too.

    In the browser that has started, the line itself.
    """
    _or_wait()
    linked = linked_by(token)
    if linked is None:
        return _closed()
    if not linked.link.opened_at:
        return render_template("sharing/row_start.html", token=token)
    return _line(linked, token) if _is_here(linked) else _closed()


@blueprint.post("/row/<token>")
@public
def open_row(token: str) -> Answer:
    """Start: from now on the link opens in this browser alone."""
    _or_wait()
    linked = linked_by(token, lock=True)
    if linked is None:
        return _closed()
    here = url_for("sharing.row", token=token)
    if linked.link.opened_at:
        return redirect(here, 303) if _is_here(linked) else _closed()
    answer = redirect(here, 303)
    answer.set_cookie(
        COOKIE,
        links.open_link(linked),
        max_age=KEPT,
        path=here,
        httponly=True,
        samesite="Strict",
        secure=current_app.config["VSPORTAL"].over_https,
    )
    return answer


@blueprint.post("/row/<token>/line")
@public
def save_row(token: str) -> Answer:
    """Save the line; the link is closed for good."""
    _or_wait()
    linked = linked_by(token, lock=True)
    comment = plain(request.form.get("comment", "")).strip()
    if linked is None or not _is_here(linked):
        return _closed(comment)
    given = _given(linked)
    if wrong := links.what_is_wrong(linked, given, comment):
        return _line(linked, token, given=given, comment=comment, wrong=wrong), 422
    links.use_link(linked, given, comment, _marks())
    answer = make_response(render_template("sharing/row_done.html"))
    answer.delete_cookie(COOKIE, path=url_for("sharing.row", token=token), httponly=True, samesite="Strict")
    return answer


def _line(
    linked: Linked,
    token: str,
    *,
    given: dict[str, Value] | None = None,
    comment: str = "",
    wrong: list[tuple[str, str]] | None = None,
) -> str:
    """The line to fill in, with what was typed when it could not be saved."""
    cells: list[dict[str, Any]] = []  # what a template reads
    for column in linked.columns:
        leaf = linked.leaf(column)
        value = given.get(leaf) if given is not None else linked.answer(column)
        cells.append(
            {
                "id": column.id,
                "name": leaf,
                "label": column.label,
                "options": links.options_of(column),
                "value": value if isinstance(value, str) else "",
            }
        )
    return render_template(
        "sharing/row.html",
        token=token,
        subject=linked.title,
        called=linked.sheet.child.called,
        readers=linked.readers,
        cells=cells,
        comment=comment,
        most_words=links.MOST_WORDS,
        wrong=dict(wrong or ()),
        problems=wrong,
        marks=json.dumps(_sent_marks() if given is not None else links.marks_of(linked)),
    )


def _closed(comment: str = "") -> tuple[str, int]:
    """“This link is not open”, whatever the reason; a comment that was just typed is given back."""
    address, secret = request.remote_addr or "", current_app.config["SECRET_KEY"]
    if request.method == "GET":
        afterwards(lambda: links.note_try(address, secret))
    else:
        links.note_try(address, secret)
    return render_template("sharing/row_closed.html", comment=comment), 410


def _or_wait() -> None:
    """Refuse whoever has tried too many addresses that are not open."""
    if links.too_many_tries(request.remote_addr or "", current_app.config["SECRET_KEY"]):
        abort(429)


def _is_here(linked: Linked) -> bool:
    """Whether this browser started it."""
    return links.is_this_browser(linked, request.cookies.get(COOKIE, ""))


def _given(linked: Linked) -> dict[str, Value]:
    """The answers that were posted, of this line’s cells alone."""
    mine = {linked.leaf(column) for column in linked.columns}
    posted = answers.read_posted(linked.sheet.asked, request.form)
    return {leaf: value for leaf, value in posted.items() if leaf in mine}


def _marks() -> dict[str, str]:
    """The marks of what the page showed, as it sent them."""
    try:
        sent = json.loads(request.form.get("seen", "") or "{}")
    except ValueError:
        return {}
    return {k: v for k, v in sent.items() if isinstance(v, str)} if isinstance(sent, dict) else {}


def _sent_marks() -> dict[str, str]:
    """The same again for a page that comes back: it has still not seen what was written meanwhile."""
    return _marks()
