"""The pages of imports: a file is sent, looked at as a list of what it would change, and brought in."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.filters import plural
from vsportal.guards import actor, requires
from vsportal.http import afterwards
from vsportal.imports import blueprint, operations, queries
from vsportal.imports.findings import Findings
from vsportal.imports.forms import UploadForm
from vsportal.imports.kinds import KINDS, example
from vsportal.imports.sheets import sheet
from vsportal.models import Authority, ImportRun
from vsportal.offices import Office, offices, role_for

MOST_BYTES = 5_000_000
MOST_SHOWN = 200
"""Lines on the page; the list of problems can be downloaded whole."""


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A file may be larger than a form. Said here: the form's token is read before the view is called."""
    if endpoint == "imports.upload":
        request.max_content_length = MOST_BYTES


@blueprint.get("/office/imports")
@requires(Office.IMPORT)
def runs() -> str:
    """What can be brought in, and what has been."""
    afterwards(operations.forget_old)
    return _runs(UploadForm(_authorities()))


@blueprint.post("/office/imports")
@requires(Office.IMPORT)
def upload() -> AnyResponse | tuple[str, int]:
    """Check a file that is sent; nothing is brought in yet."""
    there = _authorities()
    form = UploadForm(there)
    if not form.validate():
        return _runs(form), 422
    authority = next(a for a in there if a.ref == form.authority.data)
    operations.forget_old()
    run = operations.keep_run(
        _by(authority),
        authority,
        form.kind.data,
        file_name=form.file.data.filename or "",
        content=form.file.data.read(),
    )
    return redirect(url_for("imports.run", ref=run.ref), 303)


@blueprint.get("/office/imports/<kind>/example")
@requires(Office.IMPORT)
def example_file(kind: str) -> Response:
    """A header and one row, to start from."""
    if kind not in KINDS:
        abort(404)
    return _download(sheet(example(KINDS[kind])), f"{kind}-example.csv")


@blueprint.get("/office/imports/<ref>")
@requires(Office.IMPORT)
def run(ref: str) -> str:
    """What a file would change, checked now; or what came of it."""
    sent, authority, sent_by = _load(ref)
    return render_template(
        "imports/run.html",
        run=sent,
        kind=KINDS[sent.kind],
        sent_by=sent_by,
        found=_found(sent, authority),
        most=MOST_SHOWN,
    )


@blueprint.get("/office/imports/<ref>/problems")
@requires(Office.IMPORT)
def problems(ref: str) -> Response:
    """Every problem of a file, as a file."""
    sent, authority, _ = _load(ref)
    found = _found(sent, authority) or abort(404)
    rows = [("line", "column", "value", "what to do"), *found.problems]
    return _download(sheet(rows), f"{sent.kind}-problems.csv")


@blueprint.post("/office/imports/<ref>/apply")
@requires(Office.IMPORT)
def apply(ref: str) -> AnyResponse:
    """Bring it in, when it still does what was looked at."""
    sent, authority, _ = _load(ref)
    try:
        found = operations.apply_run(_by(authority), authority, sent, seen=request.form.get("seen", ""))
    except OperationError as reason:
        flash(str(reason), "error")
    else:
        flash(f"{plural(len(found.lines), 'change')} brought in.", "success")
    return redirect(url_for("imports.run", ref=ref), 303)


# Shared -----------------------------------------------------------------------------------------------------


def _authorities() -> list[Authority]:
    """The authorities for which this person brings files in."""
    return queries.authorities(offices(actor(), Office.IMPORT))


def _by(authority: Authority) -> By:
    """Who acts, in which role."""
    return By(actor().user_id, role_for(actor(), Office.IMPORT, authority.id), authority.id)


def _load(ref: str) -> tuple[ImportRun, Authority, str]:
    """A file of an authority this person brings files in for; 404 for any other."""
    return queries.run(offices(actor(), Office.IMPORT), ref) or abort(404)


def _found(sent: ImportRun, authority: Authority) -> Findings | None:
    """What the file would do now; None when it was brought in or is no longer kept."""
    if not operations.is_kept(sent):
        return None
    return operations.check(sent.kind, authority, sent.content or b"")


def _runs(form: UploadForm) -> str:
    """The page with the form on it."""
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
    listed, pages = queries.runs(offices(actor(), Office.IMPORT), number)
    if number > pages:
        abort(404)
    return render_template(
        "imports/runs.html", form=form, kinds=KINDS.values(), runs=listed, number=number, pages=pages
    )


def _download(content: bytes, name: str) -> Response:
    """A CSV file to be saved."""
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
