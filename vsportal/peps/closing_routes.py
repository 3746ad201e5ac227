"""Closing a plan that was not completed, cancelling one opened in error, opening a closed one again."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from vsportal.errors import OperationError
from vsportal.guards import actor, or_403, requires
from vsportal.peps import blueprint
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.looking import looked
from vsportal.peps.operations.closing import MOST, cancel_plan, close_plan, reopen_plan
from vsportal.peps.overview import overview_of
from vsportal.policy import Can
from vsportal.workflow import NotPossible

Answer = AnyResponse | str | tuple[str, int]


HOW = {
    "close": "The term is over and the plan was not completed",
    "cancel": "It was opened in error, or the child left care before it was due",
}


class ReasonForm(FlaskForm):
    """Why."""

    reason = TextAreaField("Reason")

    def validate_reason(self, field: TextAreaField) -> None:
        """Some words, and not too many."""
        words = (field.data or "").strip()
        if not words:
            raise ValidationError("Enter the reason")
        if len(words) > MOST:
            raise ValidationError(f"Enter a reason of no more than {MOST:,} characters")


class CloseForm(ReasonForm):
    """How it ends, and why."""

    how = RadioField(
        "Why is it being closed?",
        choices=HOW,
        validators=[InputRequired("Select why it is being closed")],
    )


@blueprint.route("/peps/<ref>/close", methods=["GET", "POST"])
@requires(Can.CLOSE_PEP)
def close(ref: str) -> Answer:
    """Close a plan without signing it off."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    decision = or_403(plan.may(Can.CLOSE_PEP))
    form = CloseForm()
    if not plan.may(Can.CANCEL_PEP):
        form.how.choices = {"close": HOW["close"]}
    if form.is_submitted() and form.validate():
        end = cancel_plan if form.how.data == "cancel" else close_plan
        said = "You have cancelled the plan." if form.how.data == "cancel" else "You have closed the plan."
        return _done(plan, lambda: end(plan, decision.tie, form.reason.data or ""), said)
    return _page("peps/close.html", plan, form)


@blueprint.route("/peps/<ref>/open-again", methods=["GET", "POST"])
@requires(Can.REOPEN_PEP)
def open_again(ref: str) -> Answer:
    """Go on with a plan that was closed."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    decision = or_403(plan.may(Can.REOPEN_PEP))
    form = ReasonForm()
    if form.is_submitted() and form.validate():
        said = "The plan is open again."
        return _done(plan, lambda: reopen_plan(plan, decision.tie, form.reason.data or ""), said)
    return _page("peps/open_again.html", plan, form)


def _done(plan: Plan, act: Callable[[], None], said: str) -> AnyResponse:
    """Do it and go back to the plan; somebody who was quicker is no error."""
    try:
        act()
        flash(said, "success")
    except NotPossible:
        flash("Somebody has changed this plan meanwhile. Look at it again.", "notice")
    except OperationError as error:
        flash(str(error), "error")
    return redirect(url_for("peps.pep", ref=plan.pep.ref), 303)


def _page(template: str, plan: Plan, form: ReasonForm) -> tuple[str, int]:
    """The form beside what the plan is; the look is recorded."""
    o = overview_of(plan)
    looked(plan, "pep", o.around)
    return render_template(template, o=o, form=form), 422 if form.is_submitted() else 200
