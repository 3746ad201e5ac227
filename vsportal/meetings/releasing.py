"""Deciding what each parent gets of a plan, and giving it: looked at first, logged, standing once given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.editions.reading import day_words, plain
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.meetings.copies import Holder
from vsportal.models import ParentCopy, Pep, PepState, User
from vsportal.peps.loading import Plan

KINDS = {
    "none": "Nothing",
    "letter": "The letter only",
    "copy": "A parent’s copy: the letter and the plan",
}
MOST_REASON, MOST_HOW = 1000, 200
"""Characters of a reason, and of how it was given."""


@dataclass(frozen=True)
class Decided:
    """Somebody with parental responsibility, and what was decided for them."""

    holder: Holder
    copy: ParentCopy | None
    decided_by: str
    still_named: bool = True
    """False when *My details* does not name them any more."""


def decided_for(pep: Pep, holders: Sequence[Holder]) -> list[Decided]:
    """Each of these people with what was decided, then those who are named no more: one statement."""
    rows = db.session.execute(
        select(ParentCopy, User.name)
        .join(User, User.id == ParentCopy.decided_by_id)
        .where(ParentCopy.pep_id == pep.id)
        .order_by(ParentCopy.id)
    )
    kept = {copy.person: (copy, name) for copy, name in rows}
    found = [Decided(h, *kept.pop(h.row, (None, ""))) for h in holders]
    gone = (Decided(Holder(c.person, c.name, ""), c, name, still_named=False) for c, name in kept.values())
    return [*found, *gone]


def copy_with(pep: Pep, ref: str) -> ParentCopy | None:
    """What was decided under this reference, of this plan."""
    return db.session.scalar(select(ParentCopy).where(ParentCopy.ref == ref, ParentCopy.pep_id == pep.id))


def decide(by: By, plan: Plan, holder: Holder, kind: str, reason: str = "") -> ParentCopy:
    """Say what somebody gets; the plan is held by this transaction. OperationError when it has been given.

    Changing one's mind asks for another look before it is given.
    """
    if kind not in KINDS:
        raise OperationError("Select what they get.")
    reason = plain(reason).strip()[:MOST_REASON]
    if kind == "none" and not reason:
        raise OperationError("Enter why they get nothing.")
    row = db.session.scalar(
        select(ParentCopy).where(ParentCopy.pep_id == plan.pep.id, ParentCopy.person == holder.row)
    )
    if row is not None and row.released_at is not None:
        raise OperationError(
            f"This was given on {day_words(row.given_on or clock.local(row.released_at).date())} and stands. "
            "Decide again in the next plan."
        )
    old = row.kind if row else None
    if row is None:
        row = ParentCopy(pep_id=plan.pep.id, person=holder.row, name=holder.name, kind=kind)
        db.session.add(row)
    row.kind, row.reason, row.name, row.previewed_at = kind, reason, holder.name, None
    row.decided_by_id = _user(by)
    db.session.flush()
    _note(
        by,
        "pep:copy:decided",
        plan.pep,
        row,
        [_line("kind", "Gets", old, kind), _line("reason", "Why", None, reason)],
    )
    return row


def note_preview(by: By, pep: Pep, ref: str) -> None:
    """Note that the copy was looked at as it would be given; nothing once it has been given."""
    row = copy_with(pep, ref)
    if row is not None and row.released_at is None and row.kind != "none":
        row.previewed_at = clock.now()
        _note(by, "pep:copy:previewed", pep, row, [])


def release(by: By, pep: Pep, row: ParentCopy, *, how: str, on: date, mark: str) -> None:
    """Note that it was given, how and when. `mark`: the checksum of what was given.

    OperationError before somebody looked at it, when it cannot be given yet, or has been.
    """
    if row.released_at is not None:
        raise OperationError("This has been given already.")
    if row.kind == "none":
        raise OperationError("They get nothing. Decide otherwise first.")
    if row.previewed_at is None:
        raise OperationError("Look at it first, as they would get it.")
    if why := not_yet(pep, row.kind):
        raise OperationError(why)
    how = plain(how).strip()[:MOST_HOW]
    if not how:
        raise OperationError("Enter how it was given.")
    if on > clock.today():
        raise OperationError("Enter a day up to today.")
    row.released_at, row.released_by_id = clock.now(), _user(by)
    row.given_how, row.given_on = how, on
    changes = [
        _line("kind", "Given", None, row.kind),
        _line("given_how", "How", None, how),
        _line("given_on", "On", None, on.isoformat()),
        _line("mark", "Checksum of what was given", None, mark),
    ]
    _note(by, "pep:copy:released", pep, row, changes)


def not_yet(pep: Pep, kind: str) -> str:
    """Why this kind of copy cannot be given yet, in a sentence; nothing when it can."""
    if kind == "copy" and pep.state != PepState.SIGNED_OFF:
        return "The plan can be given once it is signed off, so that it does not change afterwards."
    if kind == "letter" and pep.state not in (PepState.MEETING_HELD, PepState.SIGNED_OFF):
        return "The letter can be given once the meeting has been held."
    return ""


def _user(by: By) -> int:
    if by.user_id is None:
        raise OperationError("Somebody decides this, never the portal itself.")
    return by.user_id


def _line(field: str, label: str, old: Any, new: Any) -> dict[str, Any]:  # values as JSON
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}


def _note(by: By, tag: str, pep: Pep, row: ParentCopy, changes: Sequence[dict[str, Any]]) -> None:
    who = _line("person", "For whom", None, row.name)
    audit.record(
        db.session,
        by,
        tag,
        row,
        child_id=pep.child_id,
        authority_id=pep.authority_id,
        changes=[who, *changes],
    )
