"""The pages of messages: load, ask, do, answer."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, guards
from vsportal.errors import OperationError
from vsportal.filters import plural
from vsportal.guards import requires
from vsportal.messages import blueprint
from vsportal.messages.operations import send_again
from vsportal.messages.queries import UNCERTAIN_AFTER, mail_of, outbox
from vsportal.messages.sender import send_waiting, transport_of
from vsportal.offices import Office, offices


@blueprint.get("/office/outbox")
@requires(Office.SEE_OUTBOX)
def outbox_page() -> str:
    """What waits to be sent, what was sent and when, what went wrong."""
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
    found = outbox(_ours(), number)
    if number > found.pages:
        abort(404)
    settings = current_app.config["VSPORTAL"]
    return render_template("messages/outbox.html", outbox=found, as_files=not settings.smtp_url)


@blueprint.post("/office/outbox/send")
@requires(Office.SEE_OUTBOX)
def send_now() -> AnyResponse:
    """In the demo, send what is due at a press; elsewhere a timer does it."""
    settings = current_app.config["VSPORTAL"]
    if not settings.demo:
        abort(404)
    done = send_waiting(transport_of(settings), sender=settings.mail_from)
    if done.refused or done.uncertain:
        flash("Not every mail was sent. The list says why.", "late")
    else:
        flash(f"{plural(done.sent, 'mail')} sent." if done.sent else "No mail was due.", "done")
    return redirect(url_for("messages.outbox_page"), 303)


@blueprint.post("/office/outbox/<ref>/again")
@requires(Office.SEE_OUTBOX)
def send_mail_again(ref: str) -> AnyResponse:
    """Let a mail that failed or is uncertain wait again."""
    mail = mail_of(_ours(), ref)
    if mail is None:
        abort(404)
    try:
        send_again(mail, late=clock.now() - UNCERTAIN_AFTER)
    except OperationError as refused:
        flash(str(refused), "late")
    else:
        flash("The mail waits to be sent again.", "done")
    return redirect(url_for("messages.outbox_page"), 303)


def _ours() -> tuple[int, ...]:
    """The authorities whose outbox this person keeps."""
    return offices(guards.actor(), Office.SEE_OUTBOX)
