"""Deciding a request: approve, approve in part, decline, ask, pass on, note what the clinical team says.

Who may is for policy, asked by the caller. A decision, its money, its event and its mail stand or fall
together: when the budget does not reach or somebody was quicker, nothing has changed (`pp-plus.md`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import SYSTEM, By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import day, pence
from vsportal.funding import ledger
from vsportal.funding.loading import Ask, policy_of
from vsportal.messages.operations import queue
from vsportal.models import FundingNote, FundingRequest, Membership, RequestState, Role, User
from vsportal.ties import holds
from vsportal.workflow import WITH, Act, NotPossible, apply

SEND = {"adviser": Act.TO_ADVISER, "head": Act.TO_HEAD, "panel": Act.TO_PANEL}
PASSES_TO: Mapping[str, tuple[str, ...]] = {
    "adviser": ("head", "panel"),
    "head": ("panel",),
    "panel": ("head",),
}
"""Whom a request is with → to whom it can be passed on: never down from where the policy sent it."""
AGREED = {Act.APPROVE: "funding:request:approved", Act.APPROVE_PART: "funding:request:approved_in_part"}
WHOM = {"adviser": "an adviser", "head": "the head", "panel": "the panel"}
SUBJECT, ASKED_SUBJECT, TO_DECIDE = (
    "Something to read is waiting",
    "Something to write is waiting",
    "Something to decide is waiting",
)
BODY = """{} for you.

Sign in to the portal to see what it is.

This mail says no more on purpose. If it is not meant for you, delete it.
"""


class NotAnyMore(OperationError):
    """Somebody was quicker, or there is nothing to decide; the sentence says what became of the request."""


# What becomes of it -------------------------------------------------------------------------------------


def approve(ask: Ask, by: By, words: str = "") -> None:
    """Approve all that is asked for and set the money aside. `words`: something to say with it, if anything.

    NotAnyMore, ledger.NotEnough, or OperationError when the clinical team has not been heard.
    """
    amounts = {line.id: line.amount_pence for line in ask.lines}
    _agree(ask, by, Act.APPROVE, amounts, words)


def approve_part(ask: Ask, by: By, amounts: Mapping[int, int], reason: str) -> None:
    """Approve some of it, line by line, with a reason that the one who asked reads.

    `amounts`: pence by the line's number; a line that is not named gets nothing.
    """
    _said(reason, "Enter why you approve a part, for the one who asked.")
    given = {line.id: amounts.get(line.id, 0) for line in ask.lines}
    if over := next((n for n in ask.lines if not 0 <= given[n.id] <= n.amount_pence), None):
        raise OperationError(f"Enter between £0 and {pence(over.amount_pence)} for “{over.what}”.")
    if not sum(given.values()):
        raise OperationError("Enter an amount for at least one line, or decline the request.")
    if sum(given.values()) == ask.request.amount_pence:
        raise OperationError("That is all that was asked for. Select “Approve” instead.")
    _agree(ask, by, Act.APPROVE_PART, given, reason)


def decline(ask: Ask, by: By, reason: str) -> None:
    """Decline it, with a reason that the one who asked reads."""
    _said(reason, "Enter why you decline it, for the one who asked.")
    _heard(ask)
    with _whole(ask):
        _claim(ask, Act.DECLINE, **_decided(by), reason=reason.strip())
        _note_event(ask, by, "funding:request:declined", _changes(ask, reason))
        tell_asker(ask, "declined")


def ask_question(ask: Ask, by: By, words: str) -> None:
    """Ask the one who asked something: the clock stops until they answer."""
    _said(words, "Enter your question.")
    with _whole(ask):
        _claim(ask, Act.ASK, queried_on=clock.today())
        note = _note(ask, by, "question", words)
        _note_event(ask, by, "funding:request:queried")
        tell_asker(ask, f"question {note.id}", ASKED_SUBJECT)


def pass_on(ask: Ask, by: By, to: str, reason: str) -> None:
    """Let the head or the panel decide instead, with a reason; the date by which it is decided stays."""
    _said(reason, "Enter why you pass it on.")
    now_with = ask.request.decider
    if to not in PASSES_TO.get(now_with, ()):
        raise OperationError("Select to whom you pass it on.")
    with _whole(ask):
        _claim(ask, SEND[to], decider=to)
        note = _note(ask, by, "moved", f"Passed on to {WHOM[to]}: {reason.strip()}")
        changes = [{"field": "decider", "label": "Who decides", "kind": "text", "old": now_with, "new": to}]
        _note_event(ask, by, "funding:request:passed_on", changes)
        if to == "head":
            tell_heads(ask.request.authority_id, f"request:{ask.request.id}:passed:{note.id}")


def give_clinical_view(ask: Ask, by: By, words: str) -> None:
    """Note what the clinical team says of therapy that is asked for; what was noted before stays readable."""
    _said(words, "Enter what the clinical team says.")
    request = ask.request
    if request.state not in (*WITH, RequestState.QUERIED):
        raise NotAnyMore(what_became(request))
    request.clinical_view = words.strip()
    request.clinical_by_id, request.clinical_at = by.user_id, clock.now()
    _note(ask, by, "clinical", words)
    _note_event(ask, by, "funding:view:recorded")


def approve_automatically(ask: Ask, rule: str = "") -> None:
    """Approve what the policy pays without asking a person; `rule`: the policy's words for it.

    The portal itself decides: no person is named, and the rule is the reason.
    """
    approve(ask, SYSTEM, rule or "The policy approves this without a decision.")


# How ------------------------------------------------------------------------------------------------------


def _agree(ask: Ask, by: By, act: Act, amounts: Mapping[int, int], reason: str) -> None:
    """Claim the state, keep what each line gets, set the money aside, say so."""
    _heard(ask)
    total = sum(amounts.values())
    with _whole(ask):
        _claim(ask, act, **_decided(by), approved_pence=total, reason=reason.strip())
        for line in ask.lines:
            line.approved_pence = amounts[line.id]
        _note_event(ask, by, AGREED[act], _changes(ask, reason))
        ledger.commit_money(ask.request, by)
        if by.user_id is not None:  # who has just sent what the policy pays by itself is told on the page
            tell_asker(ask, ask.request.state)


def _decided(by: By) -> dict[str, Any]:  # columns of any type
    """Who decided, as what, when."""
    return {"decided_at": clock.now(), "decided_by_id": by.user_id, "decided_as": by.role}


@contextmanager
def _whole(ask: Ask) -> Iterator[None]:
    """All of what is inside or nothing; after a refusal the request is again as the database has it."""
    try:
        with db.session.begin_nested():
            yield
    except OperationError:
        for row in (ask.request, *ask.lines):
            db.session.refresh(row)
        raise


def _claim(ask: Ask, act: Act, **columns: object) -> None:
    """Move the request on; NotAnyMore with who decided what, when it is not there to be decided."""
    try:
        apply(db.session, ask.request, act, **columns)
    except NotPossible as error:
        db.session.refresh(ask.request)
        raise NotAnyMore(what_became(ask.request)) from error


def needs_clinical_view(ask: Ask) -> bool:
    """Whether the policy wants the clinical team heard, and it has not been."""
    if ask.request.clinical_view:
        return False
    found, category = policy_of(ask), ask.request.category
    return found is not None and any(c.clinical and c.id == category for c in found.policy.categories)


def _heard(ask: Ask) -> None:
    """Therapy is decided when the clinical team has been heard; what is decided already is said first."""
    if ask.request.state in WITH and needs_clinical_view(ask):
        raise OperationError("Note what the clinical team says first. Therapy is decided after that.")


def _said(words: str, otherwise: str) -> None:
    """OperationError when nothing was said."""
    if not words.strip():
        raise OperationError(otherwise)


def _changes(ask: Ask, reason: str) -> list[dict[str, Any]]:
    """What a decision changed, for the record."""
    changes: list[dict[str, Any]] = []
    if ask.request.approved_pence is not None:
        new = ask.request.approved_pence
        changes.append({"field": "approved", "label": "Approved", "kind": "pence", "old": None, "new": new})
    if reason.strip():
        why = reason.strip()
        changes.append({"field": "reason", "label": "Reason", "kind": "text", "old": None, "new": why})
    return changes


def _note(ask: Ask, by: By, kind: str, words: str) -> FundingNote:
    note = FundingNote(
        request_id=ask.request.id, kind=kind, words=words.strip(), author_id=by.user_id, role=by.role
    )
    db.session.add(note)
    db.session.flush()
    return note


def _note_event(ask: Ask, by: By, tag: str, changes: list[dict[str, Any]] | None = None) -> None:
    request = ask.request
    audit.record(
        db.session,
        by,
        tag,
        request,
        child_id=request.child_id,
        authority_id=request.authority_id,
        changes=changes or (),
    )


# Telling --------------------------------------------------------------------------------------------------


def tell_asker(ask: Ask, what: str, subject: str = SUBJECT) -> None:
    """Put a mail to the one who asked in the outbox, that something is waiting: one for each thing."""
    asker = db.session.get(User, ask.request.raised_by_id)
    if asker is not None and asker.active:
        queue(
            key=f"request:{ask.request.id}:{what}:{asker.id}",
            kind="request_decided",
            subject=subject,
            body=BODY.format(subject),
            to_user=asker,
            child_id=ask.request.child_id,
        )


def tell_heads(authority_id: int, key: str) -> int:
    """Put a mail to each head of an authority in the outbox, once for a key; says how many are new."""
    today = clock.today()
    heads = db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == str(Role.HEAD),
            Membership.authority_id == authority_id,
            holds(Membership.starts_on, Membership.ends_on, today),
            User.active.is_(True),
        )
        .distinct()
    ).all()
    body = BODY.format(TO_DECIDE)
    new = (
        queue(key=f"{key}:{head.id}", kind="request_waiting", subject=TO_DECIDE, body=body, to_user=head)
        for head in heads
    )
    return sum(new)


# What became of it ------------------------------------------------------------------------------------------

BECAME = {
    RequestState.PROPOSED: "This has only been proposed. There is nothing to decide yet.",
    RequestState.DRAFT: "This request is still being written. There is nothing to decide yet.",
    RequestState.QUERIED: "A question about this is open. It can be decided once it has been answered.",
    RequestState.WITHDRAWN: "This request has been withdrawn. There is nothing to decide any more.",
    RequestState.CANCELLED: "This request has been cancelled. There is nothing to decide any more.",
}
DID = {
    RequestState.DECLINED: "declined it",
    RequestState.PART_APPROVED: "approved a part of it",
}


def what_became(request: FundingRequest) -> str:
    """Where a request stands, in a sentence for somebody who wanted to decide it. One statement."""
    state = RequestState(request.state)
    if state in WITH:
        return f"This request is with {WHOM[request.decider]} now."
    if state in BECAME:
        return BECAME[state]
    who = db.session.scalar(select(User.name).where(User.id == request.decided_by_id))
    in_part = request.approved_pence is not None and request.approved_pence < request.amount_pence
    did = DID.get(state, DID[RequestState.PART_APPROVED] if in_part else "approved it")
    when = f" on {day(request.decided_at)}" if request.decided_at else ""
    return f"{who or 'The portal, by the policy,'} {did}{when}. It cannot be decided again."
