"""How an answer came about, and putting an earlier text back."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.errors import OperationError
from vsportal.filters import html_id
from vsportal.guards import actor, requires
from vsportal.peps import blueprint
from vsportal.peps.history import History, history_of, mark_of
from vsportal.peps.loading import load_sheet
from vsportal.peps.looking import looked
from vsportal.peps.operations.restoring import restore_answer
from vsportal.peps.overview import overview_of
from vsportal.policy import Can
from vsportal.wording import fill, spoken, why_not


@blueprint.get("/peps/<ref>/sections/<section_id>/history/<key>")
@requires(Can.SEE_SECTION)
def history(ref: str, section_id: str, key: str) -> str:
    """Who changed an answer, when, and what; latest first."""
    sheet = load_sheet(actor(), ref, section_id) or abort(404)
    return _show(history_of(sheet, key) or abort(404), key)


@blueprint.post("/peps/<ref>/sections/<section_id>/history/<key>/restore")
@requires(Can.ANSWER)
def restore(ref: str, section_id: str, key: str) -> AnyResponse | tuple[str, int]:
    """Put an earlier text back, unless somebody has written there since."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    told = history_of(sheet, key) or abort(404)
    if not told.may_restore:
        abort(403, description=sheet.sight.reason)
    event, leaf = request.form.get("version", ""), request.form.get("leaf", "")
    version = told.version(int(event) if event.isdecimal() and len(event) < 18 else 0, leaf) or abort(404)
    here = sheet.asked.leaf(leaf) or abort(404)
    try:
        saved = restore_answer(sheet, here, version.new, seen=request.form.get("seen", ""))
    except OperationError as error:
        flash(str(error), "error")
        return redirect(url_for("peps.history", ref=ref, section_id=section_id, key=key), 303)
    if saved.conflicts:
        flash("Somebody has changed it since you opened this page. Look at it again, then choose.", "error")
        return _show(history_of(sheet, key) or abort(404), key), 409
    flash("The earlier text is back.", "success")
    return redirect(url_for("peps.section", ref=ref, section_id=section_id) + f"#{html_id(leaf)}", 303)


def _show(told: History, key: str) -> str:
    sheet = told.sheet
    overview = overview_of(sheet)
    looked(sheet, sheet.row.section_id, overview.around)
    names = spoken(sheet.child.called, sheet.child.pronouns)
    return render_template(
        "peps/history.html",
        o=overview,
        h=told,
        key=key,
        question=fill(told.field.label, names),
        filled=lambda text: fill(text, names),
        mark=lambda leaf: mark_of(told, leaf),
        reason="" if told.may_restore or sheet.sight.reason == "not_owner" else why_not(sheet.sight.reason),
    )
