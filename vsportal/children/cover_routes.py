"""Cover for a worker who is away: who covers whom in the manager's team, arranging it, ending it."""

from collections.abc import Sequence
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.audit import By
from vsportal.children import blueprint
from vsportal.children.cover import (
    DAY,
    Colleague,
    arrange_cover,
    can_stand_in,
    covers_of,
    end_cover,
    team_workers,
)
from vsportal.children.forms import CoverForm
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.guards import actor, requires
from vsportal.models import Role
from vsportal.offices import Office, offices, role_for

Answer = AnyResponse | str | tuple[str, int]


@blueprint.route("/cover", methods=["GET", "POST"])
@requires(Office.ARRANGE_COVER)
def cover() -> Answer:
    """Who of the team is covered, by whom, until when; arrange it for somebody."""
    who = actor()
    workers = _workers()
    others = can_stand_in(offices(who, Office.ARRANGE_COVER), who.today)
    form = CoverForm()
    form.worker.choices = [("", "Select a name"), *((w.ref, w.name) for w in workers)]
    form.covered_by.choices = [("", "Select a name"), *((c.ref, _words(c)) for c in others)]
    if not form.is_submitted():
        form.first_day.data = day_words(who.today)
        return _show(form, workers)
    if form.validate() and _arrange(form, workers, others):
        return redirect(url_for("children.cover"), 303)
    return _show(form, workers), 422


@blueprint.post("/cover/end")
@requires(Office.ARRANGE_COVER)
def end_cover_now() -> Answer:
    """End a cover of one's own team today, or take back one to come."""
    asked = request.form.get("cover", "")
    mine = covers_of([w.id for w in _workers()], actor().today)
    found = next((c for c in mine if c.ref == asked), None) or abort(404)
    try:
        end_cover(_by(found.row.authority_id), found.row)
        flash(f"{found.by} no longer stands in for {found.worker}.", "success")
    except OperationError as error:
        flash(str(error), "notice")
    return redirect(url_for("children.cover"), 303)


def _workers() -> list[Colleague]:
    """The workers of the manager's own teams."""
    who = actor()
    here = offices(who, Office.ARRANGE_COVER)
    team = team_workers(who.ids(Role.TEAM_MANAGER, "team_id"), who.today)
    return [w for w in team if w.authority_id in here]


def _arrange(form: CoverForm, workers: Sequence[Colleague], others: Sequence[Colleague]) -> bool:
    """Arrange it; False with the reason at the field it is about."""
    worker = next(w for w in workers if w.ref == form.worker.data)
    covered_by = next(c for c in others if c.ref == form.covered_by.data)
    last: date = form.ends_on - DAY
    try:
        arrange_cover(_by(worker.authority_id), worker, covered_by, form.starts_on, form.ends_on)
    except OperationError as error:
        form.refuse(str(error), worker.name)
        return False
    flash(f"{covered_by.name} stands in for {worker.name} until {day_words(last)}.", "success")
    return True


def _by(authority_id: int) -> By:
    return By(actor().user_id, role_for(actor(), Office.ARRANGE_COVER, authority_id), authority_id)


def _words(one: Colleague) -> str:
    """“Priya Nair, social worker”; the manager themselves as “you”."""
    return f"{one.name}, {'you' if one.id == actor().user_id else one.words}"


def _show(form: CoverForm, workers: Sequence[Colleague]) -> str:
    return render_template(
        "children/cover.html",
        form=form,
        workers=workers,
        covers=covers_of([w.id for w in workers], actor().today),
    )
