"""Paper: the whole plan, the child’s letter and the empty form as PDFs, each as this person may read it."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Response, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, names
from vsportal.children.identity import acting_as
from vsportal.children.queries import Around, people_around
from vsportal.guards import actor, or_403, requires
from vsportal.meetings.letter import letter_of
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.looking import looked
from vsportal.policy import Can, Tie
from vsportal.signing import blueprint
from vsportal.signing.adding import printed_of
from vsportal.signing.blank import blank_data
from vsportal.signing.document import document_of
from vsportal.signing.keeping import kept_of, short
from vsportal.signing.letters import letter_data
from vsportal.signing.pdf import pdf
from vsportal.signing.questions import Data
from vsportal.signing.redacting import redact
from vsportal.signing.shape import Printed, plan_data


@blueprint.get("/peps/<ref>.pdf")
@requires(Can.SEE_DOCUMENT)
def plan_pdf(ref: str) -> AnyResponse:
    """The whole plan: of one that is signed off the copy kept, else as it stands and marked so."""
    plan = load_plan(actor(), ref) or abort(404)
    decision = or_403(plan.may(Can.SEE_DOCUMENT))
    printed = _printed(plan, decision.tie, "plan_pdf")
    return _attached("plan", plan, plan_pages(plan, printed), f"plan-{ref}.pdf")


def plan_pages(plan: Plan, printed: Printed) -> Data:
    """What is printed of a plan for the person it was loaded for. Two or three statements when signed off."""
    kept = kept_of(plan.pep.id)
    document = json.loads(kept.content) if kept else document_of(plan)
    mine = redact(document, plan.seen)
    added = printed_of(plan.pep.id, mine) if kept else []
    return plan_data(mine, printed, added, short(kept.sha256) if kept else "")


@blueprint.get("/peps/<ref>/letter.pdf")
@requires(Can.SEE_LETTER)
def letter_pdf(ref: str) -> AnyResponse:
    """“What we agreed”, the letter to the child."""
    plan = load_plan(actor(), ref) or abort(404)
    decision = or_403(plan.may(Can.SEE_LETTER))
    with names.plainly():
        letter = letter_of(plan)
        if letter is None:
            flash("There is no letter yet. It is there when the meeting has been held.", "notice")
            return redirect(url_for("peps.pep", ref=ref), 303)
        data = letter_data(plan, letter, _printed(plan, decision.tie, "letter_pdf"))
    return _attached("letter", plan, data, f"letter-{ref}.pdf")


@blueprint.get("/peps/<ref>/blank.pdf")
@requires(Can.SEE_DOCUMENT)
def blank_pdf(ref: str) -> AnyResponse:
    """The plan’s form without answers, for a meeting without a computer."""
    plan = load_plan(actor(), ref) or abort(404)
    decision = or_403(plan.may(Can.SEE_DOCUMENT))
    with names.plainly():
        data = blank_data(plan, _printed(plan, decision.tie, "blank_pdf"))
    return _attached("blank", plan, data, f"form-{ref}.pdf")


def _printed(plan: Plan, tie: str, what: str) -> Printed:
    """Who prints, and when; the look is noted."""
    around: list[Around] = people_around([plan.child.id], clock.today()).get(plan.child.id, [])
    looked(plan, what, around)
    if Tie.YOUNG_PERSON in plan.seen.ties:
        return Printed("the young person", clock.now(), tie)
    return Printed(f"{plan.seen.actor.name}, {acting_as(plan.seen.actor, tie, around)},", clock.now(), tie)


def _attached(template: str, plan: Plan, data: Data, name: str, make: Callable[..., bytes] = pdf) -> Response:
    """The PDF as a file to keep, under a name that says nothing about anybody."""
    answer = Response(make(template, data), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
