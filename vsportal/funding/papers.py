"""Quotes and other papers of a request: looked through as all files are, kept, removed. They never commit."""

from __future__ import annotations

from sqlalchemy import func, select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.files.operations import Checked
from vsportal.files.storage import Storage
from vsportal.funding.loading import Ask
from vsportal.models import FundingFile, FundingRequest, RequestState
from vsportal.models.base import new_ref

MOST_FILES = 10
"""Papers of one request."""
TAKES = (
    RequestState.DRAFT,
    RequestState.QUERIED,
    RequestState.WITH_ADVISER,
    RequestState.WITH_HEAD,
    RequestState.WITH_PANEL,
)
"""States in which a paper can still be added: until it is decided."""
CLOSED = "Papers can be added until a request is decided."


def add_paper(ask: Ask, by: By, checked: Checked, storage: Storage) -> FundingFile:
    """Keep a paper: the bytes first, then what is known of it.

    OperationError when the request is decided, at the 11th paper and when the storage does not answer.
    """
    if ask.request.state not in TAKES:
        raise OperationError(CLOSED)
    if _count(ask.request.id) >= MOST_FILES:
        raise OperationError(f"There are {MOST_FILES} files here already. Remove one to make room.")
    if by.user_id is None:
        raise ValueError("A paper is added by somebody.")
    sound = checked.sound
    added = FundingFile(
        ref=new_ref(),
        request_id=ask.request.id,
        name=sound.name,
        media_type=sound.media_type,
        bytes=sound.bytes,
        sha256=sound.sha256,
        scan=checked.scan,
        added_by_id=by.user_id,
    )
    storage.keep(added.ref, sound.stream)
    db.session.add(added)
    db.session.flush()
    _note(ask, by, "funding:file:added", added, new=sound.name)
    return added


def remove_paper(ask: Ask, by: By, file: FundingFile) -> None:
    """Mark a paper as removed: that it was there stays; its bytes go once this is committed.

    OperationError when somebody has decided by it.
    """
    if ask.request.state not in TAKES:
        raise OperationError("This was there when the request was decided, so it stays.")
    file.removed_at, file.removed_by_id = clock.now(), by.user_id
    _note(ask, by, "funding:file:removed", file, old=file.name)


def note_refused(ask: Ask, by: By) -> None:
    """Write down that a scanner found something in what was sent; nothing of it is kept."""
    _note(ask, by, "funding:file:refused", ask.request)


def _count(request_id: int) -> int:
    return db.session.scalars(
        select(func.count()).where(FundingFile.request_id == request_id, FundingFile.removed_at.is_(None))
    ).one()


def _note(
    ask: Ask,
    by: By,
    tag: str,
    row: FundingFile | FundingRequest,
    *,
    old: str | None = None,
    new: str | None = None,
) -> None:
    changes = [{"field": "file", "label": "Quotes and other papers", "kind": "file", "old": old, "new": new}]
    audit.record(
        db.session,
        by,
        tag,
        row,
        child_id=ask.child.id,
        authority_id=ask.request.authority_id,
        changes=changes,
    )
