"""Ending somebody's sight of a child by hand, and giving it back.

A cut outweighs whatever a relationship or a late feed says (`ties.is_cut`); only lifting it gives sight back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.access.people import Person
from vsportal.accounts.operations import end_sessions_of
from vsportal.audit import By
from vsportal.dated import hold_still
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.messages.operations import stop_mail
from vsportal.models import AccessCut, BrokenGlass, Child, Delegation, User
from vsportal.policy import Seen, Tie
from vsportal.sharing.operations import end_delegation, revoke_links

ENDED = "child:access:ended"
MOST_REASON = 1000
"""Characters of a reason."""


def may_be_ended(seen: Seen, person: Person) -> bool:
    """Whether the one who looks may end this person's access, given that they may end access at all.

    Never the child's and never one's own; those who see every child by their role, and a head, only by a
    head, so that somebody is left who can give it back.
    """
    if person.user_id == seen.actor.user_id or Tie.YOUNG_PERSON in person.ties:
        return False
    return Tie.HEAD in seen.ties or not (person.is_by_role_only or Tie.HEAD in person.ties)


def end_access(
    by: By, child: Child, seen: Seen, people: Sequence[Person], *, reason: str, sections: dict[int, list[str]]
) -> list[AccessCut]:
    """End these people's sight of the child at once; gives the cuts, fewer when somebody was quicker.

    With it end their sessions everywhere, what was lent to them of this child, the links they made, an
    emergency they opened, and mail about the child that waits for them. `seen`: how the one who acts sees
    the child. `sections`: what their delegations lend, as `people.sections_lent` gives it, so that words
    typed at that moment can be kept. OperationError when a person may not be ended, or there is no reason.
    """
    if not people:
        raise OperationError("Select whose access ends.")
    if any(not may_be_ended(seen, person) for person in people):
        raise OperationError("This person’s access is not yours to end. Ask the head of the Virtual School.")
    reason = _reason(reason)
    hold_still(child)
    ids = [person.user_id for person in people]
    already = set(
        db.session.scalars(
            select(AccessCut.user_id).where(
                AccessCut.child_id == child.id, AccessCut.user_id.in_(ids), AccessCut.lifted_at.is_(None)
            )
        )
    )
    return [_cut(by, child, p, reason, sections) for p in people if p.user_id not in already]


def _cut(by: By, child: Child, person: Person, reason: str, sections: dict[int, list[str]]) -> AccessCut:
    """End one person's access, and write down by which ties they had it."""
    cut = AccessCut(
        child_id=child.id,
        user_id=person.user_id,
        cut_by_id=by.user_id,
        reason=reason,
        created_at=clock.now(),
    )
    db.session.add(cut)
    db.session.flush()
    lent = sorted({s for w in person.ways if w.tie == Tie.DELEGATE for s in sections.get(w.by or 0, ())})
    changes = [
        _line("person", "Whose access", old=person.name, new=None),
        _line("reason", "Why", old=None, new=reason),
        _line("ties", "Ties", old=sorted(person.ties), new=None),
        _line("household", "Home", old=person.household_id, new=None),
        _line("sections", "Sections lent", old=lent, new=None),
    ]
    _note(by, ENDED, cut, child, changes)
    end_sessions_of(person.user_id)
    _end_what_was_lent(by, child, person.user_id)
    revoke_links(by, child_id=child.id, made_by=person.user_id)
    stop_mail(user_id=person.user_id, child_id=child.id)
    return cut


def _end_what_was_lent(by: By, child: Child, user_id: int) -> None:
    """What they have for a while does not come back when the cut is lifted."""
    lent = select(Delegation).where(
        Delegation.child_id == child.id, Delegation.user_id == user_id, Delegation.ends_on > clock.today()
    )
    for delegation in db.session.scalars(lent).all():
        end_delegation(by, child, delegation)
    opened = select(BrokenGlass).where(
        BrokenGlass.child_id == child.id, BrokenGlass.user_id == user_id, BrokenGlass.ends_at > clock.now()
    )
    for glass in db.session.scalars(opened).all():
        glass.ends_at = clock.now()


def restore_access(by: By, child: Child, seen: Seen, cut: AccessCut, *, reason: str) -> None:
    """Let somebody see the child again by whatever ties they have; what was lent stays ended.

    OperationError when it has been lifted already, is one's own, or there is no reason.
    """
    reason = _reason(reason)
    hold_still(child)
    db.session.refresh(cut)
    if cut.lifted_at is not None:
        raise OperationError("Somebody has given this access back already.")
    if cut.user_id == seen.actor.user_id:
        raise OperationError("Nobody gives access back to themselves. Ask the head of the Virtual School.")
    cut.lifted_at, cut.lifted_by_id = clock.now(), by.user_id
    name = db.session.get_one(User, cut.user_id).name
    changes = [
        _line("person", "Whose access", old=None, new=name),
        _line("reason", "Why", old=None, new=reason),
    ]
    _note(by, "child:access:restored", cut, child, changes)


def _reason(text: str) -> str:
    """A reason that can be kept; OperationError without one."""
    if not text.strip():
        raise OperationError("Enter the reason.")
    return text.strip()[:MOST_REASON]


def _line(field: str, label: str, *, old: Any, new: Any) -> dict[str, Any]:  # values as JSON
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}


def _note(by: By, tag: str, row: Any, child: Child, changes: Sequence[dict[str, Any]]) -> None:
    audit.record(
        db.session, by, tag, row, child_id=child.id, authority_id=child.authority_id, changes=changes
    )
