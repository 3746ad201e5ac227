"""Breaking the glass: a worker who is not allocated opens a child's record in an emergency, for hours.

Every try is kept and reported, found or not. To be of another authority is the same as not to be found.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.dated import hold_still
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import BrokenGlass, Child, User
from vsportal.names import sort_key
from vsportal.ties import Actor, is_cut, ties

HOURS = (1, 4, 12)
LEAST_REASON = 20
"""Characters of a reason."""
MOST_TRIES = 5
"""Of one person within `DAY`, found or not."""
DAY = timedelta(hours=24)


class TooManyTries(OperationError):
    """This person has tried as often as one may within a day."""


@dataclass(frozen=True)
class Wanted:
    """A child as somebody in a hurry has them: names and date of birth, or the social care number."""

    first_name: str = ""
    last_name: str = ""
    born_on: date | None = None
    social_care_id: str = ""


def break_glass(
    actor: Actor, role: str, authority_ids: Collection[int], wanted: Wanted, *, reason: str, hours: int
) -> tuple[BrokenGlass | None, Child | None]:
    """Open a child's record for hours; the child's row when it was found, and no opening when not needed.

    Returns the try and the child: (opening, child) when opened, (try, None) when there is nobody they may
    open, (None, child) when they see the child already. `role`: in which they act. OperationError without
    a reason or for other hours, `TooManyTries` after five tries within a day.
    """
    if len(reason.strip()) < LEAST_REASON or hours not in HOURS:
        raise OperationError("Enter why you need it, and select for how long.")
    user = db.session.get_one(User, actor.user_id)
    hold_still(user)
    if _tries(actor.user_id) >= MOST_TRIES:
        raise TooManyTries("You have tried five times within a day. Ring the duty manager.")
    child = _found(actor, authority_ids, wanted)
    if child is not None and _sees(actor, child):
        return None, child
    now = clock.now()
    opened = BrokenGlass(
        authority_id=child.authority_id if child else min(authority_ids),
        child_id=child.id if child else None,
        user_id=actor.user_id,
        reason=reason.strip(),
        starts_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    db.session.add(opened)
    db.session.flush()
    tag = "child:emergency:opened" if child else "child:emergency:refused"
    _note(By(actor.user_id, role), tag, opened)
    return opened, child


def end_early(by: By, opened: BrokenGlass) -> None:
    """End what was opened, before its time; ending it twice does no harm."""
    if opened.ends_at > clock.now():
        opened.ends_at = max(clock.now(), opened.starts_at + timedelta(microseconds=1))  # after it began
        _note(by, "child:emergency:ended", opened)


def mark_read(by: By, opened: BrokenGlass, *, remark: str) -> None:
    """A head has read the report of it; OperationError when a head has already, or it was their own."""
    hold_still(opened)
    db.session.refresh(opened)
    if opened.read_at is not None:
        raise OperationError("This has been marked as read already.")
    if opened.user_id == by.user_id:
        raise OperationError("Nobody marks their own work: ask another head to read this.")
    opened.read_at, opened.read_by_id, opened.remark = clock.now(), by.user_id, remark
    _note(by, "child:emergency:reviewed", opened)


def running(user_id: int, child_id: int) -> BrokenGlass | None:
    """The opening by which this person sees this child now, the one that lasts longest."""
    now = clock.now()
    return db.session.scalar(
        select(BrokenGlass)
        .where(
            BrokenGlass.user_id == user_id,
            BrokenGlass.child_id == child_id,
            BrokenGlass.starts_at <= now,
            BrokenGlass.ends_at > now,
        )
        .order_by(BrokenGlass.ends_at.desc())
        .limit(1)
    )


def _tries(user_id: int) -> int:
    """How often they have tried lately."""
    lately = select(func.count()).where(
        BrokenGlass.user_id == user_id, BrokenGlass.starts_at > clock.now() - DAY
    )
    return db.session.scalar(lately) or 0


def _found(actor: Actor, authority_ids: Collection[int], wanted: Wanted) -> Child | None:
    """The one child of these authorities who is meant; None for none, for two, and after a cut.

    A cut is lifted by those who may, never gone round.
    """
    query = select(Child).where(Child.authority_id.in_(authority_ids), ~is_cut(Child.id, actor.user_id))
    if wanted.social_care_id:
        query = query.where(func.lower(Child.social_care_id) == wanted.social_care_id.lower())
    else:
        query = query.where(Child.date_of_birth == wanted.born_on)
    found = [c for c in db.session.scalars(query) if _is_meant(c, wanted)]
    return found[0] if len(found) == 1 else None


def _is_meant(child: Child, wanted: Wanted) -> bool:
    """Names count as typed but for case and marks; with a number, only those that were typed."""
    first = {sort_key(n) for n in (child.first_name, child.known_as) if n}
    fits = not wanted.first_name or sort_key(wanted.first_name) in first
    fits = fits and (not wanted.last_name or sort_key(wanted.last_name) == sort_key(child.last_name))
    return fits and wanted.born_on in (None, child.date_of_birth)


def _sees(actor: Actor, child: Child) -> bool:
    """Whether they have a tie to the child already."""
    tied = ties(actor)
    return db.session.scalar(select(tied.c.child_id).where(tied.c.child_id == child.id).limit(1)) is not None


def _note(by: By, tag: str, opened: BrokenGlass) -> None:
    """What was done; the reason stands in the row."""
    changes: list[dict[str, Any]] = []
    audit.record(
        db.session,
        by,
        tag,
        opened,
        child_id=opened.child_id,
        authority_id=opened.authority_id,
        changes=changes,
    )
