"""Opening a record in an emergency, ending it, and the report of it: load, ask, do, answer."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from vsportal.access import blueprint, glass, queries
from vsportal.access.forms import EmergencyForm, ReadForm
from vsportal.access.glass import TooManyTries, break_glass, end_early
from vsportal.access.looks_routes import look_words
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.filters import clock_time
from vsportal.guards import actor, requires, signed_in
from vsportal.offices import Office, offices, role_for
from vsportal.policy import Tie

NOT_OPENED = "No record was opened. Check the name and date of birth; your try has been recorded."
Answer = AnyResponse | str | tuple[str, int]


@blueprint.app_context_processor
def _opened_here() -> dict[str, Any]:
    """The emergency by which the page at hand is seen, for the bar at its top; only for a duty worker."""
    looked = next((look for look in g.get("looks", ()) if look.actor_role == Tie.DUTY_WORKER), None)
    if looked is None:
        return {"emergency": None}
    if "emergency" not in g:
        g.emergency = glass.running(looked.actor_id, looked.child_id)
    return {"emergency": g.emergency}


@blueprint.app_context_processor
def _first_to_read() -> dict[str, Any]:
    """For my work: words that were kept, and emergencies that no head has read."""
    if request.endpoint != "children.my_work" or not current_user.is_authenticated:
        return {}
    mine = offices(actor(), Office.READ_BROKEN_GLASS)
    return {
        "words_to_read": queries.words_to_read(actor()),
        "emergencies_to_read": queries.unread_emergencies(mine) if mine else 0,
    }


@blueprint.route("/emergency", methods=["GET", "POST"])
@requires(Office.BREAK_GLASS)
def emergency() -> Answer:
    """A child you cannot find, in an emergency: their exact names, why, for how long."""
    form = EmergencyForm()
    if not form.is_submitted():
        return render_template("access/emergency.html", form=form)
    if not form.validate():
        return render_template("access/emergency.html", form=form), 422
    mine = offices(actor(), Office.BREAK_GLASS)
    wanted = form.wanted
    role = role_for(actor(), Office.BREAK_GLASS, mine[0])
    try:
        opened, child = break_glass(
            actor(), role, mine, wanted, reason=form.reason.data or "", hours=int(form.hours.data)
        )
    except TooManyTries as error:
        form.form_errors = [str(error)]
        return render_template("access/emergency.html", form=form), 429
    if child is None:
        form.form_errors = [NOT_OPENED]
        return render_template("access/emergency.html", form=form), 422
    if opened is None:
        flash("You work with this child already. No emergency was needed, and none was recorded.", "notice")
    else:
        flash(
            f"The record is open to you until {clock_time(opened.ends_at)}. Every look is reported.",
            "success",
        )
    return redirect(url_for("children.child", ref=child.ref), 303)


@blueprint.post("/emergency/end")
@signed_in
def end_emergency() -> AnyResponse:
    """“End now”: one's own opening, before its time."""
    opened = queries.own_emergency(actor().user_id, request.form.get("emergency", ""))
    if opened is None:
        abort(404)
    end_early(By(actor().user_id, str(Tie.DUTY_WORKER), opened.authority_id), opened)
    flash("It has ended. You can no longer see this child’s record by it.", "success")
    return redirect(url_for("children.my_work"), 303)


@blueprint.get("/emergency/report")
@requires(Office.READ_BROKEN_GLASS)
def report() -> Answer:
    """All openings and tries of the authority, unread first, with what was looked at meanwhile."""
    return _report(_number())


@blueprint.post("/emergency/report")
@requires(Office.READ_BROKEN_GLASS)
def read_report() -> Answer:
    """A head has read one of them, and may say something about it."""
    mine = offices(actor(), Office.READ_BROKEN_GLASS)
    opened = queries.emergency_of(mine, request.form.get("emergency", ""))
    if opened is None:
        abort(404)
    form = ReadForm()
    if not form.validate():
        flash(" ".join(str(e) for e in form.remark.errors) or "Press the button again.", "error")
        return _report(1), 422
    by = By(
        actor().user_id,
        role_for(actor(), Office.READ_BROKEN_GLASS, opened.authority_id),
        opened.authority_id,
    )
    try:
        glass.mark_read(by, opened, remark=form.remark.data or "")
        flash("Marked as read.", "success")
    except OperationError as error:
        flash(str(error), "error")
    return redirect(url_for("access.report"), 303)


def _report(number: int) -> str:
    """One page of the report; 404 beyond the last."""
    found, total, unread = queries.emergencies(offices(actor(), Office.READ_BROKEN_GLASS), number)
    pages = max(1, -(-total // queries.A_PAGE))
    if number > pages:
        abort(404)
    return render_template(
        "access/report.html", found=found, unread=unread, number=number, pages=pages, look_words=look_words
    )


def _number() -> int:
    """Which page is asked for; the first when it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
