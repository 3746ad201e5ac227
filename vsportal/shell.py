"""What every page has around it: who is signed in, the authority's look, the navigation.

Also the few pages that belong to no feature: health, accessibility, privacy, an authority's colours.
"""

import re
from urllib.parse import urlsplit, urlunsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, wording
from vsportal import names as child_names
from vsportal.accounts.operations import hide_names
from vsportal.assets import own, vendored
from vsportal.extensions import db
from vsportal.guards import public, signed_in
from vsportal.models import Authority, Role
from vsportal.offices import Office, offices
from vsportal.policy import Actor

blueprint = Blueprint("shell", __name__)

OFFICES = (
    (Office.KEEP_PEOPLE, "admin.office", "Office"),
    (Office.OPEN_TERM, "admin.office", "Office"),
    (Office.ARRANGE_COVER, "children.cover", "Cover for leave"),
    (Office.READ_BROKEN_GLASS, "access.report", "Emergencies"),
    (Office.SEE_MONEY, "funding.money", "PP+ money"),
    (Office.PAY, "funding.payments", "Payments"),
)
"""Pages for those who hold an office: which, the endpoint, the words."""
REQUESTS = frozenset({Role.ADVISER, Role.HEAD, Role.FINANCE, Role.DESIGNATED_TEACHER})
"""Who has PP+ requests to see: to decide, to pay, or their own."""
COLOUR = re.compile(r"#[0-9a-f]{6}")


def init_app(app: Flask) -> None:
    """Put what every page needs into every template."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(vendored=vendored, own=own, wording=wording)
    app.context_processor(_around)
    app.teardown_request(lambda _error: child_names.hide(False))


def _around() -> dict[str, object]:
    """Names that every template may use."""
    actor = getattr(current_user, "actor", None) if current_user else None
    return {
        "actor": actor,
        "acting_as": g.get("acting_as") or (wording.roles_held(actor) if actor else ""),
        "authority": g.get("authority") or (current_user.authority if actor else wording.AuthorityWords()),
        "navigation": _navigation(actor),
        "names_hidden": bool(actor and current_user.hides_names),
        "may_hide_names": bool(actor and wording.sees_children(actor)),
        "cover_seconds": current_app.config["VSPORTAL"].cover_seconds,
        "session_minutes": current_app.config["VSPORTAL"].session_minutes,
        "today": clock.today(),
        "demo": current_app.config["VSPORTAL"].demo,
    }


def _navigation(actor: Actor | None) -> list[tuple[str, str, bool]]:
    """Pages this person can go to: (address, words, is it here)."""
    if actor is None:
        return []
    links = [("children.my_work", "My work")]
    if wording.sees_children(actor):
        links.append(("children.children", "Children"))
    if actor.roles & REQUESTS:
        links.append(("funding.requests", "PP+ requests"))
    if offices(actor, Office.REVIEW_QUEUE):
        links.append(("reviews.queue", "Reviews"))
    links += [(endpoint, words) for office, endpoint, words in OFFICES if offices(actor, office)]
    links = list(dict.fromkeys(links))
    return [(url_for(endpoint), words, request.endpoint == endpoint) for endpoint, words in links]


@blueprint.get("/healthz")
@public
def healthz() -> tuple[str, int]:
    """Whether the process and its database answer; no detail."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "unavailable\n", 503
    return "ok\n", 200


@blueprint.post("/session/names")
@signed_in
def names() -> AnyResponse:
    """Hide children's names on this device, or show them again, and go back to the page (rule 14)."""
    hide_names(current_user.session_id, hidden=request.form.get("hide") == "yes")
    # The browser says where it was: no page holds its own address, which may not be known here.
    came_from = urlsplit(request.referrer or "")
    back = (
        urlunsplit(("", "", came_from.path, came_from.query, "")) if came_from.netloc == request.host else ""
    )
    return redirect(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/", 303)


@blueprint.get("/theme/<ref>.css")
@public
def theme(ref: str) -> Response:
    """An authority's colour as a stylesheet, because pages have no inline style."""
    colour = db.session.scalar(select(Authority.colour).where(Authority.ref == ref))
    if not colour or not COLOUR.fullmatch(colour):
        abort(404)
    answer = Response(f":root{{--authority:{colour};--govuk-brand-colour:{colour}}}", mimetype="text/css")
    answer.cache_control.max_age = 3600
    return answer


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """What is tested, what is known not to work, whom to tell."""
    return render_template("pages/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """What is kept about whom, and who reads it."""
    return render_template("pages/privacy.html")
