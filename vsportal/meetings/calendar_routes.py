"""The meeting for one's own calendar."""

from flask import Response, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock
from vsportal.children.queries import people_around
from vsportal.guards import actor, or_403, requires
from vsportal.meetings import blueprint
from vsportal.meetings.calendar import Meeting, calendar_of
from vsportal.meetings.told import all_told
from vsportal.models import PepState
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.looking import looked
from vsportal.policy import Can

SECTION = "meeting"


@blueprint.get("/peps/<ref>/meeting.ics")
@requires(Can.SEE_LETTER)
def meeting(ref: str) -> AnyResponse:
    """The date and time of the meeting, for those who read the plan; nothing else is in it."""
    plan = load_plan(actor(), ref) or abort(404)
    or_403(plan.may(Can.SEE_LETTER))
    found = _meeting_of(plan)
    if found is None:
        flash("No date has been set for the meeting yet.", "notice")
        return redirect(url_for("peps.pep", ref=ref), 303)
    looked(plan, "calendar", people_around([plan.child.id], clock.today()).get(plan.child.id, ()))
    answer = Response(calendar_of(found), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="education-meeting.ics"'
    return answer


def _meeting_of(plan: Plan) -> Meeting | None:
    """What a calendar is told of the plan's meeting; None while it has no date. One statement."""
    pep, section = plan.pep, all_told(plan, SECTION).get(SECTION)
    if pep.meeting_on is None or section is None:
        return None
    return Meeting(
        ref=pep.ref,
        on=pep.meeting_on,
        words=section.text("time"),
        version=section.row.version + (pep.state == PepState.CANCELLED),
        changed_at=section.row.changed_at or pep.created_at,
        cancelled=pep.state == PepState.CANCELLED,
    )
