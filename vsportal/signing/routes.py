"""Signing a plan off: what is kept, what is missing and why. Load, ask, do, answer."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import wording
from vsportal.errors import OperationError
from vsportal.filters import problems
from vsportal.guards import actor, or_403, requires
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.looking import looked
from vsportal.policy import Can, Decision
from vsportal.signing import blueprint
from vsportal.signing.forms import SignOffForm
from vsportal.signing.keeping import sign_off as sign_plan_off
from vsportal.signing.page import SignOffPage

Answer = AnyResponse | str | tuple[str, int]


@blueprint.route("/peps/<ref>/sign-off", methods=["GET", "POST"])
@requires(Can.SIGN_OFF)
def sign_off(ref: str) -> Answer:
    """Look over what is kept, name the part that is missing, and sign the plan off: it is locked then."""
    plan = load_plan(actor(), ref, lock=request.method == "POST") or abort(404)
    decision = plan.may(Can.SIGN_OFF)
    if decision.reason == "locked":  # pressed twice, or somebody was quicker: it is done, so no error
        flash(wording.why_not(decision.reason), "notice")
        return redirect(url_for("peps.pep", ref=ref), 303)
    or_403(decision)
    form = SignOffForm()
    if not form.is_submitted():
        return _show(plan, form, [])
    wrong = problems(form) if not form.validate() else _sign(plan, decision, form)
    if wrong:
        return _show(plan, form, wrong), 422
    flash("You have signed the plan off. It is locked now.", "success")
    return redirect(url_for("peps.pep", ref=ref), 303)


def _sign(plan: Plan, decision: Decision, form: SignOffForm) -> list[tuple[str, str]]:
    """Sign it off; else what stands in the way, for the error summary, each at its control."""
    without, reason = form.without.data or "", form.reason.data or ""
    try:
        sign_plan_off(plan, decision.tie, without=without, reason=reason)
    except OperationError as error:
        at = form.reason if without and not reason else form.without
        at.errors = [*at.errors, str(error)]
        return [(at.id, str(error))]
    return []


def _show(plan: Plan, form: SignOffForm, wrong: list[tuple[str, str]]) -> str:
    page = SignOffPage(plan)
    looked(plan, "sign_off", page.overview.around)
    form.without.choices = list(page.may_name)
    if page.is_stuck or not page.may_name:  # there is no control to lead to
        wrong = [("", sentence) for _, sentence in wrong]
    return render_template("signing/sign_off.html", page=page, form=form, problems=wrong or None)
