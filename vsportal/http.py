"""Everything about a request that is not its subject: transactions, headers, errors, signed out.

The transaction begins and ends here and nowhere else: operations never commit.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from vsportal import wording
from vsportal.database import begin_to_write
from vsportal.extensions import csrf, db, login_manager
from vsportal.fragments import signed_out_fragment, wants_fragment
from vsportal.settings import Settings

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",  # named, so that each answer's nonce is put into them
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
CACHED = frozenset({"static", "shell.theme"})
"""What says nothing about anybody and may stay in a cache."""
SAID = frozenset({400, 401, 403, 404, 405, 413, 429, 500, 503})
"""Errors with a page of their own."""
NEVER_SENT_AGAIN = frozenset({"csrf_token", "password"})

log = structlog.get_logger()


def init_app(app: Flask, settings: Settings) -> None:
    """Put the request's beginning and end, its errors and its proxies in place."""
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_finish)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _say_error)
    app.register_error_handler(Exception, _say_failure)
    app.register_error_handler(CSRFError, _token_refused)
    csrf.init_app(app)
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.unauthorized_handler(_nobody_signed_in)


# One transaction a request ----------------------------------------------------------------------------


def _begin() -> None:
    """Before anything is read: a request that may write says so."""
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, endpoint=request.endpoint)
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(404)  # no name and no reference has it, and PostgreSQL refuses to look for it
    if g.pop("too_much", False):
        raise RequestEntityTooLarge
    if request.method in UNSAFE:
        begin_to_write()


def afterwards(note: Callable[[], None]) -> None:
    """Do this in the short writing transaction after a page is built: for pages that only read."""
    g.afterwards = [*g.get("afterwards", ()), note]


@contextmanager
def holding_nothing() -> Iterator[None]:
    """Hold no lock and no connection meanwhile, for what takes long: a file that is looked through.

    What was read before must be read anew, and asked of policy anew: it may have changed.
    """
    db.session.commit()
    yield
    begin_to_write()


def _finish(response: Response) -> Response:
    """Commit what the view did; write down its looks before the page leaves."""
    if response.status_code >= 500:
        db.session.rollback()
        return response
    looks = g.pop("looks", ())
    afterwards = g.pop("afterwards", ())
    if request.method in UNSAFE:
        db.session.add_all(looks)
        db.session.commit()
    elif looks or afterwards:
        db.session.commit()  # ends the read: a writer must begin as one
        begin_to_write()
        db.session.add_all(looks)
        for note in afterwards:
            note()
        db.session.commit()
    return response


def _headers(response: Response) -> Response:
    """Nothing about a child stays in a cache, and a fragment is not mistaken for a page."""
    if request.endpoint not in CACHED or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "HX-Request"))
    return response


# Refused, but not lost ----------------------------------------------------------------------------------

_instead: list[Callable[[], AnyResponse | None]] = []


def before_refusing(answer: Callable[[], AnyResponse | None]) -> None:
    """Have this asked when a request that writes is about to be refused, its token being good.

    It answers in place of the refusal, and what it writes is kept; or it gives None.
    """
    _instead.append(answer)


def _answer_instead() -> AnyResponse | None:
    """The first answer to a request that writes and is about to be refused."""
    if request.method not in UNSAFE:
        return None
    return next((answer for ask in _instead if (answer := ask()) is not None), None)


def _nobody_signed_in() -> AnyResponse | tuple[str, int]:
    """Whoever is not signed in, whose page may have been ended under their hands."""
    return _answer_instead() or ask_to_sign_in()


# Signed out ---------------------------------------------------------------------------------------------


def ask_to_sign_in() -> AnyResponse | tuple[str, int]:
    """Whoever is not signed in: a fragment for htmx, “send again” for a form, else the sign-in page."""
    if wants_fragment():
        return signed_out_fragment()
    if request.method in UNSAFE:
        return _send_again(401)
    session["after_sign_in"] = request.full_path.rstrip("?")
    flash("Sign in to see that page.", "notice")
    return redirect(url_for("accounts.sign_in"), 303)


def _token_refused(error: CSRFError) -> AnyResponse | tuple[str, int]:
    """The form's token is too old or missing: the session ended, or began anew in another tab."""
    db.session.rollback()
    if not current_user.is_authenticated:
        if request.endpoint == "accounts.sign_in":  # nothing to send again but a password
            flash("The page had been open too long. Enter your e-mail address and password again.", "notice")
            return redirect(url_for("accounts.sign_in"), 303)
        return ask_to_sign_in()
    if wants_fragment():
        return "The page is older than your sign-in.", 400
    return _send_again(400)


def _send_again(status: int) -> tuple[str, int]:
    """Give the person back what they sent, in a form with a new token: nothing typed is lost."""
    return render_template("errors/send_again.html", fields=_sent(), status=status), status


def _sent() -> list[tuple[str, str]]:
    """What was sent, to be given back: all but secrets. Nothing when it was too much to read."""
    try:
        sent = request.form.lists()
    except RequestEntityTooLarge:
        return []
    return [(k, v) for k, values in sent if k not in NEVER_SENT_AGAIN for v in values]


# Errors ---------------------------------------------------------------------------------------------------


def _say_error(error: HTTPException) -> AnyResponse | tuple[str, int]:
    """A page with one clear sentence for each error; the same 404 for unseen and absent.

    An error raised undoes what the view did; an answer returned (a 409, a 422) keeps it.
    """
    db.session.rollback()
    code = error.code or 500
    if code == 404 and request.method in UNSAFE:
        begin_to_write()
        if (answer := _answer_instead()) is not None:
            return answer
    if code not in SAID or error.response is not None:
        return error.get_response()
    if wants_fragment():
        return "", code
    reason = wording.WHY_NOT.get(error.description or "") if code == 403 else None
    return render_template(f"errors/{code}.html", reason=reason, fields=_sent()), code


def _say_failure(error: Exception) -> tuple[str, int]:
    """Something went wrong here: nothing was changed, and the reference finds the line in the log."""
    db.session.rollback()
    busy = isinstance(error, OperationalError)
    log.error("request failed", kind=type(error).__name__, exc_info=not busy)
    if wants_fragment():
        return "", 503 if busy else 500
    code = 503 if busy else 500
    # Not by render_template: what every page has around it asks the database, which may be what failed.
    page = current_app.jinja_env.get_template(f"errors/{code}.html")
    return page.render(reference=g.get("request_id", "")), code
