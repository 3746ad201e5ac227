"""When a request's ground moves: its target goes, a plan comes, the child changes school. Verbs."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from vsportal import clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import pence as in_pounds
from vsportal.funding import ledger
from vsportal.funding.asking import AlreadyAsked, change, note, open_on, whole
from vsportal.funding.loading import Ask, circumstances_of
from vsportal.models import (
    OPEN_REQUESTS,
    Enrolment,
    FundingNote,
    FundingRequest,
    Pep,
    PepState,
    RequestState,
    School,
    Target,
)
from vsportal.ties import holds
from vsportal.workflow import Act, NotPossible, apply

FOLLOWS = (*OPEN_REQUESTS, RequestState.APPROVED, RequestState.PART_APPROVED, RequestState.PAID)
"""States in which a new school can take a request over: all that is open, or agreed and not under way."""
STOPS = (*OPEN_REQUESTS, RequestState.APPROVED, RequestState.PART_APPROVED)


# Another target -------------------------------------------------------------------------------------------


def free_targets(request: FundingRequest) -> list[Target]:
    """Targets of the child's plans under way without an open request, newest plan first: one statement."""
    taken = exists().where(
        FundingRequest.target_id == Target.id,
        FundingRequest.id != request.id,
        FundingRequest.state.in_(OPEN_REQUESTS),
    )
    found = (
        select(Target)
        .join(Pep, Pep.id == Target.pep_id)
        .where(
            Target.child_id == request.child_id,
            Target.removed.is_(False),
            Target.outcome != "",
            Pep.state.in_((PepState.OPEN, PepState.MEETING_HELD, PepState.SIGNED_OFF)),
            Pep.id == request.pep_id if request.pep_id else Pep.id.is_not(None),
            ~taken,
        )
        .order_by(Pep.opened_on.desc(), Target.row)
    )
    return [t for t in db.session.scalars(found) if t.id != request.target_id]


def move_to_target(ask: Ask, by: By, target_ref: str) -> None:
    """Move a request to another target of the plan, or a need to the first plan's target that names it.

    AlreadyAsked when that target has an open one; OperationError for a target that is not there.
    """
    request = ask.request
    target = next((t for t in free_targets(request) if t.ref == target_ref), None)
    if target is None:
        raise OperationError("Select a target of the plan that has no request yet.")
    old = ask.target.outcome if ask.target else ""
    try:
        with db.session.begin_nested():
            request.target_id, request.pep_id = target.id, target.pep_id
            db.session.flush()
    except IntegrityError as error:
        if there := open_on(target.id):
            raise AlreadyAsked(there) from error
        raise
    note(by, "funding:request:moved", request, [change("Target", target.outcome, old, field="target")])


# Another school -------------------------------------------------------------------------------------------


def has_moved(request: FundingRequest) -> tuple[School | None, School | None] | None:
    """The school it was asked at and today's, when the child has left it; None when not. Two statements."""
    if request.school_id is None:
        return None
    today = clock.today()
    still = db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.child_id == request.child_id,
            Enrolment.school_id == request.school_id,
            holds(Enrolment.starts_on, Enrolment.ends_on, today),
        )
    )
    if still is not None:
        return None
    now = circumstances_of(request.child_id, None, today).school_id
    return db.session.get(School, request.school_id), db.session.get(School, now) if now else None


def child_moved(by: By, request: FundingRequest, follow: bool, *, unspent: int = 0) -> None:
    """The child has changed school: the request and its money follow, or what is not spent is returned.

    `unspent`: pence of what was paid that come back, when it does not follow. OperationError when there
    is no new school, or a payment is under way.
    """
    moved = has_moved(request)
    if moved is None:
        raise OperationError("The child is still on roll where this was asked for.")
    left, now = moved
    with whole(request):
        if follow:
            _follow(by, request, left, now)
        elif request.state == RequestState.PAID:
            _return(by, request, left, unspent)
        else:
            _stop(by, request, left)


def _follow(by: By, request: FundingRequest, left: School | None, now: School | None) -> None:
    """The new school becomes the setting, and the payee where the setting is paid."""
    if now is None:
        raise OperationError("The child is on no school’s roll today, so there is nobody to follow to.")
    if request.state not in FOLLOWS:
        raise OperationError("A payment is under way. Decide when it has been paid.")
    old = left.name if left else ""
    request.school_id = now.id
    if request.payee == "setting":
        request.payee_name = now.name
        request.vendor = ""
    _said(by, request, f"The request goes with the child from {old} to {now.name}.")
    note(by, "funding:request:carried", request, [change("School", now.name, old, field="school")])


def _stop(by: By, request: FundingRequest, left: School | None) -> None:
    """Nothing more is paid: the request is cancelled, what was set aside goes back to the budget."""
    reason = f"The child has left {left.name if left else 'the school'}."
    try:
        apply(db.session, request, Act.CANCEL, reason=reason)
    except NotPossible as error:
        raise OperationError("A payment is under way or made. Decide when it has been paid.") from error
    back = ledger.release(request, by, reason)
    words = f"{reason} {in_pounds(back)} goes back to the budget." if back else reason
    _said(by, request, words)
    note(by, "funding:request:cancelled", request, [change("Why", words)])


def _return(by: By, request: FundingRequest, left: School | None, unspent: int) -> None:
    """It was paid: what is not spent comes back, and what it did can still be said."""
    if not 0 < unspent <= (request.approved_pence or 0) - (request.unspent_pence or 0):
        raise OperationError("Enter how much of what was paid comes back.")
    ledger.return_unspent(request, by, unspent)
    request.unspent_pence = (request.unspent_pence or 0) + unspent
    words = f"The child has left {left.name if left else 'the school'}. {in_pounds(unspent)} comes back."
    _said(by, request, words)
    note(by, "funding:request:returned", request, [change("Comes back", in_pounds(unspent), field="unspent")])


def _said(by: By, request: FundingRequest, words: str) -> None:
    db.session.add(
        FundingNote(request_id=request.id, kind="moved", words=words, author_id=by.user_id, role=by.role)
    )
