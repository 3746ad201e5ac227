"""What the young person's own pages share: whose they are, where others go, how a page is shown and noted."""

from __future__ import annotations

import secrets

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit
from vsportal.editions.reading import plain
from vsportal.peps.loading import Plan, Sheet
from vsportal.policy import Tie


def is_own(plan: Plan) -> bool:
    """Whether it is the young person's own plan; everybody else has the section's page."""
    return Tie.YOUNG_PERSON in plan.seen.ties


def section(sheet: Sheet) -> AnyResponse:
    """To the section as everybody else reads it."""
    return redirect(url_for("peps.section", ref=sheet.pep.ref, section_id=sheet.row.section_id), 303)


def to_start(ref: str) -> AnyResponse:
    """To the first page of My views."""
    return redirect(url_for("peps.my_views", ref=ref), 303)


def page_id() -> str:
    """The random id of the page that posts, or of a new one."""
    return plain(request.form.get("page", ""))[:16] or secrets.token_urlsafe(6)


def shown(template: str, plan: Plan, *, what: str = "", **values: object) -> str:
    """The page, with a note that it was looked at."""
    section = plan.row.section_id if isinstance(plan, Sheet) else what
    g.authority = plan.authority
    audit.look(
        user_id=plan.seen.actor.user_id,
        role=Tie.YOUNG_PERSON,
        child_id=plan.child.id,
        pep_id=plan.pep.id,
        what=section,
    )
    return render_template(template, ref=plan.pep.ref, simple=plan.pep.stage == "simple", **values)
