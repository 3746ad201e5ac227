"""What people say is wrong in the record: a list for whoever keeps it."""

from flask import abort, flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.guards import actor, requires
from vsportal.models import Pep
from vsportal.offices import Office, offices, role_for
from vsportal.peps import blueprint
from vsportal.peps.differences import differences as what_differs
from vsportal.peps.differences import put_right as settle


@blueprint.get("/office/differences")
@requires(Office.KEEP_CHILDREN)
def differences() -> str:
    """What is not put right yet: about whom, which record, who said so. Never what they wrote."""
    found = what_differs(offices(actor(), Office.KEEP_CHILDREN), clock.today())
    return render_template("peps/differences.html", differences=found)


@blueprint.post("/office/differences/<ref>/<section_id>/<key>")
@requires(Office.KEEP_CHILDREN)
def put_right(ref: str, section_id: str, key: str) -> AnyResponse:
    """Note that it has been put right."""
    held = offices(actor(), Office.KEEP_CHILDREN)
    authority_id = db.session.scalar(select(Pep.authority_id).where(Pep.ref == ref)) or 0
    if authority_id not in held:
        abort(404)
    by = By(actor().user_id, role_for(actor(), Office.KEEP_CHILDREN, authority_id), authority_id)
    try:
        settle(by, ref, section_id, key)
        flash("Noted as put right.", "success")
    except LookupError:
        abort(404)
    except OperationError as error:
        flash(str(error), "notice")
    return redirect(url_for("peps.differences"), 303)
