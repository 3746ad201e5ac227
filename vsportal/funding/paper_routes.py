"""Quotes and other papers of a request: added, fetched, removed.

As with a plan's files, a paper comes in before anything is read from the database, and is looked through
while nothing is held.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from flask import Response, abort, current_app, flash, g, redirect, request, session, url_for
from werkzeug.datastructures import FileStorage, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import send_file
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit
from vsportal.database import begin_to_write
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.files.checks import examine, safe_name
from vsportal.files.operations import Checked
from vsportal.files.refusing import Infected, Refused
from vsportal.files.scanner import scan
from vsportal.files.storage import Storage, StorageAway, storage_of
from vsportal.funding import asking, blueprint, papers, request_queries
from vsportal.funding.loading import Ask
from vsportal.funding.request_page import RequestPage
from vsportal.funding.request_routes import show
from vsportal.funding.request_shared import Answer, by_of, load
from vsportal.guards import or_403, requires
from vsportal.http import holding_nothing
from vsportal.models import FundingFile
from vsportal.policy import ORDER, Can
from vsportal.settings import Settings

BESIDE = 1_000_000
"""Bytes of a request that are not the file itself."""
INPUT = "paper"


def _settings() -> Settings:
    return current_app.config["VSPORTAL"]  # type: ignore[no-any-return]


def _storage() -> Storage:
    return storage_of(_settings())


@blueprint.url_value_preprocessor
def _take_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Read a paper that is sent before a transaction begins, and only from who signed in."""
    if endpoint == "funding.add_paper" and "_user_id" in session:
        request.max_content_length = _settings().upload_megabytes * 1_000_000 + BESIDE
        try:
            request.files.getlist(INPUT)
        except RequestEntityTooLarge:
            g.too_much = True  # answered once the request has begun


class _Apart(Response):
    """A paper as it leaves: even where it is shown, it can do nothing in the portal's name."""

    def get_wsgi_headers(self, environ: Any) -> Headers:  # as WSGI has it
        """Its own policy, in place of the one that pages have."""
        headers = super().get_wsgi_headers(environ)
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return headers


@blueprint.post("/requests/<ref>/files")
@requires(Can.REQUEST_FUNDING)
def add_paper(ref: str) -> Answer:
    """Add a paper: it is kept, or refused with a sentence."""
    _own(ref)
    sent = request.files.get(INPUT)
    with holding_nothing():
        checked, refused = _look_through(sent)
    ask = _own(ref, lock=True)
    by = by_of(ask, ask.may(Can.REQUEST_FUNDING))
    if isinstance(refused, Infected):
        papers.note_refused(ask, by)
    if checked is None:
        return _refused(ask, str(refused))
    try:
        with checked.sound.stream:
            kept = papers.add_paper(ask, by, checked, _storage())
    except OperationError as error:
        return _refused(ask, str(error))
    flash(f"“{kept.name}” added.", "success")
    return _back(ref)


@blueprint.get("/requests/<ref>/files/<file_ref>")
@requires(Can.SEE_REQUEST)
def paper(ref: str, file_ref: str) -> AnyResponse:
    """A paper, always to be saved and never shown in the portal's own name."""
    ask = load(ref)
    found = _paper(ask, file_ref)
    try:
        stream = _storage().read(found.ref) or abort(404)
    except StorageAway:
        abort(503)  # not looked at, so not recorded as a look
    audit.look(
        user_id=ask.seen.actor.user_id,
        role=next(t for t in ORDER if t in ask.seen.ties),
        child_id=ask.child.id,
        pep_id=ask.request.pep_id,
        what="file",
    )
    answer = send_file(
        stream,
        request.environ,
        response_class=_Apart,
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.name,
        conditional=False,
        etag=False,
    )
    answer.content_length = found.bytes
    return answer


@blueprint.post("/requests/<ref>/files/<file_ref>/remove")
@requires(Can.REQUEST_FUNDING)
def remove_paper(ref: str, file_ref: str) -> Answer:
    """Remove a paper: that it was there stays, its bytes go when that is committed."""
    ask = _own(ref, lock=True)
    found = _paper(ask, file_ref)
    try:
        papers.remove_paper(ask, by_of(ask, ask.may(Can.REQUEST_FUNDING)), found)
    except OperationError as error:
        flash(str(error), "error")
        return _back(ref)
    flash(f"“{found.name}” removed.", "success")
    answer = _back(ref)
    answer.call_on_close(partial(_forget, _storage(), found.ref))
    return answer


@blueprint.errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> Any:  # the page, or the error as it is
    """More than is taken was sent: said where it was sent from."""
    values = request.view_args or {}
    if request.endpoint != "funding.add_paper" or "_user_id" not in session:
        return error
    db.session.rollback()
    begin_to_write()
    words = f"This is too large, so it was not kept. A file can have up to {_settings().upload_megabytes} MB."
    return _refused(_own(values["ref"]), words, status=413)


def _refused(ask: Ask, words: str, *, status: int = 422) -> tuple[str, int]:
    """The request's page with why a paper was not kept, at its box where there is one."""
    place = INPUT if RequestPage(ask).may_add_papers else ""
    return show(ask, problems=[(place, words)]), status


def _look_through(sent: FileStorage | None) -> tuple[Checked | None, Refused | None]:
    """The paper, scanned as it came and looked through; or why it is not kept."""
    if sent is None or not sent.filename:
        return None, Refused("Choose a file to add.")
    most = _settings().upload_megabytes
    name = safe_name(sent.filename)
    if sent.stream.seek(0, 2) > most * 1_000_000:
        return None, Refused(f"“{name}” is larger than {most} MB. Make it smaller, or send it in parts.")
    try:
        passed = scan(_settings().clamd, name, sent.stream)
        return Checked(examine(name, sent.stream), passed), None
    except Refused as refused:
        return None, refused


def _own(ref: str, *, lock: bool = False) -> Ask:
    """The request, for those whose it is."""
    ask = load(ref, lock=lock)
    or_403(ask.may(Can.REQUEST_FUNDING))
    if not asking.writes(ask.seen, ask.request):
        abort(403, description="not_owner")
    return ask


def _paper(ask: Ask, file_ref: str) -> FundingFile:
    return request_queries.file_of(ask.request.id, file_ref) or abort(404)


def _forget(storage: Storage, ref: str) -> None:
    """Take bytes away once their removal is committed; when the storage is away, `files tidy` does."""
    with suppress(StorageAway):
        storage.forget(ref)


def _back(ref: str) -> AnyResponse:
    return redirect(url_for("funding.request_page", ref=ref, _anchor="papers"), 303)
