"""Pages for signing in and out, and the session's own small answers."""

from datetime import timedelta
from functools import partial

from flask import (
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, login_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, names
from vsportal.accounts import blueprint, operations, queries
from vsportal.accounts.forms import SignInForm
from vsportal.accounts.queries import SignedIn
from vsportal.extensions import login_manager
from vsportal.guards import public, signed_in
from vsportal.http import afterwards

REFUSED = {
    "wrong": "Check your e-mail address and password. One of them is not right.",
    "wait": "There have been too many tries. Wait 15 minutes, then try again.",
}
NOTED_EVERY = timedelta(minutes=1)


def idle() -> timedelta:
    """How long a session lasts without use."""
    return timedelta(minutes=current_app.config["VSPORTAL"].session_minutes)


@login_manager.user_loader
def load(token: str) -> SignedIn | None:
    """Who the cookie stands for; their use is noted once a minute, after the page is built."""
    found = queries.signed_in(token, idle())
    names.hide(bool(found and found.hides_names))
    if found and clock.now() - found.last_seen_at > NOTED_EVERY:
        afterwards(partial(operations.seen_now, found.session_id))
    return found


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> AnyResponse | str | tuple[str, int]:
    """Sign in, then go to the page asked for."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("children.my_work"), 303)
    form = SignInForm()
    if not form.is_submitted():
        return render_template("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    outcome = operations.sign_in(
        form.email.data or "",
        form.password.data or "",
        address=request.remote_addr or "",
        device=request.user_agent.string,
        secret=current_app.config["SECRET_KEY"],
    )
    if outcome.refused:
        form.form_errors = [REFUSED[outcome.refused]]
        return render_template("accounts/sign_in.html", form=form), 429 if outcome.refused == "wait" else 422
    onward = session.get("after_sign_in", "")
    session.clear()  # nothing of before the sign-in lives on: no fixation
    login_user(queries.signed_in(outcome.token, idle()))
    return redirect(onward if _is_ours(onward) else url_for("children.my_work"), 303)


def _is_ours(address: str) -> bool:
    """Only a path of this portal, never another site's address."""
    return address.startswith("/") and not address.startswith(("//", "/\\"))


@blueprint.post("/sign-out")
@public
def sign_out() -> AnyResponse:
    """End this session; pressing it twice does no harm."""
    if current_user.is_authenticated:
        operations.sign_out(current_user.actor.user_id, current_user.token)
    session.clear()
    flash("You have signed out.", "notice")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/sessions")
@signed_in
def sessions() -> str:
    """Where I am signed in."""
    opened = queries.sessions_of(current_user.actor.user_id, idle())
    return render_template("accounts/sessions.html", sessions=opened, this=current_user.session_id)


@blueprint.post("/sessions/end")
@signed_in
def end_sessions() -> AnyResponse:
    """Sign out everywhere, here too."""
    operations.sign_out_everywhere(current_user.actor.user_id)
    session.clear()
    flash("You have signed out everywhere.", "notice")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/session/token")
@signed_in
def token() -> Response:
    """A new form token for a page that was open while its owner signed in again."""
    return jsonify(token=generate_csrf())


@blueprint.post("/session/keep")
@signed_in
def keep() -> tuple[str, int]:
    """“Stay signed in”: the idle time starts again."""
    operations.seen_now(current_user.session_id)
    return "", 204
