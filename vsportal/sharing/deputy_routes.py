"""Deputies of a school’s designated teacher: named, listed and ended by the designated teacher alone."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.audit import By
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.guards import actor, signed_in
from vsportal.models import Role, School, User
from vsportal.policy import Actor
from vsportal.sharing import blueprint, operations, queries
from vsportal.sharing.forms import NOBODY, DeputyForm, fail
from vsportal.sharing.operations import DEPUTY
from vsportal.sharing.queries import Colleague

Answer = AnyResponse | str | tuple[str, int]


@blueprint.route("/schools/<ref>/deputies", methods=["GET", "POST"])
@signed_in
def deputies(ref: str) -> Answer:
    """Who stands in for the designated teacher, and from when until when; name somebody."""
    school = _own_school(actor(), ref)
    people = [c for c in queries.colleagues_at([school.id], actor().today) if c.user_id != actor().user_id]
    form = DeputyForm()
    form.colleague.choices = [NOBODY, *((c.ref, f"{c.name}, {c.words}") for c in people)]
    if not form.is_submitted():
        form.first_day.data = day_words(actor().today)
        return _show(school, form, people)
    if form.validate() and _name(school, form, people):
        return redirect(url_for("sharing.deputies", ref=ref), 303)
    return _show(school, form, people), 422


@blueprint.post("/schools/<ref>/deputies/end")
@signed_in
def end_deputy(ref: str) -> Answer:
    """End a deputy’s time."""
    school = _own_school(actor(), ref)
    asked = request.form.get("deputy", "")
    found = next((d for d in queries.deputies_at(school.id, DEPUTY) if d.ref == asked), None) or abort(404)
    try:
        operations.end_deputy(_by(), found.row)
        flash(f"{found.name} is no longer deputy.", "success")
    except OperationError as error:
        flash(str(error), "notice")
    return redirect(url_for("sharing.deputies", ref=ref), 303)


def _own_school(who: Actor, ref: str) -> School:
    """The school, for its designated teacher; the same 404 for a deputy, a stranger and no such school."""
    mine = [
        h.school_id
        for h in who.held
        if h.role == Role.DESIGNATED_TEACHER and h.title != DEPUTY and h.school_id is not None
    ]
    return queries.school_called(ref, mine) or abort(404)


def _name(school: School, form: DeputyForm, people: Sequence[Colleague]) -> bool:
    """Name a deputy; False with the reason at the field."""
    colleague = next(c for c in people if c.ref == form.colleague.data)
    user = db.session.get_one(User, colleague.user_id)
    try:
        operations.name_deputy(_by(), school, user, starts_on=form.starts_on, ends_on=form.ends_on)
    except OperationError as error:
        fail(form.colleague, str(error))
        return False
    flash(f"{colleague.name} is deputy from {day_words(form.starts_on)}.", "success")
    return True


def _by() -> By:
    return By(actor().user_id, Role.DESIGNATED_TEACHER)


def _show(school: School, form: DeputyForm, people: Sequence[Colleague]) -> str:
    return render_template(
        "sharing/deputies.html",
        school=school,
        form=form,
        people=people,
        deputies=queries.deputies_at(school.id, DEPUTY),
    )
