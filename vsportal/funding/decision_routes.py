"""The page on which a request is decided, and what the clinical team says of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.filters import pence
from vsportal.funding import blueprint, deciding, queue
from vsportal.funding.amounts import quantity_words
from vsportal.funding.deciding import NotAnyMore
from vsportal.funding.decision_forms import ClinicalForm, DecisionForm, decision_form
from vsportal.funding.decision_page import EFFECTS, NOTES, DecisionPage, place_in, rating_words
from vsportal.funding.loading import Ask
from vsportal.funding.queue import STATES
from vsportal.funding.request_shared import Answer, by_of, load, looked_at
from vsportal.guards import actor, or_403, requires
from vsportal.policy import Can
from vsportal.workflow import WITH

CHANGED = "The request was changed while this page was open. Read it again, then decide."
blueprint.add_app_template_filter(quantity_words)


@blueprint.get("/requests/<ref>/decision")
@requires(Can.DECIDE_FUNDING)
def decision(ref: str) -> Answer:
    """A request to decide, with all that helps to; or to read, and why it cannot be decided here."""
    return _show(DecisionPage(_load(ref)))


@blueprint.post("/requests/<ref>/decision")
@requires(Can.DECIDE_FUNDING)
def decide(ref: str) -> Answer:
    """Decide, and go on to the next that waits."""
    ask = _load(ref, lock=True)
    page = DecisionPage(ask)
    if ask.request.state not in WITH:
        return _too_late(page)
    allowed = or_403(ask.may(Can.DECIDE_FUNDING))
    form = decision_form(ask.lines, page.passes_to, ask.request.version)
    if form.version.data != str(ask.request.version):
        form.form_errors = [CHANGED]
        return _show(page, form), 409
    if not form.validate():
        return _show(page, form), 422
    onward = place_in(queue.waiting_for(actor()), ref).after
    try:
        said = _act(ask, form, by_of(ask, allowed))
    except NotAnyMore:
        return _show(DecisionPage(ask)), 409
    except OperationError as refused:
        form.form_errors = [str(refused)]
        return _show(DecisionPage(ask), form), 422
    return _go_on(said, onward)


@blueprint.post("/requests/<ref>/clinical-view")
@requires(Can.GIVE_CLINICAL_VIEW)
def clinical_view(ref: str) -> Answer:
    """Note what the clinical team says."""
    ask = _load(ref, lock=True)
    allowed = or_403(ask.may(Can.GIVE_CLINICAL_VIEW))
    form = ClinicalForm()
    if not form.validate():
        return _show(DecisionPage(ask), clinical=form), 422
    try:
        deciding.give_clinical_view(ask, by_of(ask, allowed), form.view.data or "")
        flash("What the clinical team says is noted. The request can be decided.", "success")
    except NotAnyMore as refused:
        flash(str(refused), "notice")
    return redirect(url_for("funding.decision", ref=ref), 303)


# How ------------------------------------------------------------------------------------------------------


def _load(ref: str, *, lock: bool = False) -> Ask:
    """The request, for the Virtual School; 404 when unseen or absent, 403 for whoever only reads it."""
    ask = load(ref, lock=lock)
    allowed = ask.may(Can.DECIDE_FUNDING)
    if allowed.reason == "not_yours":
        or_403(allowed)
    return ask


def _act(ask: Ask, form: DecisionForm, by: By) -> str:
    """Do what was decided; gives what to say of it."""
    number, reason, whole = ask.request.number, form.reason.data or "", pence(ask.request.amount_pence)
    match form.decision.data:
        case "approve":
            deciding.approve(ask, by, reason)
            return f"{number}: {whole} approved."
        case "part":
            deciding.approve_part(ask, by, form.amounts, reason)
            return f"{number}: {pence(ask.request.approved_pence)} of {whole} approved."
        case "ask":
            deciding.ask_question(ask, by, reason)
            return f"{number}: your question is asked. The clock stops until it is answered."
        case "decline":
            deciding.decline(ask, by, reason)
            return f"{number}: declined."
        case _:
            deciding.pass_on(ask, by, form.to.data or "", reason)
            return f"{number}: passed on to {deciding.WHOM[ask.request.decider]}."


def _too_late(page: DecisionPage) -> Answer:
    """There is nothing to decide: what one has just decided oneself is no error, a second press."""
    if page.request.decided_by_id == actor().user_id:
        waiting = queue.waiting_for(actor())
        return _go_on(f"{page.request.number}: your decision is kept already.", waiting[0] if waiting else "")
    return _show(page), 409


def _go_on(said: str, onward: str) -> AnyResponse:
    """On to what waits next, or back to the list when nothing does."""
    if onward:
        flash(f"{said} This is the next one.", "success")
        return redirect(url_for("funding.decision", ref=onward), 303)
    flash(f"{said} Nothing more waits for you.", "success")
    return redirect(url_for("funding.requests"), 303)


def _show(page: DecisionPage, form: DecisionForm | None = None, clinical: ClinicalForm | None = None) -> str:
    """The page, and the look at it."""
    ask = page.ask
    looked_at(ask, page.surroundings[0])
    if not page.closed and form is None:
        form = decision_form(ask.lines, page.passes_to, ask.request.version)
    return render_template(
        "funding/decision.html",
        p=page,
        r=ask.request,
        form=None if page.closed else form,
        clinical=clinical or (ClinicalForm(formdata=None) if page.may_note_clinical_view else None),
        states=STATES,
        effects=EFFECTS,
        notes=NOTES,
        rating_words=rating_words,
        whom=deciding.WHOM,
    )
