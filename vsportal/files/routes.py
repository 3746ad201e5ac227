"""Files of a plan: added beside a question, fetched, removed. Load, ask, do, answer.

A file comes in before anything is read from the database, and is looked through while nothing is held:
neither a slow line nor a slow scanner keeps anybody else from saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.datastructures import FileStorage, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import send_file
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, wording
from vsportal.database import begin_to_write
from vsportal.editions.schema import Field
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.files import blueprint, operations, queries, shown
from vsportal.files.checks import examine
from vsportal.files.operations import Checked
from vsportal.files.refusing import Infected, Refused
from vsportal.files.scanner import scan
from vsportal.files.storage import Storage, StorageAway, storage_of
from vsportal.filters import plural
from vsportal.fragments import fragment, wants_fragment
from vsportal.guards import actor, requires
from vsportal.http import holding_nothing
from vsportal.models import Attachment
from vsportal.peps.loading import Sheet, load_sheet
from vsportal.peps.looking import looked
from vsportal.peps.page import page_of
from vsportal.policy import ORDER, Can
from vsportal.settings import Settings

Answer = AnyResponse | str | tuple[str, int]
BESIDE = 1_000_000
"""Bytes of a request that are not the files themselves."""
NO_FILE = "Choose a file to add."
TOO_MANY = f"Send no more than {shown.MOST_AT_ONCE} files at once. The rest can follow."

blueprint.add_app_template_global(shown.files_on, "files_on")
blueprint.add_app_template_filter(shown.size_words, "size")
blueprint.add_app_template_filter(shown.added_words, "added")


def _settings() -> Settings:
    return current_app.config["VSPORTAL"]  # type: ignore[no-any-return]


def _storage() -> Storage:
    return storage_of(_settings())


@blueprint.url_value_preprocessor
def _take_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Read what is sent, before a transaction begins; more than forms have, and only from who signed in.

    Counted as it comes: what is too much is refused before it is on a disk.
    """
    if endpoint == "files.add" and "_user_id" in session:
        request.max_content_length = shown.MOST_AT_ONCE * _settings().upload_megabytes * 1_000_000 + BESIDE
        try:
            request.files.getlist("files")
        except RequestEntityTooLarge:
            g.too_much = True  # answered once the request has begun, so that the page is one like others


class _Apart(Response):
    """A file as it leaves: even where it is shown, it can do nothing in the portal's name."""

    def get_wsgi_headers(self, environ: Any) -> Headers:  # as WSGI has it
        """Its own policy, in place of the one that pages have."""
        headers = super().get_wsgi_headers(environ)
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return headers


@blueprint.post("/peps/<ref>/sections/<section_id>/files")
@requires(Can.ANSWER)
def add(ref: str, section_id: str) -> Answer:
    """Add files at a question: each is kept, or refused with its own sentence."""
    field = _writes(load_sheet(actor(), ref, section_id) or abort(404))
    sent = [one for one in request.files.getlist("files") if one.filename]
    with holding_nothing():
        checked, errors, infected = _look_through(sent)
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    field = _writes(sheet)
    for _ in range(infected):
        operations.note_refused(sheet, field)
    row, added = request.form.get("row", ""), 0
    for one in checked:
        try:
            with one.sound.stream:
                operations.add_file(sheet, field, row, one, _storage())
            added += 1
        except OperationError as error:
            errors.append(str(error))
            if isinstance(error, StorageAway):
                break  # the others would wait as long, while the plan is held
    if errors:
        return _again(sheet, field, list(dict.fromkeys(errors)), row)
    return _done(sheet, field, f"{plural(added, 'file')} added.")


@blueprint.get("/files/<ref>")
@requires(Can.SEE_SECTION)
def file(ref: str) -> Answer:
    """A file, always to be saved and never shown in the portal's own name."""
    found, sheet, _ = _load(ref)
    try:
        stream = _storage().read(found.ref) or abort(404)
    except StorageAway:
        abort(503)  # not looked at, so not recorded as a look
    audit.look(
        user_id=sheet.seen.actor.user_id,
        role=next(t for t in ORDER if t in sheet.seen.ties),
        child_id=sheet.child.id,
        pep_id=sheet.pep.id,
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


@blueprint.post("/files/<ref>/remove")
@requires(Can.ANSWER)
def remove(ref: str) -> Answer:
    """Remove a file: its row stays as a trace, its bytes go when that is committed."""
    found, sheet, field = _load(ref, lock=True)
    if field.id not in sheet.sight.writable:
        abort(403, description=sheet.sight.reason or "not_owner")
    operations.remove_file(sheet, field, found)
    answer = _done(sheet, field, f"“{found.name}” removed.")
    answer.call_on_close(partial(_forget, _storage(), found.ref))
    return answer


@blueprint.errorhandler(413)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """More than is taken was sent: said where it was sent from, as far as that is theirs to see."""
    db.session.rollback()
    begin_to_write()
    values = request.view_args or {}
    if request.endpoint != "files.add" or not current_user.is_authenticated:
        return render_template("errors/413.html"), 413
    sheet = load_sheet(actor(), values["ref"], values["section_id"]) or abort(404)
    each = _settings().upload_megabytes
    words = (
        f"What you sent is too large, so none of it was kept. A file can have up to {each} MB. "
        "Send them one by one."
    )
    return _again(sheet, _writes(sheet), [words], "", status=413)


# What the views share ---------------------------------------------------------------------------------------


def _writes(sheet: Sheet) -> Field:
    """The question of the address, which takes files and is this person's to answer now."""
    field = operations.question_of(sheet, request.args.get("field", "")) or abort(404)
    if field.id not in sheet.sight.writable:
        abort(403, description=sheet.sight.reason or "not_owner")
    return field


def _load(ref: str, *, lock: bool = False) -> tuple[Attachment, Sheet, Field]:
    """A file with the section it is in; 404, at the same cost, when there is none or it is not to be seen."""
    found = queries.file_and_plan(ref)
    plan, section = (found[1], found[0].section_id) if found else ("", "")
    sheet = load_sheet(actor(), plan, section, lock=lock)
    field = operations.question_of(sheet, found[0].field_id) if found and sheet else None
    if found is None or sheet is None or field is None:
        abort(404)
    return found[0], sheet, field


def _forget(storage: Storage, ref: str) -> None:
    """Take bytes away once their removal is committed; when the storage is away, `files tidy` does."""
    with suppress(StorageAway):
        storage.forget(ref)


def _look_through(sent: Sequence[FileStorage]) -> tuple[list[Checked], list[str], int]:
    """Look each file through: those that may be kept, a sentence for each other, how many were infected."""
    if not sent:
        return [], [NO_FILE], 0
    if len(sent) > shown.MOST_AT_ONCE:
        return [], [TOO_MANY], 0
    settings, infected = _settings(), 0
    checked: list[Checked] = []
    errors: list[str] = []
    for one in sent:
        try:
            checked.append(_checked(one, settings))
        except Refused as refused:
            errors.append(str(refused))
            infected += isinstance(refused, Infected)
    return checked, errors, infected


def _checked(sent: FileStorage, settings: Settings) -> Checked:
    """One file, scanned as it came and then looked through."""
    name = shown.safe_name(sent.filename or "")
    if sent.stream.seek(0, 2) > settings.upload_megabytes * 1_000_000:
        raise Refused(
            f"“{name}” is larger than {settings.upload_megabytes} MB. Make it smaller, or send it in parts."
        )
    passed = scan(settings.clamd, name, sent.stream)
    return Checked(examine(name, sent.stream), passed, request.form.get("others") == "yes")


def _done(sheet: Sheet, field: Field, words: str) -> AnyResponse:
    """The list of files anew, for htmx; else back to where it stands."""
    if wants_fragment():
        at = shown.files_of(sheet, field.id)[0]
        return current_app.make_response(_fragment(sheet, at, said=words))
    flash(words, "success")
    place = url_for(
        "peps.section", ref=sheet.pep.ref, section_id=sheet.row.section_id, _anchor=f"files-{field.id}"
    )
    return redirect(place, 303)


def _again(sheet: Sheet, field: Field, errors: Sequence[str], row: str, *, status: int = 422) -> Answer:
    """The same form with what was wrong, in the place for htmx, else on a page of its own."""
    at = shown.files_of(sheet, field.id, errors=errors, row=row)[0]
    if wants_fragment():
        return _fragment(sheet, at), 422  # the one refusal that htmx puts into the page
    looked(sheet, sheet.row.section_id, page_of(sheet).around)
    place = f"files-{field.id}-input"
    page = render_template(
        "files/again.html",
        at=at,
        ref=sheet.pep.ref,
        section=sheet.row.section_id,
        title=sheet.asked.title,
        problems=[(place, words) for words in errors],
        reason=wording.why_not(sheet.sight.reason) if not at.writes else "",
    )
    return page, status


def _fragment(sheet: Sheet, at: shown.FilesAt, said: str = "") -> str:
    return fragment("files/_question.html", at=at, ref=sheet.pep.ref, section=sheet.row.section_id, said=said)
