"""Opening a plan for one child by hand; a whole term at once comes with the term's own page."""

from datetime import date
from typing import NamedTuple

from flask import abort, flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, ValidationError

from vsportal import clock, editions, filters, wording
from vsportal.audit import By
from vsportal.children.identity import acting_as, identity_of, name_for
from vsportal.children.queries import load_child, people_around, places_of
from vsportal.editions.reading import Unreadable, read_date
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.guards import actor, or_403, requires
from vsportal.models import Term
from vsportal.peps import blueprint, operations
from vsportal.policy import Can, decide


class Proposed(NamedTuple):
    """What a plan would be: its term, and the phase for the child's year; None when the form has none yet."""

    term: Term | None
    phase: str | None
    year: int | None


class OpenForm(FlaskForm):
    """When the meeting is, if that is known."""

    meeting_on = StringField("Date of the meeting")

    def validate_meeting_on(self, field: StringField) -> None:
        """A real date from today on, or nothing."""
        if not self._typed:
            return
        try:
            on = read_date(self._typed)
        except Unreadable as reason:
            raise ValidationError(reason.sentence) from reason
        if on < clock.today():
            raise ValidationError("Enter a date from today on")

    @property
    def date(self) -> date | None:
        """The date, once the form has been found right."""
        return read_date(self._typed) if self._typed else None

    @property
    def _typed(self) -> str:
        return (self.meeting_on.data or "").strip()


@blueprint.route("/children/<ref>/plans/new", methods=["GET", "POST"])
@requires(Can.OPEN_PEP)
def open_plan(ref: str) -> AnyResponse | str | tuple[str, int]:
    """Open this term's plan for a child."""
    child, seen = load_child(actor(), ref) or abort(404)
    decision = or_403(decide(seen, Can.OPEN_PEP))
    around = people_around([child.id], clock.today()).get(child.id, [])
    places = places_of([child.id], clock.today()).get(child.id)
    year = next((year for _, year in places.schools), None) if places else None
    proposed = _proposed(child.authority_id, year)
    form = OpenForm()
    if form.is_submitted() and form.validate() and proposed.term and proposed.phase:
        try:
            pep = operations.open_pep(
                By(seen.actor.user_id, decision.tie, child.authority_id),
                child,
                term=proposed.term,
                on=clock.today(),
                phase=proposed.phase,
                nc_year=year,
                meeting_on=form.date,
            )
        except OperationError as error:
            flash(str(error), "error")
            return redirect(url_for("children.child", ref=ref), 303)
        flash(f"The plan for {filters.term(proposed.term.key)} is open.", "success")
        return redirect(url_for("peps.pep", ref=pep.ref), 303)
    g.acting_as = acting_as(seen.actor, decision.tie, around)
    page = render_template(
        "peps/open.html",
        form=form,
        proposed=proposed,
        ref=ref,
        identity=identity_of(child, seen, around, places),
        name=name_for(child, seen),
        names=wording.spoken(child.called, child.pronouns),
    )
    return page, 422 if form.is_submitted() else 200


def _proposed(authority_id: int, year: int | None) -> Proposed:
    """The term that runs or comes next, and the phase its edition has for the year."""
    term = db.session.scalars(
        select(Term)
        .where(Term.authority_id == authority_id, Term.ends_on >= clock.today())
        .order_by(Term.starts_on)
        .limit(1)
    ).first()
    if term is None:
        return Proposed(None, None, year)
    return Proposed(term, editions.get(editions.current(term.starts_on)).phase_for(year), year)
