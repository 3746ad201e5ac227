"""Copies for parents: what each gets, the copy as they would get it, and that it was given."""

from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, filters
from vsportal.audit import By
from vsportal.children.queries import surroundings_of_one
from vsportal.errors import OperationError
from vsportal.filters import day
from vsportal.guards import actor, or_403, requires
from vsportal.http import afterwards
from vsportal.meetings import blueprint, releasing
from vsportal.meetings.copies import (
    Copy,
    copy_of,
    holders_of,
    keeps_the_address,
    never_named,
    sheets_for,
)
from vsportal.meetings.forms import DecideForm, ReleaseForm
from vsportal.models import ParentCopy
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.looking import looked
from vsportal.peps.overview import Overview, overview_of
from vsportal.policy import Can

Answer = AnyResponse | str | tuple[str, int]
CHANGED = "The plan has changed since you looked at this copy. Read it again, then say that it was given."


@blueprint.get("/peps/<ref>/copies")
@requires(Can.RELEASE_COPY)
def copies(ref: str) -> Answer:
    """The people with parental responsibility, and what each gets."""
    plan, _ = _load(ref)
    return _list(plan)


@blueprint.post("/peps/<ref>/copies")
@requires(Can.RELEASE_COPY)
def decide_copy(ref: str) -> Answer:
    """Say what one of them gets."""
    plan, by = _load(ref, lock=True)
    form = DecideForm()
    holder = next((h for h in holders_of(sheets_for(plan)) if h.row == form.person.data), None)
    if holder is None:
        flash("This person is not named in My details any more. Nothing was changed.", "notice")
        return redirect(url_for("meetings.copies", ref=ref), 303)
    if not form.validate():
        return _list(plan, form), 422
    try:
        made = releasing.decide(by, plan, holder, form.kind.data or "", form.reason.data or "")
    except OperationError as error:
        form.kind.errors = [str(error)]
        return _list(plan, form), 409
    if made.kind != "none":
        return redirect(url_for("meetings.preview_copy", ref=ref, key=made.ref), 303)
    flash(f"{holder.name} gets nothing of this plan. The reason is kept.", "success")
    return redirect(url_for("meetings.copies", ref=ref), 303)


@blueprint.get("/peps/<ref>/copies/<key>")
@requires(Can.RELEASE_COPY)
def preview_copy(ref: str, key: str) -> Answer:
    """The copy exactly as the parent gets it, to read through and to print."""
    plan, by = _load(ref)
    row = _copy(plan, key)
    afterwards(partial(releasing.note_preview, by, plan.pep, key))
    return _preview(plan, row)


@blueprint.post("/peps/<ref>/copies/<key>/release")
@requires(Can.RELEASE_COPY)
def release_copy(ref: str, key: str) -> Answer:
    """Note that the copy was given."""
    plan, by = _load(ref, lock=True)
    row = _copy(plan, key)
    if row.released_at is not None:  # pressed twice, or somebody was quicker: it is as was asked
        flash("This has been given already.", "notice")
        return redirect(url_for("meetings.copies", ref=ref), 303)
    form = ReleaseForm()
    if not form.validate():
        return _preview(plan, row, form), 422
    mark = _made(plan, row)[0].mark
    if mark != form.mark.data:
        form.given_how.errors = [CHANGED]
        return _preview(plan, row, form), 409
    try:
        releasing.release(by, plan.pep, row, how=form.given_how.data or "", on=form.on, mark=mark)
    except OperationError as error:
        form.given_on.errors = [str(error)]
        return _preview(plan, row, form), 409
    flash(f"It is noted that {row.name} was given this on {day(form.on)}.", "success")
    return redirect(url_for("meetings.copies", ref=ref), 303)


# What the views share -----------------------------------------------------------------------------------


def _load(ref: str, *, lock: bool = False) -> tuple[Plan, By]:
    """The plan, and who acts; else 404 or 403."""
    plan = load_plan(actor(), ref, lock=lock) or abort(404)
    decision = or_403(plan.may(Can.RELEASE_COPY))
    return plan, By(plan.seen.actor.user_id, decision.tie, plan.pep.authority_id)


def _copy(plan: Plan, key: str) -> ParentCopy:
    """What was decided under this reference; of nothing there is no copy to look at."""
    row = releasing.copy_with(plan.pep, key)
    if row is None or row.kind == "none":
        abort(404)
    return row


def _list(plan: Plan, form: DecideForm | None = None) -> str:
    """The page of all; with the form that could not be kept as it was sent."""
    overview, sheets = overview_of(plan), sheets_for(plan)
    looked(plan, "copies", overview.around)
    return render_template(
        "meetings/copies.html",
        o=overview,
        plan=plan,
        decided=releasing.decided_for(plan.pep, holders_of(sheets)),
        kinds=releasing.KINDS,
        secret=keeps_the_address(sheets),
        form=form,
        problems=filters.problems(form) if form and form.errors else None,
    )


def _preview(plan: Plan, row: ParentCopy, form: ReleaseForm | None = None) -> str:
    """The copy with what the worker is told beside it, which is not printed."""
    copy, overview, secret = _made(plan, row)
    looked(plan, "copies", overview.around)
    if form is None:
        form = ReleaseForm(formdata=None)
        form.given_on.data = day(clock.today())
    problems = filters.problems(form) if request.method == "POST" else []
    return render_template(
        "meetings/copy.html",
        o=overview,
        plan=plan,
        row=row,
        copy=copy,
        secret=secret,
        not_yet=releasing.not_yet(plan.pep, row.kind),
        form=form,
        problems=problems or None,
    )


def _made(plan: Plan, row: ParentCopy) -> tuple[Copy, Overview, bool]:
    """The copy as it is now, the plan at a glance, and whether the address is kept secret."""
    given = surroundings_of_one(plan.child.id, clock.today())
    sheets = sheets_for(plan)
    others = [h for h in holders_of(sheets) if h.row != row.person]
    never = never_named(plan, given[0], given[1].home, others)
    copy = copy_of(plan, sheets, given[0], whole=row.kind == "copy", never=never)
    return copy, overview_of(plan, given=given), keeps_the_address(sheets)
