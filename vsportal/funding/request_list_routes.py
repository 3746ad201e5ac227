"""A plan's requests and a child's: asking for PP+ on a target or a need, and proposing it to who asks."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.audit import By
from vsportal.children.queries import authority_words, load_child
from vsportal.errors import OperationError
from vsportal.funding import asking, blueprint, request_queries
from vsportal.funding.asking import About, AlreadyAsked
from vsportal.funding.request_forms import ProposalForm
from vsportal.funding.request_list_page import ListPage
from vsportal.funding.request_shared import Answer, Shown, looked
from vsportal.funding.shown import money_on_child, money_on_plan
from vsportal.guards import actor, or_403, requires
from vsportal.models import FundingRequest
from vsportal.peps.loading import Plan, load_plan
from vsportal.policy import Can, Decision, decide

blueprint.add_app_template_global(money_on_plan, "money_on_plan")
blueprint.add_app_template_global(money_on_child, "money_on_child")


@blueprint.get("/peps/<ref>/requests")
@requires(Can.SEE_REQUEST)
def plan_requests(ref: str) -> Answer:
    """The requests of a plan, and the targets that name PP+ and have none."""
    plan = _plan(ref)
    page = ListPage(plan.child, plan.seen, plan)
    looked(Shown(plan.child, plan.seen, plan.authority, plan.pep.id, "requests"), page.surroundings[0])
    return render_template("funding/requests.html", page=page)


@blueprint.post("/peps/<ref>/requests")
@requires(Can.REQUEST_FUNDING)
def begin_request(ref: str) -> Answer:
    """Ask for PP+ for a target of the plan: a draft, prefilled from its card."""
    plan = _plan(ref, lock=True)
    decision = or_403(plan.may(Can.REQUEST_FUNDING))
    target = request_queries.target_of(plan.pep.id, request.form.get("target", "")) or abort(404)
    about = About(plan.child, plan.pep, target)
    return _begin(about, _by(plan, decision), url_for("funding.plan_requests", ref=ref))


@blueprint.get("/children/<ref>/requests")
@requires(Can.SEE_REQUEST)
def child_requests(ref: str) -> Answer:
    """All requests of a child; the way to ask before the first plan."""
    child, seen = load_child(actor(), ref) or abort(404)
    if not decide(seen, Can.SEE_REQUEST):
        abort(404)
    page = ListPage(child, seen)
    looked(Shown(child, seen, authority_words(child.authority_id), None, "requests"), page.surroundings[0])
    return render_template("funding/requests.html", page=page)


@blueprint.post("/children/<ref>/requests")
@requires(Can.REQUEST_FUNDING)
def begin_first_request(ref: str) -> Answer:
    """Ask for PP+ before a child's first plan, for a need: it is linked to a target when there is one."""
    child, seen = load_child(actor(), ref) or abort(404)
    if not decide(seen, Can.SEE_REQUEST):
        abort(404)
    decision = or_403(decide(seen, Can.REQUEST_FUNDING))
    by = By(seen.actor.user_id, decision.tie, child.authority_id)
    here = url_for("funding.child_requests", ref=ref)
    if ListPage(child, seen).plan_ref:
        flash("This child has a plan. Ask from a target of it.", "error")
        return redirect(here, 303)
    return _begin(About(child), by, here)


def _begin(about: About, by: By, back: str) -> AnyResponse:
    """Begin a request, and go on to its form; or say why there is none, with a way to the one there is."""
    try:
        made: FundingRequest = asking.begin(by, about)
    except AlreadyAsked as there:
        flash(str(there), "going")
        return redirect(url_for("funding.request_page", ref=there.ref), 303)
    except OperationError as error:
        flash(str(error), "error")
        return redirect(back, 303)
    return redirect(url_for("funding.edit_request", ref=made.ref), 303)


# Proposing ------------------------------------------------------------------------------------------------


@blueprint.route("/children/<ref>/requests/propose", methods=["GET", "POST"])
@requires(Can.PROPOSE_FUNDING)
def propose_request(ref: str) -> Answer:
    """Propose something to the one who asks: carers, social workers and advisers."""
    child, seen = load_child(actor(), ref) or abort(404)
    decision = or_403(decide(seen, Can.PROPOSE_FUNDING))
    page = ListPage(child, seen)
    looked(Shown(child, seen, authority_words(child.authority_id), None, "requests"), page.surroundings[0])
    form = ProposalForm()
    form.offer(page.targets_to_propose)
    if form.validate_on_submit() and _propose(page, form, decision):
        flash(page.proposed_words, "success")
        here = url_for("funding.child_requests", ref=ref) if page.reads else url_for("funding.requests")
        return redirect(here, 303)
    status = 422 if request.method == "POST" else 200
    return render_template("funding/request_propose.html", page=page, form=form), status


def _propose(page: ListPage, form: ProposalForm, decision: Decision) -> bool:
    """Keep the proposal; or say at the field why there is none."""
    target = page.target_called(form.target.data or "")
    by = By(page.seen.actor.user_id, decision.tie, page.child.authority_id)
    try:
        asking.begin(
            by,
            About(page.child, page.latest, target),
            proposed=True,
            need=form.need.data or "",
            buying=form.buying.data or "",
        )
    except AlreadyAsked:
        form.fail(form.target, "PP+ is being asked for on this target already")
        return False
    except OperationError as error:
        form.fail(form.target, str(error))
        return False
    return True


# Shared ---------------------------------------------------------------------------------------------------


def _plan(ref: str, *, lock: bool = False) -> Plan:
    """The plan, for those who may see requests."""
    plan = load_plan(actor(), ref, lock=lock) or abort(404)
    if not plan.may(Can.SEE_REQUEST):
        abort(404)
    return plan


def _by(plan: Plan, decision: Decision) -> By:
    return By(plan.seen.actor.user_id, decision.tie, plan.pep.authority_id)
