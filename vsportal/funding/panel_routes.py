"""The panel's list, to read and to print: a cover with references alone, then one page a request (rule 9)."""

from __future__ import annotations

from flask import abort, g, render_template
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, clock, wording
from vsportal.funding import blueprint, queue
from vsportal.funding.panel import MOST, Sheet, before_the_panel
from vsportal.guards import actor, signed_in
from vsportal.models import Role

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/requests/panel")
@signed_in
def panel_list() -> Answer:
    """What is with the panel, in the order of the days for decision."""
    return render_template("funding/panel.html", sheets=_sheets(), most=MOST)


@blueprint.get("/requests/panel/print")
@signed_in
def panel_print() -> Answer:
    """The same as papers: each page is a look at a child's record."""
    sheets = _sheets()
    for sheet in sheets:
        audit.look(
            user_id=actor().user_id,
            role=sheet.tie,
            child_id=sheet.row.child_id,
            pep_id=sheet.row.pep_id,
            what="request",
        )
    return render_template("funding/panel_print.html", sheets=sheets, at=clock.now())


def _sheets() -> list[Sheet]:
    """What is with the panel; 404 for whoever decides nothing."""
    who = actor()
    if not queue.decides(who):
        abort(404)
    role = Role.HEAD if Role.HEAD in who.roles else Role.ADVISER
    held = next(h for h in who.held if h.role == role)
    g.acting_as = wording.acting_as(role, title=held.title)
    return before_the_panel(who)
