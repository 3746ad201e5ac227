"""The pages of requests: a plan's and a child's, one request, its form with the policy's live reading.

Each view loads (404), asks policy, does one thing, answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import abort, current_app, flash, redirect, render_template, request, url_for

from vsportal import clock
from vsportal.errors import OperationError
from vsportal.filters import weekday
from vsportal.fragments import fragment
from vsportal.funding import asking, blueprint, sending
from vsportal.funding.asking import Saved
from vsportal.funding.loading import Ask
from vsportal.funding.request_page import DECIDES, NOTES, RequestPage
from vsportal.funding.request_shared import Answer, by_of, load, looked_at
from vsportal.funding.sending import NotReady
from vsportal.funding.written import (
    DELIVERY,
    LABELS,
    PAYEES,
    Written,
    as_stored,
    drawn,
    in_words,
    marks_now,
    marks_of,
    read_form,
)
from vsportal.guards import or_403, requires
from vsportal.models import RequestState
from vsportal.policy import Can

CHANGED_MEANWHILE = "Somebody else changed the same answers. Both are below: choose, and save again."


# One request ----------------------------------------------------------------------------------------------


@blueprint.get("/requests/<ref>")
@requires(Can.SEE_REQUEST)
def request_page(ref: str) -> Answer:
    """A request to read: where it stands, what was said, what can be done."""
    return show(load(ref))


def show(
    ask: Ask, *, problems: Sequence[tuple[str, str]] = (), typed: Mapping[str, str] | None = None
) -> str:
    """The page of a request; `typed`: what could not be done with what was typed, by control."""
    page = RequestPage(ask)
    looked_at(ask, page.surroundings[0])
    return render_template(
        "funding/request.html",
        p=page,
        r=ask.request,
        problems=list(problems) or None,
        typed=typed or {},
        notes=NOTES,
        megabytes=current_app.config["VSPORTAL"].upload_megabytes,
    )


# Its form -------------------------------------------------------------------------------------------------


@blueprint.get("/requests/<ref>/edit")
@requires(Can.REQUEST_FUNDING)
def edit_request(ref: str) -> Answer:
    """The form of a draft; whoever cannot change it reads it."""
    ask = load(ref)
    page = RequestPage(ask)
    if not page.may_write:
        return redirect(url_for("funding.request_page", ref=ref), 303)
    return _form(ask, drawn(as_stored(ask.request, ask.lines)))


@blueprint.post("/requests/<ref>/edit")
@requires(Can.REQUEST_FUNDING)
def save_request(ref: str) -> Answer:
    """Save the draft; add or take out a line; or send it. What cannot be kept stays on the page."""
    ask = _to_write(ref)
    written, marks = read_form(_without_removed()), _marks()
    try:
        saved = asking.save(ask, by_of(ask, ask.may(Can.REQUEST_FUNDING)), written, marks)
    except OperationError as error:
        return _closed(ask, written, str(error))
    ask = asking.again(ask)
    if saved.conflicts or saved.problems:
        return _again(ask, written, saved)
    here = url_for("funding.edit_request", ref=ref)
    if request.form.get("act") == "send":
        return _send(ask)
    if request.form.get("act") == "add":
        return redirect(url_for("funding.edit_request", ref=ref, _anchor=f"line-{len(ask.lines)}-what"), 303)
    if request.form.get("remove"):
        return redirect(url_for("funding.edit_request", ref=ref, _anchor="lines"), 303)
    flash("Saved. It is not sent yet.", "success")
    return redirect(here, 303)


@blueprint.post("/requests/<ref>/draft")
@requires(Can.REQUEST_FUNDING)
def draft_request(ref: str) -> Answer:
    """What the form sends by itself: saved, with the sum and the policy's reading as the answer."""
    ask = _to_write(ref)
    written, marks = read_form(request.form), _marks()
    by = by_of(ask, ask.may(Can.REQUEST_FUNDING))
    try:
        saved = asking.save(ask, by, written, marks)
    except OperationError as error:
        return fragment("funding/_reading_closed.html", words=str(error), ref=ref), 409
    ask = asking.again(ask)
    stored = as_stored(ask.request, ask.lines)
    answer = fragment(
        "funding/_reading.html",
        p=RequestPage(ask),
        live=True,
        today=clock.today(),
        saved=saved,
        labels=LABELS,
        written=written,
        seen=json.dumps(marks_now(stored, written, marks)),
    )
    return answer, 409 if saved.conflicts else 200


def _send(ask: Ask) -> Answer:
    """Send what has just been saved; when it is not ready, the form says why."""
    try:
        sending.send(ask, by_of(ask, ask.may(Can.REQUEST_FUNDING)))
    except NotReady as not_ready:
        return _form(ask, drawn(as_stored(ask.request, ask.lines)), problems=not_ready.problems), 422
    except OperationError as error:
        flash(str(error), "error")
        return redirect(url_for("funding.request_page", ref=ask.request.ref), 303)
    flash(_sent_words(ask), "success")
    return redirect(url_for("funding.request_page", ref=ask.request.ref), 303)


def _sent_words(ask: Ask) -> str:
    """What becomes of it now."""
    r = ask.request
    if r.state == RequestState.APPROVED:
        return "Sent, and approved at once: the policy pays this without a decision."
    return f"Sent. {DECIDES[r.decider]} by {weekday(r.decide_by)}."


def _again(ask: Ask, written: Written, saved: Saved) -> tuple[str, int]:
    """The form with what could not be kept as it was typed, and what stands against it."""
    wrong = {place.split("-")[0] for place, _ in saved.problems}
    wrong = {"lines" if place == "line" else place for place in wrong}
    again = drawn(as_stored(ask.request, ask.lines), written, {*wrong, *saved.conflicts})
    conflicts = {name: in_words(name, value) for name, value in saved.conflicts.items()}
    problems = [("both", CHANGED_MEANWHILE)] if conflicts else []
    page = _form(ask, again, problems=[*problems, *saved.problems], conflicts=conflicts)
    return page, 409 if conflicts else 422


def _form(
    ask: Ask,
    written: Written,
    *,
    problems: Sequence[tuple[str, str]] = (),
    conflicts: Mapping[str, str] | None = None,
) -> str:
    """The form of a request; its marks say what is stored now."""
    page = RequestPage(ask)
    looked_at(ask, page.surroundings[0])
    at: dict[str, list[str]] = {}
    for place, sentence in problems:
        at.setdefault(place, []).append(sentence)
    return render_template(
        "funding/request_edit.html",
        p=page,
        r=ask.request,
        w=written,
        seen=json.dumps(marks_of(as_stored(ask.request, ask.lines))),
        problems=_summary(problems) or None,
        at=at,
        conflicts=conflicts or {},
        delivery=DELIVERY,
        payees=PAYEES,
        labels=LABELS,
    )


def _summary(problems: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each sentence once."""
    return list({sentence: (place, sentence) for place, sentence in problems}.values())


def _closed(ask: Ask, written: Written, words: str) -> tuple[str, int]:
    """What was typed on a page that was still open when the request was sent or taken back."""
    texts = [(LABELS[name], text) for name, text in written.typed.items() if text and len(text) > 20]
    page = RequestPage(ask)
    looked_at(ask, page.surroundings[0])
    return render_template("funding/request_closed.html", p=page, words=words, texts=texts), 409


# Shared ---------------------------------------------------------------------------------------------------


def _to_write(ref: str) -> Ask:
    """The request, locked, for those whose it is to write."""
    ask = load(ref, lock=True)
    or_403(ask.may(Can.REQUEST_FUNDING))
    if not asking.writes(ask.seen, ask.request):
        abort(403, description="not_owner")
    return ask


def _marks() -> dict[str, object]:
    """What the page was drawn with; nothing that is no mark."""
    try:
        given = json.loads(request.form.get("seen", "{}"))
    except ValueError:
        return {}
    return dict(given) if isinstance(given, dict) else {}


def _without_removed() -> Mapping[str, str]:
    """What was sent, without the line whose button was pressed."""
    gone = request.form.get("remove", "")
    return {k: v for k, v in request.form.items() if not (gone and k.startswith(f"line-{gone}-"))}
