"""Corrections to a plan that is signed off: read them, and add one. Load, ask, do, answer."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import wording
from vsportal.errors import OperationError
from vsportal.filters import problems
from vsportal.guards import actor, or_403, requires
from vsportal.models import PepState
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.looking import looked
from vsportal.peps.overview import overview_of
from vsportal.policy import Can, Decision
from vsportal.signing import blueprint
from vsportal.signing.adding import about_what, add_addendum, addenda_of
from vsportal.signing.forms import AddendumForm

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/peps/<ref>/addenda")
@requires(Can.SEE_DOCUMENT)
def addenda(ref: str) -> Answer:
    """What was added to a signed-off plan, as far as this person may read it, and the form to add to it."""
    plan = load_plan(actor(), ref) or abort(404)
    or_403(plan.may(Can.SEE_DOCUMENT))
    if plan.pep.state != PepState.SIGNED_OFF:
        flash(wording.why_not("not_signed"), "notice")
        return redirect(url_for("peps.pep", ref=ref), 303)
    form = AddendumForm(formdata=None)
    form.about.data = request.args.get("about", "")
    return _show(plan, form)


@blueprint.post("/peps/<ref>/addenda")
@requires(Can.ADD_ADDENDUM)
def add(ref: str) -> Answer:
    """Add a correction: dated, signed, and never changed."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    decision = or_403(plan.may(Can.ADD_ADDENDUM))
    form = AddendumForm()
    if not form.validate() or not _add(plan, form, decision):
        return _show(plan, form), 422
    flash("Added. Whoever reads that answer reads this beside it.", "success")
    return redirect(url_for("signing.addenda", ref=ref), 303)


def _add(plan: Plan, form: AddendumForm, decision: Decision) -> bool:
    """Add it; False with the reason at its field."""
    section, _, question = (form.about.data or "").partition(".")
    try:
        add_addendum(plan, section, question, form.words.data or "", decision.tie)
    except OperationError as error:
        form.about.errors = [*form.about.errors, str(error)]
        return False
    return True


def _show(plan: Plan, form: AddendumForm) -> str:
    overview = overview_of(plan)
    looked(plan, "addenda", overview.around)
    return render_template(
        "signing/addenda.html",
        o=overview,
        added=addenda_of(plan),
        form=form,
        offered=_offered(plan) if plan.may(Can.ADD_ADDENDUM) else [],
        problems=problems(form) or None,
    )


def _offered(plan: Plan) -> Sequence[tuple[str, list[tuple[str, str]]]]:
    """What can be added to, by section."""
    found: dict[str, list[tuple[str, str]]] = {}
    for section, question, title, words in about_what(plan):
        found.setdefault(title, []).append((f"{section}.{question}", words))
    return list(found.items())
