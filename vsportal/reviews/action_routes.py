"""Saying that something asked for in a review is done."""

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.audit import By
from vsportal.guards import actor, or_403, requires
from vsportal.peps.loading import load_plan
from vsportal.policy import Can, Subject
from vsportal.reviews import blueprint
from vsportal.reviews.feedback import action_of
from vsportal.reviews.operations import complete_action


@blueprint.post("/peps/<ref>/review-actions/done")
@requires(Can.SEE_RATINGS)
def action_done(ref: str) -> AnyResponse:
    """Note that it is done: by whoever was to do it, or by the Virtual School."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    action, part = action_of(plan, request.form.get("action", "")) or abort(404)
    decision = or_403(plan.may(Can.SEE_RATINGS, Subject(pep_state=plan.pep.state, part=part)))
    if action.owner_id != plan.seen.actor.user_id and not plan.may(Can.SEE_REVIEW_NOTES):
        abort(403, description="not_owner")
    by = By(plan.seen.actor.user_id, decision.tie, plan.pep.authority_id)
    if complete_action(plan, action, by):
        flash("Noted as done.", "success")
    else:  # pressed twice, or somebody was quicker: it is as was asked
        flash("It was noted as done already.", "notice")
    return redirect(url_for("peps.pep", ref=ref, _anchor=f"part-{part}"), 303)
