"""What is done with a request beside writing it: taken up, answered, taken back, moved, evaluated."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for

from vsportal.editions.reading import Unreadable, plain, read_pence
from vsportal.errors import OperationError
from vsportal.funding import asking, blueprint, evaluating, moving, sending
from vsportal.funding.amounts import cost_words
from vsportal.funding.asking import AlreadyAsked
from vsportal.funding.loading import Ask
from vsportal.funding.request_forms import EvaluationForm
from vsportal.funding.request_page import RequestPage
from vsportal.funding.request_routes import show
from vsportal.funding.request_shared import Answer, by_of, load, looked_at
from vsportal.guards import or_403, requires
from vsportal.models import OPEN_REQUESTS
from vsportal.policy import Can


@blueprint.post("/requests/<ref>/take-up")
@requires(Can.REQUEST_FUNDING)
def take_up_request(ref: str) -> Answer:
    """Make one's own what somebody proposed."""
    ask = load(ref, lock=True)
    decision = or_403(ask.may(Can.REQUEST_FUNDING))
    try:
        asking.take_up(ask, by_of(ask, decision))
    except OperationError as error:
        flash(str(error), "error")
        return _back(ref)
    return redirect(url_for("funding.edit_request", ref=ref), 303)


@blueprint.post("/requests/<ref>/answer")
@requires(Can.REQUEST_FUNDING)
def answer_request(ref: str) -> Answer:
    """Answer a question: the request goes back to who asked it."""
    ask = _own(ref)
    words = _typed("answer")
    try:
        sending.answer_question(ask, by_of(ask, ask.may(Can.REQUEST_FUNDING)), words)
    except OperationError as error:
        place = "answer" if RequestPage(ask).may_answer else ""
        return show(ask, problems=[(place, str(error))], typed={"answer": words}), 422
    flash("Your answer is sent. The request is back with who decides it.", "success")
    return _back(ref)


@blueprint.post("/requests/<ref>/withdraw")
@requires(Can.REQUEST_FUNDING)
def withdraw_request(ref: str) -> Answer:
    """Take a request back, or turn down what was proposed, with the reason."""
    ask = load(ref, lock=True)
    decision = or_403(ask.may(Can.REQUEST_FUNDING))
    page = RequestPage(ask)
    if not page.is_mine and not page.may_take_up:
        abort(403, description="not_owner")
    words = _typed("reason")
    try:
        sending.withdraw(ask, by_of(ask, decision), words)
    except OperationError as error:
        place = "reason" if page.may_withdraw else ""
        return show(ask, problems=[(place, str(error))], typed={"reason": words}), 422
    flash("It is taken back. Nobody decides it now.", "success")
    return _back(ref)


@blueprint.post("/requests/<ref>/target")
@requires(Can.REQUEST_FUNDING)
def move_request(ref: str) -> Answer:
    """Move a request to another target, or tie a need to the first plan's target."""
    ask = _own(ref)
    try:
        moving.move_to_target(ask, by_of(ask, ask.may(Can.REQUEST_FUNDING)), _typed("target"))
    except AlreadyAsked as there:
        return show(ask, problems=[("target", str(there))]), 422
    except OperationError as error:
        place = "target" if RequestPage(ask).free_targets else ""
        return show(ask, problems=[(place, str(error))]), 422
    flash("The request belongs to that target now.", "success")
    return _back(ref)


@blueprint.post("/requests/<ref>/moved")
@requires(Can.SEE_REQUEST)
def settle_move(ref: str) -> Answer:
    """The child has changed school: the request goes along, or ends and its money returns."""
    ask = load(ref, lock=True)
    can = Can.REQUEST_FUNDING if ask.request.state in OPEN_REQUESTS else Can.DECIDE_FUNDING
    decision = or_403(ask.may(can))
    if can is Can.REQUEST_FUNDING and not asking.writes(ask.seen, ask.request):
        abort(403, description="not_owner")
    typed = {"unspent": _typed("unspent"), "follow": _typed("follow")}
    if typed["follow"] not in ("yes", "no"):
        return show(ask, problems=[("follow", "Select what becomes of it")], typed=typed), 422
    try:
        unspent = read_pence(typed["unspent"]) if typed["unspent"] else 0
        moving.child_moved(by_of(ask, decision), ask.request, typed["follow"] == "yes", unspent=unspent)
    except (OperationError, Unreadable) as error:
        place = "follow" if RequestPage(ask).moved else ""
        return show(ask, problems=[(place, str(error))], typed=typed), 422
    flash("Noted. What becomes of the money is below.", "success")
    return _back(ref)


# What it did ----------------------------------------------------------------------------------------------


@blueprint.route("/requests/<ref>/evaluation", methods=["GET", "POST"])
@requires(Can.EVALUATE_FUNDING)
def evaluate_request(ref: str) -> Answer:
    """Say which difference the money made, and how much of it is left."""
    writing = request.method == "POST"
    ask = load(ref, lock=writing)
    decision = or_403(ask.may(Can.EVALUATE_FUNDING))
    page, form = RequestPage(ask), EvaluationForm()
    if not page.may_evaluate and not writing:
        return _back(ref)
    if not writing:
        _begin_with(page, form)
    elif form.validate():
        by, words = by_of(ask, decision), form.words.data or ""
        try:
            evaluating.evaluate(ask, by, form.effect.data, words, form.unspent_pence)
        except OperationError as error:
            form.unspent.errors = [*form.unspent.errors, str(error).rstrip(".")]
        else:
            flash("Thank you. What is left of the money comes back to the Virtual School.", "success")
            return _back(ref)
    looked_at(ask, page.surroundings[0])
    answer = render_template(
        "funding/request_evaluate.html", p=page, r=ask.request, form=form, effects=evaluating.EFFECTS
    )
    return answer, 422 if writing else 200


def _begin_with(page: RequestPage, form: EvaluationForm) -> None:
    """What the plan after it says already."""
    form.effect.data, form.words.data = page.told.effect or None, page.told.words
    form.unspent.data = cost_words(page.request.unspent_pence or 0)


# Shared ---------------------------------------------------------------------------------------------------


def _own(ref: str) -> Ask:
    """The request, locked, for those whose it is."""
    ask = load(ref, lock=True)
    or_403(ask.may(Can.REQUEST_FUNDING))
    if not asking.writes(ask.seen, ask.request):
        abort(403, description="not_owner")
    return ask


def _typed(name: str) -> str:
    return plain(request.form.get(name, ""))[:4000].strip()


def _back(ref: str) -> Answer:
    return redirect(url_for("funding.request_page", ref=ref), 303)
