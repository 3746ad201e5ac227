"""Selects of access: an open cut, words kept, who has looked, what the report of emergencies lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vsportal import clock
from vsportal.extensions import db
from vsportal.models import AccessCut, AccessEvent, BrokenGlass, Child, KeptWords, Pep, PepSection, User
from vsportal.policy import WORKERS, Actor, Tie, ties
from vsportal.ties import STANDS_IN

A_PAGE = 50


def open_cut(child_id: int, user_ref: str) -> tuple[AccessCut, User] | None:
    """The open cut between this child and the person with this reference."""
    row = db.session.execute(
        select(AccessCut, User)
        .join(User, User.id == AccessCut.user_id)
        .where(AccessCut.child_id == child_id, User.ref == user_ref, AccessCut.lifted_at.is_(None))
    ).first()
    return (row[0], row[1]) if row else None


def kept_words(child_id: int) -> Sequence[Any]:
    """Words kept about a child, unread first, the newest first: (words, section, plan, writer's name)."""
    return db.session.execute(
        select(KeptWords, PepSection, Pep, User.name)
        .join(PepSection, PepSection.id == KeptWords.pep_section_id)
        .join(Pep, Pep.id == PepSection.pep_id)
        .join(User, User.id == KeptWords.user_id)
        .where(Pep.child_id == child_id)
        .order_by(
            KeptWords.read_at.is_not(None), KeptWords.user_id, PepSection.id, KeptWords.changed_at.desc()
        )
        .limit(500)
    ).all()


# Who has looked -----------------------------------------------------------------------------------------

WHAT = {
    "": "Everything",
    "address": "Addresses and phone numbers shown",
    "card": "The contact card",
    "plan": "Plans and their sections",
    "child": "The child’s page",
}
PAGES = ("child", "card", "address", "access", "looks", "kept_words")
"""Looks that are at no plan."""


@dataclass(frozen=True)
class Asked:
    """What of the looks is asked for."""

    who: str = ""
    what: str = ""
    since: date | None = None
    until: date | None = None


def looks_of(child_id: int, asked: Asked, number: int) -> tuple[Sequence[Any], int]:
    """One page of the looks at a child's record, the newest first, and how many there are: two statements.

    Rows of `at`, `actor_role`, `what`, `name`, `term_key`, `edition`.
    """
    where = [AccessEvent.child_id == child_id, *_asked(asked)]
    total = db.session.scalar(
        select(func.count())
        .select_from(AccessEvent)
        .join(User, User.id == AccessEvent.actor_id)
        .where(*where)
    )
    rows = db.session.execute(
        select(AccessEvent.at, AccessEvent.actor_role, AccessEvent.what, User.name, Pep.term_key, Pep.edition)
        .join(User, User.id == AccessEvent.actor_id)
        .outerjoin(Pep, Pep.id == AccessEvent.pep_id)
        .where(*where)
        .order_by(AccessEvent.at.desc(), AccessEvent.id.desc())
        .limit(A_PAGE)
        .offset((number - 1) * A_PAGE)
    ).all()
    return rows, total or 0


def _asked(asked: Asked) -> list[Any]:
    """Conditions for what is asked for; days are days in England."""
    found: list[Any] = []
    if asked.who:
        found.append(User.ref == asked.who)
    if asked.what == "plan":
        found.append(AccessEvent.pep_id.is_not(None))
    elif asked.what:
        found.append(AccessEvent.what == asked.what)
    if asked.since:
        found.append(AccessEvent.at >= _midnight(asked.since))
    if asked.until:
        found.append(AccessEvent.at < _midnight(asked.until + timedelta(days=1)))
    return found


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), clock.LONDON)


def who_looked(child_id: int) -> list[tuple[str, str]]:
    """Everybody who has ever looked: reference and name, by name."""
    rows = db.session.execute(
        select(User.ref, User.name)
        .where(User.id.in_(select(AccessEvent.actor_id).where(AccessEvent.child_id == child_id)))
        .order_by(User.name)
    )
    return [(ref, name) for ref, name in rows]


MOST_DAYS = 400
"""Days and kinds of people on a child's page of looks."""


def kinds_and_days(child_id: int, own_id: int) -> dict[date, list[str]]:
    """On which days what kinds of people have looked, newest first: never who. One statement.

    `own_id`: the child's own looks are left out.
    """
    rows = db.session.execute(
        select(AccessEvent.at, AccessEvent.actor_role)
        .where(AccessEvent.child_id == child_id, AccessEvent.actor_id != own_id)
        .order_by(AccessEvent.at.desc(), AccessEvent.id.desc())
        .limit(A_PAGE * MOST_DAYS // 10)
    )
    found: dict[date, list[str]] = defaultdict(list)
    for at, role in rows:
        on = clock.local(at).date()
        if role not in found[on]:
            found[on].append(role)
    return dict(found)


# The report of emergencies ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reported:
    """One opening or try, for the head."""

    opened: BrokenGlass
    worker: str
    child: Child | None
    read_by: str
    looks: Sequence[Any]
    """What was looked at meanwhile: `at`, `what`, `edition`."""


def emergencies(authority_ids: Collection[int], number: int) -> tuple[list[Reported], int, int]:
    """One page of openings and tries, unread first; how many there are, and how many are unread.

    Three statements, however many there are.
    """
    mine = BrokenGlass.authority_id.in_(authority_ids)
    total, unread = db.session.execute(
        select(func.count(), func.count().filter(BrokenGlass.read_at.is_(None))).where(mine)
    ).one()
    worker, head = aliased(User), aliased(User)
    rows = db.session.execute(
        select(BrokenGlass, worker.name, Child, head.name)
        .join(worker, worker.id == BrokenGlass.user_id)
        .outerjoin(Child, Child.id == BrokenGlass.child_id)
        .outerjoin(head, head.id == BrokenGlass.read_by_id)
        .where(mine)
        .order_by(BrokenGlass.read_at.is_not(None), BrokenGlass.starts_at.desc(), BrokenGlass.id.desc())
        .limit(A_PAGE)
        .offset((number - 1) * A_PAGE)
    ).all()
    looks = _looked_meanwhile([row[0].id for row in rows])
    found = [Reported(o, name, child, by or "", looks.get(o.id, ())) for o, name, child, by in rows]
    return found, total, unread


def _looked_meanwhile(ids: Collection[int]) -> Mapping[int, Sequence[Any]]:
    """What was looked at by each of these openings, each page once, in order."""
    rows = db.session.execute(
        select(BrokenGlass.id, AccessEvent.what, Pep.edition, func.min(AccessEvent.at).label("at"))
        .join(
            AccessEvent,
            (AccessEvent.child_id == BrokenGlass.child_id)
            & (AccessEvent.actor_id == BrokenGlass.user_id)
            & (AccessEvent.actor_role == str(Tie.DUTY_WORKER))
            & (AccessEvent.at >= BrokenGlass.starts_at)
            & (AccessEvent.at <= BrokenGlass.ends_at),
        )
        .outerjoin(Pep, Pep.id == AccessEvent.pep_id)
        .where(BrokenGlass.id.in_(ids))
        .group_by(BrokenGlass.id, AccessEvent.what, Pep.edition)
        .order_by(func.min(AccessEvent.at))
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.id].append(row)
    return found


def emergency_of(authority_ids: Collection[int], ref: str) -> BrokenGlass | None:
    """The opening or try with this reference, of one of these authorities."""
    return db.session.scalar(
        select(BrokenGlass).where(BrokenGlass.ref == ref, BrokenGlass.authority_id.in_(authority_ids))
    )


def own_emergency(user_id: int, ref: str) -> BrokenGlass | None:
    """The opening with this reference, when it is this person's own."""
    return db.session.scalar(
        select(BrokenGlass).where(
            BrokenGlass.ref == ref, BrokenGlass.user_id == user_id, BrokenGlass.child_id.is_not(None)
        )
    )


def unread_emergencies(authority_ids: Collection[int]) -> int:
    """How many openings and tries no head has read yet."""
    counted = select(func.count()).where(
        BrokenGlass.authority_id.in_(authority_ids), BrokenGlass.read_at.is_(None)
    )
    return db.session.scalar(counted) or 0


def words_to_read(actor: Actor) -> Sequence[Any]:
    """Children of whom this person reads kept words, and how many nobody has read yet: child and `number`.

    One statement; none for somebody who is no social worker and no manager of one.
    """
    if not actor.roles & STANDS_IN:
        return ()
    tied = ties(actor)
    mine = select(tied.c.child_id).where(tied.c.tie.in_([str(tie) for tie in WORKERS]))
    return db.session.execute(
        select(Child, func.count().label("number"))
        .join(Pep, Pep.child_id == Child.id)
        .join(PepSection, PepSection.pep_id == Pep.id)
        .join(KeptWords, KeptWords.pep_section_id == PepSection.id)
        .where(Child.id.in_(mine), KeptWords.read_at.is_(None))
        .group_by(*Child.__table__.columns)
        .order_by(Child.sort_key)
    ).all()
