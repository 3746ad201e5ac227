"""A watch over sessions: what a request changes of an audited model must be written down with it.

Two ways of changing are seen: rows that are flushed, and statements such as `update(Pep)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, has_request_context, request, request_tearing_down
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from vsportal.extensions import db
from vsportal.models import (
    AccessCut,
    Account,
    Addendum,
    Allocation,
    Attachment,
    AuditEvent,
    BrokenGlass,
    CardReading,
    CarePeriod,
    Child,
    Comment,
    Concern,
    Cover,
    Delegation,
    Enrolment,
    FundingFile,
    FundingLine,
    FundingPolicy,
    FundingRequest,
    Home,
    Household,
    HouseholdMember,
    KeptWords,
    Membership,
    Movement,
    ParentCopy,
    PaymentBatch,
    PaymentReceipt,
    Pep,
    PepPart,
    PepSection,
    Review,
    ReviewAction,
    ReviewScheme,
    RowLink,
    School,
    SectionRating,
    SignedPlan,
    Target,
    Team,
    Term,
    User,
    Wish,
)

AUDITED = (
    ParentCopy,
    Addendum,
    SignedPlan,
    Concern,
    ReviewAction,
    SectionRating,
    Review,
    ReviewScheme,
    PaymentReceipt,
    PaymentBatch,
    Movement,
    Account,
    FundingRequest,
    FundingPolicy,
    FundingLine,
    FundingFile,
    AccessCut,
    Allocation,
    Attachment,
    BrokenGlass,
    CardReading,
    CarePeriod,
    Child,
    Comment,
    Cover,
    Delegation,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    KeptWords,
    Membership,
    Pep,
    PepPart,
    PepSection,
    RowLink,
    School,
    Target,
    Team,
    Term,
    User,
    Wish,
)
UNWRITTEN = {PepSection: {"looked_at"}}
"""That somebody first opened a section is the look itself, which `AccessEvent` keeps."""


class Watch:
    """What requests changed and did not write down, and what they left in their session."""

    def __init__(self) -> None:
        self.unwritten: list[str] = []
        self.left_behind: list[str] = []

    @contextmanager
    def of(
        self, sessions: Any
    ) -> Iterator[None]:  # a scoped session, which takes listeners for all of its own
        """Watch the sessions of the application while this lasts."""
        listeners = [
            ("after_flush", self._note_flushed),
            ("do_orm_execute", self._note_statement),
            ("after_commit", self._judge),
            ("after_soft_rollback", self._forget),
        ]
        maker = sessions.session_factory
        for name, listener in listeners:
            event.listen(maker, name, listener)
        request_tearing_down.connect(self._look_behind)
        try:
            yield
        finally:
            request_tearing_down.disconnect(self._look_behind)
            for name, listener in listeners:
                event.remove(maker, name, listener)

    def _note_flushed(self, session: Session, _context: object) -> None:
        """Before the flush is forgotten: which audited models it wrote, and whether an event."""
        if not has_request_context():
            return
        for row in (*session.new, *session.dirty, *session.deleted):
            if isinstance(row, AuditEvent):
                session.info["events"] = True
            elif isinstance(row, AUDITED) and (row not in session.dirty or self._changed(row)):
                session.info.setdefault("changed", set()).add(type(row).__name__)

    def _changed(self, row: object) -> bool:
        """Whether anything was changed that has to be written down."""
        session = object_session(row)
        if session is None or not session.is_modified(row):
            return False
        mapper = type(row).__mapper__  # type: ignore[attr-defined]
        history = (a.key for a in mapper.column_attrs if inspect(row).attrs[a.key].history.has_changes())
        return bool(set(history) - UNWRITTEN.get(type(row), set()))

    def _note_statement(self, state: ORMExecuteState) -> None:
        """`update(Pep)` and its like change rows past the session."""
        if has_request_context() and (state.is_update or state.is_delete or state.is_insert):
            changed = state.bind_mapper.class_ if state.bind_mapper else None
            if changed is AuditEvent:
                state.session.info["events"] = True
            elif changed in AUDITED:
                state.session.info.setdefault("changed", set()).add(changed.__name__)

    def _judge(self, session: Session) -> None:
        """At the commit: changed, and nothing written down? A savepoint's end is not the end."""
        if session.in_nested_transaction():
            return
        changed, events = session.info.pop("changed", set()), session.info.pop("events", False)
        if changed and not events:
            where = f"{request.method} {request.path}" if has_request_context() else "a commit"
            self.unwritten.append(f"{where}: {', '.join(sorted(changed))}")

    def _forget(self, session: Session, _previous: object) -> None:
        """What was rolled back did not happen."""
        session.info.pop("changed", None)
        session.info.pop("events", None)

    def _look_behind(self, _app: Flask, **_more: object) -> None:
        """At the end of a request: nothing half done."""
        rows = (*db.session.new, *db.session.dirty, *db.session.deleted)
        self.left_behind += [f"{request.method} {request.path}: {type(row).__name__}" for row in rows]
