"""The meeting pack: a page made to be printed."""

from flask import abort, render_template

from vsportal import clock
from vsportal.guards import actor, or_403, requires
from vsportal.meetings import blueprint
from vsportal.meetings.pack import pack_of
from vsportal.peps.loading import load_plan
from vsportal.peps.looking import looked
from vsportal.policy import Can


@blueprint.get("/peps/<ref>/pack")
@requires(Can.SEE_DOCUMENT)
def pack(ref: str) -> str:
    """Everything for the meeting that this person reads, in the order in which it is talked about."""
    plan = load_plan(actor(), ref) or abort(404)
    or_403(plan.may(Can.SEE_DOCUMENT))
    found = pack_of(plan)
    looked(plan, "pack", found.overview.around)
    return render_template("meetings/pack.html", pack=found, o=found.overview, printed_at=clock.now())
