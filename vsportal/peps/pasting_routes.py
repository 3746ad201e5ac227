"""Pasting a table from a spreadsheet into a question with rows: paste, look, fill in."""

import json
import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, wording
from vsportal.editions.reading import plain
from vsportal.editions.schema import Grid
from vsportal.filters import plural
from vsportal.guards import actor, requires
from vsportal.peps import blueprint, operations
from vsportal.peps.loading import Sheet, load_sheet
from vsportal.peps.looking import looked
from vsportal.peps.operations.saving import Saved
from vsportal.peps.overview import overview_of
from vsportal.peps.pasting import Pasted, expects, marks_for, posted_from, read_pasted
from vsportal.policy import Can
from vsportal.wording import fill

Answer = AnyResponse | str | tuple[str, int]


@blueprint.route("/peps/<ref>/sections/<section_id>/paste/<field_id>", methods=["GET", "POST"])
@requires(Can.ANSWER)
def paste(ref: str, section_id: str, field_id: str) -> Answer:
    """Paste a table; look at what goes where; fill it in as one save."""
    filling = request.form.get("act") == "fill"
    sheet = load_sheet(actor(), ref, section_id, lock=filling) or abort(404)
    grid = sheet.asked.by_id.get(field_id)
    if not isinstance(grid, Grid):
        abort(404)
    here = url_for("peps.section", ref=ref, section_id=section_id, _anchor=field_id)
    if field_id not in sheet.sight.writable:
        flash(wording.why_not(sheet.sight.reason), "notice")
        return redirect(here, 303)
    if request.method == "GET":
        return _show(sheet, grid)
    text = request.form.get("table", "")
    pasted = read_pasted(sheet, grid, text)
    if pasted.problems or not filling or not pasted.ready:
        return _show(sheet, grid, text, pasted), 200 if pasted.ready else 422
    _say(_fill(sheet, grid, pasted), pasted, grid)
    return redirect(here, 303)


def _fill(sheet: Sheet, grid: Grid, pasted: Pasted) -> Saved:
    """Save what was shown; what somebody else changed since it was shown stays as it is."""
    page = plain(request.form.get("page", ""))[:16] or secrets.token_urlsafe(6)
    return operations.save_draft(sheet, posted_from(pasted, grid, clock.now()), marks=_marks(), page=page)


def _marks() -> dict[str, str]:
    """The marks of what stood there when the rows were shown."""
    try:
        sent = json.loads(request.form.get("seen", "") or "{}")
    except ValueError:
        return {}
    return {k: v for k, v in sent.items() if isinstance(v, str)} if isinstance(sent, dict) else {}


def _say(saved: Saved, pasted: Pasted, grid: Grid) -> None:
    """What was filled in, and what was not and why."""
    flash(f"{plural(len(pasted.ready), 'row')} filled in from your table.", "success")
    if pasted.left_out:
        flash(f"{plural(pasted.left_out, 'cell')} with a problem left out. Enter them here.", "notice")
    if saved.conflicts:
        where = {key.split(".")[1] for key in saved.conflicts}
        rows = wording.names((ln.title for ln in pasted.ready if ln.row in where), at_most=5)
        flash(f"Somebody else changed {rows} meanwhile. What they wrote stays.", "notice")


def _show(sheet: Sheet, grid: Grid, text: str = "", pasted: Pasted | None = None) -> str:
    o = overview_of(sheet)
    looked(sheet, sheet.row.section_id, o.around)
    problems = [("table", problem) for problem in (pasted.problems if pasted else ())]
    return render_template(
        "peps/paste.html",
        sheet=sheet,
        o=o,
        grid=grid,
        label=fill(grid.label, o.names),
        headings=[fill(words, o.names) for words in expects(sheet, grid)],
        called={c.id: fill(c.label, o.names) for c in grid.columns},
        text=text,
        pasted=pasted,
        marks=json.dumps(marks_for(sheet, pasted, grid)) if pasted else "{}",
        page_id=secrets.token_urlsafe(6),
        problems=problems or None,
    )
