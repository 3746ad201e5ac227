"""The page of the letter “What we agreed”: the young person's in their look, plain for everybody else."""

from flask import abort, g, render_template

from vsportal.guards import actor, or_403, requires
from vsportal.meetings import blueprint
from vsportal.meetings.letter import letter_of
from vsportal.peps.loading import load_plan
from vsportal.peps.looking import looked
from vsportal.peps.overview import overview_of
from vsportal.policy import Can, Tie


@blueprint.get("/peps/<ref>/letter")
@requires(Can.SEE_LETTER)
def letter(ref: str) -> str:
    """The letter, or the agreed list until it is written, or when it will be here."""
    plan = load_plan(actor(), ref) or abort(404)
    or_403(plan.may(Can.SEE_LETTER))
    overview = overview_of(plan)
    looked(plan, "letter", overview.around)
    childs = Tie.YOUNG_PERSON in plan.seen.ties
    g.authority = plan.authority
    return render_template(
        "meetings/letter.html",
        o=overview,
        plan=plan,
        letter=letter_of(plan),
        childs=childs,
        simple=childs and plan.pep.stage == "simple",
    )
