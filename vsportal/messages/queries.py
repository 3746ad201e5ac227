"""The outbox as an office reads it: what went to whom and when, never about which child."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from vsportal import clock
from vsportal.extensions import db
from vsportal.messages.sender import MOST_ATTEMPTS
from vsportal.models import Child, Mail, Membership, User

A_PAGE = 50
UNCERTAIN_AFTER = timedelta(minutes=15)
"""So long after it was claimed, a mail without a result has none."""


@dataclass(frozen=True)
class Line:
    """One mail in the list."""

    ref: str
    to: str
    """The name of who gets it, or the address when they have no account."""
    address: str
    subject: str
    body: str
    state: str
    """waiting, sending, sent, stopped, uncertain or failed."""
    at: datetime
    """When it was sent, stopped or claimed; when it is due, if it waits."""
    attempts: int
    error: str


@dataclass(frozen=True)
class Outbox:
    """One page of it."""

    lines: Sequence[Line]
    total: int
    number: int
    waiting: int
    """Mails due now that nobody has sent yet, on all pages."""
    troubled: int
    """Mails that failed or are uncertain, on all pages."""

    @property
    def pages(self) -> int:
        """How many pages there are; one when nothing is there."""
        return max(1, -(-self.total // A_PAGE))


def outbox(authority_ids: Collection[int], number: int = 1) -> Outbox:
    """Mail about these authorities' children and to their people, the newest first: two statements."""
    now, late = clock.now(), clock.now() - UNCERTAIN_AFTER
    open_ = (Mail.sent_at.is_(None)) & (Mail.stopped_at.is_(None))
    unclaimed = open_ & Mail.claimed_at.is_(None)
    failed = unclaimed & (Mail.attempts >= MOST_ATTEMPTS)
    uncertain = open_ & ((Mail.claimed_at < late) | (Mail.claimed_at.is_not(None) & (Mail.last_error != "")))
    total, waiting, troubled = db.session.execute(
        select(
            func.count(Mail.id),
            func.count(Mail.id).filter(unclaimed & (Mail.attempts < MOST_ATTEMPTS) & (Mail.due_at <= now)),
            func.count(Mail.id).filter(failed | uncertain),
        ).where(_ours(authority_ids))
    ).one()
    rows = db.session.execute(_page(authority_ids, number))
    return Outbox([_line(mail, name, late) for mail, name in rows], total, number, waiting, troubled)


def mail_of(authority_ids: Collection[int], ref: str) -> Mail | None:
    """One mail of these authorities, held until the transaction ends; None when it is not theirs."""
    return db.session.scalar(select(Mail).where(Mail.ref == ref, _ours(authority_ids)).with_for_update())


def _page(
    authority_ids: Collection[int], number: int
) -> Any:  # a select, whose rows mypy loses in the outer join
    """The rows of one page, each with the name of who gets it."""
    return (
        select(Mail, User.name)
        .outerjoin(User, User.id == Mail.to_user_id)
        .where(_ours(authority_ids))
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(A_PAGE)
        .offset((number - 1) * A_PAGE)
    )


def _ours(authority_ids: Collection[int]) -> ColumnElement[bool]:
    """About a child of these authorities; or about none, to one of their people."""
    children = select(Child.id).where(Child.authority_id.in_(authority_ids))
    people = select(Membership.user_id).where(Membership.authority_id.in_(authority_ids))
    return or_(Mail.child_id.in_(children), Mail.child_id.is_(None) & Mail.to_user_id.in_(people))


def _line(mail: Mail, name: str | None, late: datetime) -> Line:
    state = state_of(mail, late)
    at = {"sent": mail.sent_at, "stopped": mail.stopped_at, "waiting": mail.due_at}.get(state)
    return Line(
        mail.ref,
        name or mail.to_address,
        mail.to_address if name else "",
        mail.subject,
        mail.body,
        state,
        at or mail.claimed_at or mail.due_at,
        mail.attempts,
        mail.last_error,
    )


def state_of(mail: Mail, late: datetime) -> str:
    """Where a mail is. `late`: claimed before then and without a result, it is uncertain."""
    if mail.sent_at:
        return "sent"
    if mail.stopped_at:
        return "stopped"
    if mail.claimed_at:
        return "uncertain" if mail.last_error or mail.claimed_at < late else "sending"
    return "failed" if mail.attempts >= MOST_ATTEMPTS else "waiting"
